from __future__ import annotations

import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1] / "letters"))

import pytest
from mail_server import mail_server
from notices_receiver import receiver as receivers
from notices_sample import fill

from mellantid.letters.post import Post, write_post
from mellantid.notices.hosts import allow_hosts
from mellantid.workspace import Workspace


@pytest.fixture(scope="session")
def made(tmp_path_factory):
    """The organisation, made once."""
    file = tmp_path_factory.mktemp("notices") / "m.db"
    with Workspace.open(file, create=True) as opened:
        fill(opened)
        allow_hosts(opened.ledger, "127.0.0.1")
        opened.ledger.rows("PRAGMA wal_checkpoint(TRUNCATE)")
    return file


@pytest.fixture
def workspace(made, tmp_path):
    """The organisation, in which this machine may be reached."""
    shutil.copy(made, tmp_path / "m.db")
    with Workspace.open(tmp_path / "m.db") as opened:
        yield opened


@pytest.fixture
def receiver():
    with receivers() as kept:
        yield kept


@pytest.fixture
def server(workspace):
    """A mail server, by which the organisation sends."""
    with mail_server() as kept:
        post = Post("127.0.0.1", kept.port, "", "brev@example.com", "none", "https://m.example.com")
        write_post(workspace.ledger, post)
        yield kept
