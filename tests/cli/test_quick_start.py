"""The quick start leaves nothing out that anybody asks for."""

import subprocess
import sys

ASKING = """
import sys
import mellantid.cli
assert "numpy.f2py" not in sys.modules, "f2py was loaded after all"
import numpy.testing
import numpy.f2py
numpy.testing.assert_allclose(1.0, 1.0)
print(callable(numpy.f2py.run_main))
"""


def test_a_part_of_numpy_that_was_left_out_is_there_for_who_imports_it():
    done = subprocess.run(  # noqa: S603 (our own text)
        [sys.executable, "-c", ASKING], capture_output=True, text=True, check=False
    )
    assert (done.stdout.strip(), done.stderr) == ("True", "")
