"""The quick start leaves NumPy whole."""

import subprocess
import sys

ASKING = """
import sys
from mellantid.cli.quick_start import import_scipy
import_scipy()
assert "numpy.f2py" not in sys.modules, "f2py was loaded after all"
import numpy
numpy.testing.assert_allclose(1.0, 1.0)
print(callable(numpy.f2py.run_main))
"""


def test_numpy_has_all_its_parts_after_scipy_was_imported_without_them():
    done = subprocess.run(  # noqa: S603 (our own text)
        [sys.executable, "-c", ASKING], capture_output=True, text=True, check=False
    )
    assert (done.stdout.strip(), done.stderr) == ("True", "")
