import subprocess
import sys

import pytest

import mellantid as mt

NAMES = [
    "Process",
    "Target",
    "__version__",
    "arrivals",
    "as_of",
    "caught",
    "counts",
    "cutoffs",
    "explain",
    "fit",
    "focus",
    "forecast",
    "frame",
    "incidence",
    "levers",
    "money",
    "plan",
    "plot",
    "read_movements",
    "splits",
    "watch",
    "what_if",
    "win_table",
]


def test_the_public_names_are_these():
    assert mt.__all__ == NAMES
    assert dir(mt) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_every_public_name_is_there_and_documented(name):
    found = getattr(mt, name)
    assert name == "__version__" or found.__doc__


def test_the_plots_are_these():
    assert mt.plot.__all__ == [
        "forecast",
        "hazards",
        "outcome",
        "plan",
        "save",
        "sojourns",
        "splits",
        "watch",
        "win_table",
    ]


def test_a_name_that_does_not_exist_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'fits'"):
        mt.fits  # noqa: B018 - reading it is the test


def test_importing_the_package_imports_no_library():
    heavy = "numpy scipy duckdb sqlalchemy narwhals altair jinja2 pandas polars pyarrow"
    code = f"import sys, mellantid\nprint(sorted(set({heavy.split()!r}) & set(sys.modules)))"
    run = [sys.executable, "-c", code]
    found = subprocess.run(run, capture_output=True, text=True, check=True)  # noqa: S603 - ours
    assert found.stdout.strip() == "[]"
