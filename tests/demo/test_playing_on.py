"""The demo plays on: what happens next is what its truth makes likely."""

from __future__ import annotations

import datetime as dt
import threading
from collections import Counter

import numpy as np
import pytest

from mellantid.demo import demo_organisation
from mellantid.demo.playing_on import Player, play
from mellantid.demo.setting_up import set_up
from mellantid.workspace import Workspace


@pytest.fixture
def demo(tmp_path):
    company = demo_organisation(5, dt.date(2025, 10, 31))
    with Workspace.open(tmp_path / "demo.db", create=True) as workspace:
        set_up(workspace, company, company.history.until - 1)
        yield company, workspace


def test_what_is_played_is_taken_in_and_keeps_the_race_whole(demo):
    company, workspace = demo
    until = company.history.until
    race = workspace.race(None, until)
    open_before = race.open_deals.size
    player = Player(company, race, np.random.default_rng(1))
    kinds = Counter()
    for step in range(300):
        entries = player.next(until + 1000 * step)
        assert workspace.ledger.append(entries, until + 1000 * step).added == 1
        kinds[entries.kind] += 1
    later = workspace.race(None, until + 1_000_000)
    gone = kinds["won"] + kinds["lost"]
    assert later.open_deals.size == open_before + kinds["created"] - gone
    assert set(kinds) == {"created", "moved", "won", "lost"}
    rate = len(player._open)
    pace = company.truth.organisation.creation
    hazards = player._rates(race.history.until_day).sum()
    assert rate > 300
    assert kinds["created"] / 300 == pytest.approx(pace / (pace + hazards), abs=0.08)


def test_it_plays_until_it_is_ended(demo):
    company, workspace = demo
    player = Player(company, workspace.race(None, company.history.until), np.random.default_rng(1))
    ended, taken = threading.Event(), []

    def append(entries):
        taken.append(entries)
        if len(taken) == 3:
            ended.set()

    play(player, append, lambda: company.history.until, ended, every=0.001)
    assert len(taken) == 3
