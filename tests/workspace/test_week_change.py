from __future__ import annotations

import pytest

from mellantid.workspace.standing import standing
from mellantid.workspace.week_change import standing_then, totals, week_change

SUNDAY, NEXT = "2024-09-15", "2024-09-22"


@pytest.fixture
def story(teller):
    """A year of deals with a plan from July; a week in which all kinds of things happen."""
    teller.tell_a_year()
    teller.tell(
        ("D90", "2024-09-17 08:00", "amount_changed", None, {"amount": 500.0}),
        ("D91", "2024-09-17 08:00", "owner_changed", None, {"owner": "s0"}),
        ("X1", "2024-09-18 08:00", "created", "Lead", {"owner": "s1", "amount": 250.0}),
        # Known a week late: it belongs to the week in which it became known.
        ("X2", "2024-09-11", "created", "Talk", {"owner": "s2", "amount": 80.0, "known": NEXT}),
    )
    teller.plan()
    return teller


def changes(story, group="all", since=SUNDAY, until=NEXT):
    """The change of a week of everyone or of a seller, and the standings at both ends."""
    now, then = story.race(until), story.race(since)
    plan = story.workspace.plan(None, now.history.until)
    belongs = {each: each for each in ("s0", "s1", "s2")}
    after = standing(now, plan, 0, belongs)
    before = standing_then(then, plan, now.history.until, belongs)
    found = week_change(
        plan.version, totals(after, group), None if before is None else totals(before, group)
    )
    return found, before, after


@pytest.mark.parametrize("group", ["all", "s0", "s1", "s2"])
def test_the_lines_of_a_week_sum_to_the_change_of_the_gap(story, group):
    found, before, after = changes(story, group)
    gaps = {"all": (before.gap_money, after.gap_money)} | {
        each.group: (
            each.gap_money,
            next(b.gap_money for b in after.groups if b.group == each.group),
        )
        for each in before.groups
    }
    assert (found.before, found.after) == gaps[group]
    assert found.change == pytest.approx(found.after - found.before, abs=1e-9)
    assert sum(line.money for line in found.lines) == pytest.approx(found.change, abs=1e-6)


def test_each_kind_of_news_has_a_line_of_its_own(story):
    money = {line.line: line.money for line in changes(story, "s0")[0].lines}
    assert money["amount changes"] != 0
    assert money["owner changes"] > 0
    whole = {line.line: line.money for line in changes(story)[0].lines}
    assert whole["owner changes"] == pytest.approx(0, abs=1e-9)


def test_the_changes_of_the_sellers_sum_to_that_of_everyone(story):
    whole, before, _ = changes(story)
    names = {each.group for each in before.groups} | {"s0", "s1", "s2"}
    parts = [changes(story, each)[0] for each in sorted(names)]
    assert sum(each.change for each in parts) == pytest.approx(whole.change, abs=1e-6)
    for place, line in enumerate(whole.legs):
        assert sum(each.legs[place].money for each in parts) == pytest.approx(line.money, abs=1e-6)


def test_a_weeks_movements_are_those_that_became_known_in_it(story):
    creation = changes(story)[0].legs[0]
    told = story.workspace.ledger.rows(
        "SELECT count(*) FROM entry WHERE kind = 'created' AND known_at >= ? AND known_at < ?",
        tuple(story.race(day).history.until for day in (SUNDAY, NEXT)),
    )
    # What is known at the very end of the day belongs to it; X2 is known on the last day.
    assert creation.actual == told[0][0]
    assert creation.planned > 0


def test_two_weeks_after_each_other_sum_to_both_together(story):
    first, second, both = (
        changes(story, since=since, until=until)[0]
        for since, until in ((SUNDAY, NEXT), (NEXT, "2024-09-29"), (SUNDAY, "2024-09-29"))
    )
    for one, two, whole in zip(first.lines, second.lines, both.lines, strict=True):
        assert one.money + two.money == pytest.approx(whole.money, abs=1e-6)


def test_where_the_plan_began_in_the_week_the_gap_is_counted_from_its_start(story):
    found, before, after = changes(story, since="2024-06-23", until="2024-07-07")
    assert before is None
    assert not found.begun
    assert (found.before, found.change) == (0.0, after.gap_money)
    assert sum(line.money for line in found.lines) == pytest.approx(after.gap_money, abs=1e-6)
