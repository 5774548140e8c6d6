"""The credit of movements, against the forecast made anew and against the exact distribution."""

from __future__ import annotations

import datetime as dt
import shutil
from itertools import count
from types import SimpleNamespace

import numpy as np
import pytest

from mellantid.core.planning.target import Target
from mellantid.core.totals.total import total_mixture
from mellantid.demo import demo_organisation
from mellantid.demo.setting_up import set_up
from mellantid.ledger import Entries
from mellantid.workspace import Workspace
from mellantid.workspace.scoreboard import Scoreboard

UNTIL = dt.date(2025, 8, 29)


@pytest.fixture(scope="module")
def begin(tmp_path_factory):
    """The demo in a file, its race and its forecast."""
    company = demo_organisation(3, UNTIL)
    file = tmp_path_factory.mktemp("scoreboard") / "demo.db"
    with Workspace.open(file, create=True) as workspace:
        set_up(workspace, company, company.history.until - 1)
        race = workspace.race(None, company.history.until)
        # A target that may be missed or not.
        amount = round(workspace.outcome(race).mean, -6)
        target = Target("all", amount, dt.date(UNTIL.year, 1, 1), dt.date(UNTIL.year, 12, 31))
        workspace.set_target(target, company.history.until - 1)
        outcome = workspace.outcome(race)
        workspace.ledger.rows("PRAGMA wal_checkpoint(TRUNCATE)")
    return SimpleNamespace(file=file, race=race, outcome=outcome, now=company.history.until - 1)


@pytest.fixture
def workspace(begin, tmp_path):
    copy = tmp_path / "demo.db"
    shutil.copy(begin.file, copy)
    with Workspace.open(copy) as opened:
        yield opened


@pytest.fixture
def board(workspace, begin):
    return Scoreboard.now(workspace, lambda _: begin.race)


@pytest.fixture
def happens(workspace, begin):
    """Something more happens; the entry as the ledger has it."""
    numbers = count()

    def append(deal, kind, stage=None, at=begin.now, **others):
        columns = {"deal": deal, "kind": kind, "stage": stage, "occurred_at": at} | others
        name = begin.race.history.process.name
        batch = Entries(key=f"test:{next(numbers)}", process=name, source="test", **columns)
        position = workspace.ledger.position()
        workspace.ledger.append(batch, begin.now)
        return workspace.ledger.follow(position)[0]

    return append


def best(begin):
    """The deals that weigh most, with the stage after theirs."""
    stages = begin.race.history.process.stages
    found = begin.outcome.deals[:30]
    places = [stages.index(each.stage) + 1 for each in found]
    return [
        (each, stages[place])
        for each, place in zip(found, places, strict=True)
        if place < len(stages)
    ]


def test_it_begins_where_the_forecast_is(board, begin):
    assert board.p_target == begin.outcome.p_target


def test_credits_add_up_to_about_what_the_forecast_made_anew_says(board, workspace, begin, happens):
    before = begin.outcome
    deals = best(begin)
    told = [board.take(workspace, happens(deal.deal, "moved", stage)) for deal, stage in deals[:8]]
    won = deals[8][0]
    told.append(board.take(workspace, happens(won.deal, "won", "Won")))
    after = workspace.outcome(workspace.race(None, begin.race.history.until))
    # The forecast made anew has learned from the movements; the scoreboard keeps its model.
    gain = sum(each.credit.expected for each in told)
    assert gain == pytest.approx(after.mean - before.mean, rel=0.1)
    assert board.p_target == pytest.approx(after.p_target, abs=0.04)
    assert board.p_target - before.p_target > 0.3
    assert told[-1].credit.chance[1] == 1.0
    assert told[0].credit.target[1] == told[1].credit.target[0]


def test_the_chance_of_the_target_is_that_of_the_exact_distribution(board, begin):
    kept = board._kept
    whole = begin.outcome.whole
    view, amount = whole.outlook, whole.amount
    drawn = view.drawn[:, view.cell].copy()
    coming = view.amount_to_come(whole.last, whole.kind_means, whole.direct_mean)
    coming = coming / whole.jumps.mean() * view.coming
    for row in np.argsort(-whole.p * amount)[:10].tolist():
        before = kept.open_stake(
            float(amount[row]),
            0 if whole.banded is None else int(whole.banded.group[row]),
            int(view.open_.stage[row]),
            int(view.open_.age[row]),
        )
        after = kept.won_stake(float(amount[row]))
        _, kept = kept.moved(before, after)
        drawn[:, row] = 1.0
        exact = total_mixture(amount, drawn, coming, float(whole.won_amount.sum()), whole.jumps)
        assert kept.p_target == pytest.approx(float(exact.exceeds(whole.target)), abs=2e-3)
        assert kept.mean == pytest.approx(exact.mean, rel=1e-9)


def test_a_loss_takes_away_just_what_the_deal_was_expected_to_bring(
    board, workspace, begin, happens
):
    whole = begin.outcome.whole
    deal, _ = best(begin)[12]
    names = [begin.race.history.deals[each] for each in whole.open_.deal.tolist()]
    row = names.index(deal.deal)
    told = board.take(workspace, happens(deal.deal, "lost", "Lost"))
    assert told.credit.expected == pytest.approx(-whole.amount[row] * whole.p[row])
    assert told.credit.chance == (pytest.approx(deal.p), 0.0)
    assert (told.left, told.onward) == (deal.stage, -1)


def test_an_amount_that_grows_is_credited_at_the_deals_chance(board, workspace, begin, happens):
    deal, _ = best(begin)[13]
    told = board.take(workspace, happens(deal.deal, "amount_changed", amount=2 * deal.amount))
    ratio = board._race.won_ratio.ratio[board.process.stages.index(deal.stage)]
    assert told.credit.expected == pytest.approx(deal.amount * ratio * deal.p)
    assert told.onward == 0
    assert told.amount == 2 * deal.amount


def test_a_new_deal_is_worth_its_chance(board, workspace, happens):
    new = {"amount": 1e6, "currency": "SEK", "owner": "anna.lindqvist"}
    told = board.take(workspace, happens("X-1", "created", "Prospect", **new))
    assert told.left is None
    assert told.owner == "anna.lindqvist"
    assert 0 < told.credit.chance[1] < 0.5
    assert told.credit.expected > 0


def test_what_is_taken_back_takes_its_credit_back(board, workspace, begin, happens):
    deal, stage = best(begin)[14]
    entry = happens(deal.deal, "moved", stage)
    given = board.take(workspace, entry).credit.expected
    back = happens(deal.deal, "retracted", refers_to=entry.key)
    assert board.take(workspace, back).credit.expected == pytest.approx(-given)


def test_what_is_entered_late_is_put_where_it_belongs(board, workspace, begin, happens):
    deal, stage = best(begin)[15]
    first = happens(deal.deal, "moved", stage)
    late = happens(deal.deal, "moved", deal.stage, at=begin.now - 1000)
    board.take(workspace, first)
    assert board.take(workspace, late).credit.expected == pytest.approx(0.0, abs=1e-6)


def test_a_deal_that_changes_hands_brings_no_credit(board, workspace, begin, happens):
    deal, _ = best(begin)[16]
    told = board.take(workspace, happens(deal.deal, "owner_changed", owner="karin.akesson"))
    assert told.owner == "karin.akesson"
    assert told.credit.expected == 0.0
    assert told.credit.target[0] == pytest.approx(told.credit.target[1])
