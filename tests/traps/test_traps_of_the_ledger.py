"""Traps that others fell into, from the ledger through the workspace: a test for each."""

import datetime as dt

import numpy as np
import pytest
from workspace_story import NAME, deals, entry, ms, tell

from mellantid.core.counting.open_deals import won_in
from mellantid.core.planning.target import Target
from mellantid.core.process import Process
from mellantid.errors import DataError, QuestionError
from mellantid.ledger import Kind
from mellantid.workspace import Settings
from mellantid.workspace.next_steps import NextStep, clear_next_step, set_next_step
from mellantid.workspace.rates import Rate

END = ms("2025-07-01")
YEAR = (dt.date(2025, 1, 1), dt.date(2025, 12, 31))


def histogram(workspace, until=END):
    return workspace.race(NAME, until).histogram()


def test_a_renamed_stage_keeps_its_history(workspace):
    tell(workspace, *deals(40))
    before = histogram(workspace)
    assert any(row["stage"] == "Demo" for row in before)
    workspace.keep_process(Process(NAME, ("Qualified", "Workshop", "Offer")), 2)
    named = {"Demo": "Workshop"}
    renamed = [
        row
        | {"stage": named.get(row["stage"], row["stage"]), "to": named.get(row["to"], row["to"])}
        for row in before
    ]
    assert histogram(workspace) == renamed
    # What the ledger was told stays as it was told.
    assert "Demo" in workspace.ledger.read(NAME).stages


def test_a_deleted_stage_keeps_its_deals_their_wins_and_their_days(workspace):
    tell(workspace, *deals(40))
    before = workspace.race(NAME, END)
    workspace.keep_process(Process(NAME, ("Qualified", "Offer")), 2)
    after = workspace.race(NAME, END)
    assert after.history.deals == before.history.deals
    won = (
        history.state[history.last] == history.process.won_state
        for history in (before.history, after.history)
    )
    assert [int(found.sum()) for found in won] == [8, 8]
    assert after.open_deals.size == before.open_deals.size
    # The days in the stage that is gone are days in the one before it: none is lost. Where two
    # stays become one, the day of the move between them is no longer counted twice.
    moved = int(((before.history.before == 0) & (before.history.state == 1)).sum())
    days = [float(race.counts.table(300).exposure.sum()) for race in (before, after)]
    assert days[1] == days[0] - moved
    assert after.notes


def test_a_back_dated_move_does_not_rewrite_what_was_known(workspace):
    tell(workspace, *deals(20))
    then = ms("2025-02-05")
    before = workspace.race(NAME, then).history
    # On 1 May somebody enters that deal 0, untouched till then, went on in January.
    tell(workspace, entry("deal 0", "2025-01-20", "moved", "Offer", known="2025-05-01"))
    again = workspace.race(NAME, then).history
    for name in ("deal", "at", "state", "amount", "owner"):
        np.testing.assert_array_equal(getattr(again, name), getattr(before, name))
    # From when it was known the past has changed.
    now = workspace.race(NAME, END).history
    place = now.deals.index("deal 0")
    assert now.state[now.deal == place].tolist() == [0, 2]
    assert now.day[now.deal == place][1] == now.clock.day(ms("2025-01-20"))


def test_a_plan_is_compared_with_what_was_known_and_a_back_dated_move_is_a_correction(workspace):
    tell(workspace, *deals(60))
    workspace.set_target(Target("all", 9_000.0, dt.date(2025, 3, 3), dt.date(2025, 9, 30)), 1)
    plan, _ = workspace.make_plan(NAME, dt.date(2025, 3, 3), END)
    before = workspace.standing(workspace.race(NAME, END))
    tell(
        workspace,
        entry("deal 0", "2025-02-03", "won", "Won", known="2025-06-02"),
        now="2025-06-02",
    )
    assert workspace.plan(NAME, END).expected == plan.expected
    after = workspace.standing(workspace.race(NAME, END))
    assert [leg.actual for leg in after.legs] == [leg.actual for leg in before.legs]
    assert after.re_estimation != pytest.approx(before.re_estimation)


def test_a_deal_that_leaves_won_takes_its_amount_back_and_is_open_again(workspace):
    tell(workspace, *deals(20), entry("deal 4", "2025-03-03", "reopened", "Offer"))
    before, after = (workspace.race(NAME, ms(day)) for day in ("2025-03-01", "2025-03-05"))
    assert _won(before) - _won(after) == 104.0
    place = after.history.deals.index("deal 4")
    assert place in after.open_deals.deal
    assert place not in before.open_deals.deal


def _won(race):
    history = race.history
    return float(won_in(history, 0, history.until).amount.sum())


def test_a_deal_that_is_removed_after_it_was_won_is_won_no_longer(workspace):
    tell(workspace, *deals(20), entry("deal 4", "2025-03-03", Kind.REMOVED))
    before, after = (_won(workspace.race(NAME, moment)) for moment in (ms("2025-03-01"), END))
    assert before - after == 104.0


def test_deals_in_another_currency_count_toward_the_target_at_the_rate_of_the_day(workspace):
    workspace.add_rates(
        [Rate("EUR", dt.date(2025, 1, 1), 11.0), Rate("EUR", dt.date(2025, 2, 1), 10.0)]
    )
    tell(
        workspace,
        entry("a", "2025-01-07", "created", "Qualified", amount=100.0, currency="SEK"),
        entry("a", "2025-01-09", "won", "Won"),
        entry("b", "2025-01-07", "created", "Qualified", amount=100.0, currency="EUR"),
        entry("b", "2025-01-10", "won", "Won"),
        entry("c", "2025-02-05", "created", "Qualified", amount=100.0, currency="EUR"),
        entry("c", "2025-02-07", "won", "Won"),
    )
    workspace.set_target(Target("all", 5_000.0, *YEAR), 1)
    found = workspace.outcome(workspace.race(NAME, ms("2025-02-10")))
    assert found.target == 5_000.0
    assert found.won == 100 + 1_100 + 1_000


def test_an_amount_that_changes_keeps_the_currency_that_its_deal_had(workspace):
    workspace.add_rates([Rate("EUR", dt.date(2025, 1, 1), 11.0)])
    tell(
        workspace,
        entry("b", "2025-01-07", "created", "Qualified", amount=100.0, currency="EUR"),
        entry("b", "2025-01-08", "amount_changed", amount=200.0),
        entry("b", "2025-01-10", "won", "Won"),
    )
    assert _won(workspace.race(NAME, END)) == 2_200.0


def test_a_currency_without_a_rate_is_said_and_never_left_out(workspace):
    tell(workspace, entry("b", "2025-01-07", "created", "Qualified", amount=1.0, currency="EUR"))
    with pytest.raises(DataError, match="EUR and there is no rate to SEK"):
        workspace.race(NAME, END)


def test_editing_a_period_keeps_the_targets_of_all_others_and_its_own_past(workspace):
    tell(workspace, *deals(5))
    quarter = (dt.date(2025, 1, 1), dt.date(2025, 3, 31))
    workspace.set_target(Target("all", 900.0, *YEAR), 1)
    workspace.set_target(Target("s0", 400.0, *YEAR), 2)
    workspace.set_target(Target("all", 200.0, *quarter), 3)
    workspace.set_target(Target("all", 1_000.0, *YEAR), 4)
    workspace.withdraw_target("all", *quarter, 5)
    # A period that is edited is a new one: that it takes the old one's place must be said.
    workspace.set_target(Target("all", 250.0, quarter[0], dt.date(2025, 4, 30)), 6)
    found = {(each.owner, each.last): each.amount for each in workspace.targets}
    assert found == {
        ("all", YEAR[1]): 1_000.0,
        ("s0", YEAR[1]): 400.0,
        ("all", dt.date(2025, 4, 30)): 250.0,
    }
    kept = workspace.ledger.rows("SELECT amount, withdrawn FROM target ORDER BY id")
    assert kept == [(900.0, 0), (400.0, 0), (200.0, 0), (1_000.0, 0), (200.0, 1), (250.0, 0)]


def test_another_calendar_than_the_plans_is_refused_and_not_compared_by_number(workspace):
    tell(workspace, *deals(60))
    workspace.set_target(Target("all", 9_000.0, dt.date(2025, 3, 3), dt.date(2025, 9, 30)), 1)
    workspace.make_plan(NAME, dt.date(2025, 3, 3), END)
    # A July off every year takes some twenty days out of each year since 1970.
    workspace.change_settings(
        Settings(name="Test", timezone="UTC", currency="SEK", company_holidays=("07-07..08-01",))
    )
    with pytest.raises(QuestionError, match="calendar has changed since plan 1"):
        workspace.standing(workspace.race(NAME, END))


def test_a_deal_that_waits_for_an_agreed_meeting_is_not_called_caught(workspace):
    tell(workspace, *deals(40))
    race = workspace.race(NAME, END)
    first = workspace.ropes(race).caught[0].deal
    today, booked = dt.date(2025, 6, 30), ms("2025-06-01")
    set_next_step(workspace, NAME, NextStep(first, today, "meeting"), booked)

    def caught_on(date):
        found = workspace.ropes(workspace.race(NAME, workspace.clock.end_of(date)))
        return {deal.deal for deal in found.caught}, {deal.deal for deal in found.waiting}

    # On the day itself it still waits; the day after, it has been waited for in vain.
    assert first not in caught_on(today)[0]
    assert first in caught_on(today)[1]
    assert first in caught_on(today + dt.timedelta(days=1))[0]
    # Before it was booked nobody knew of it.
    before = dt.date(2025, 5, 31)
    assert first not in caught_on(before)[1]
    clear_next_step(workspace, NAME, first, booked + 1)
    assert first in caught_on(today)[0]
