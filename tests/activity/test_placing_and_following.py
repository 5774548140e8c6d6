import datetime as dt

import numpy as np
import pytest

from mellantid.core.activity.next_one import changed, following
from mellantid.core.activity.per_movement import leg_yield
from mellantid.core.activity.placing import NO_LEG, legs_of
from mellantid.core.activity.tally import Done, tally
from mellantid.core.clock import WorkingClock, Zone
from mellantid.core.history import History
from mellantid.core.process import Process

COURSE = Process("P", ("A", "B"))
CLOCK = WorkingClock.of(Zone.of(dt.UTC, "UTC"))
HOUR = 3_600_000


def at(text):
    return int(dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC).timestamp()) * 1000


def told(*rows, until="2025-03-01", owners=("x", "y")):
    """(deal, when, state, owner) rows as a history."""
    deals = sorted({deal for deal, *_ in rows})
    return History.fold(
        COURSE, CLOCK, at(until), tuple(deals), owners,
        [deals.index(deal) for deal, *_ in rows], [at(when) for _, when, *_ in rows],
        [state for _, _, state, _ in rows], owner=[owner for *_, owner in rows],
    )  # fmt: skip


HISTORY = told(
    ("d", "2025-01-07T10:00", 0, 0),
    ("d", "2025-01-10T10:00", 1, 0),
    ("d", "2025-01-20T10:00", 2, 0),
    ("e", "2025-01-08T10:00", 0, 1),
)


def place(deal, when, whole_day=False):
    moment = at(when)
    late, early = (moment + 24 * HOUR - 1, moment - 1) if whole_day else (moment, moment - 1)
    return int(legs_of(HISTORY, np.array([deal]), np.array([late]), np.array([early]))[0])


@pytest.mark.parametrize(
    ("when", "whole_day", "leg"),
    [
        ("2025-01-06T09:00", False, 0),
        ("2025-01-08T09:00", False, 1),
        ("2025-01-10T10:00", False, 1),
        ("2025-01-10T10:01", False, 2),
        ("2025-01-10", True, 1),
        ("2025-01-07", True, 1),
        ("2025-01-06", True, 0),
        ("2025-01-20", True, 2),
        ("2025-01-21", True, NO_LEG),
    ],
)
def test_an_activity_belongs_to_the_leg_before_which_the_deal_stood(when, whole_day, leg):
    assert place(0, when, whole_day) == leg


def test_where_deals_stand_does_not_depend_on_the_order_that_is_asked_in():
    deal = np.array([1, 0, 0, 1])
    moment = np.array([at(f"2025-01-{day:02d}T12:00") for day in (15, 11, 8, 6)])
    assert legs_of(HISTORY, deal, moment, moment - 1).tolist() == [1, 2, 1, 0]


def done(*rows):
    seller, leg, when, deal = zip(*rows, strict=True)
    day = CLOCK.day(np.array([at(each) for each in when]))
    return Done(*(np.array(each, dtype=np.int64) for each in (seller, leg, day, deal)))


def test_movements_count_only_where_the_seller_logged_and_from_the_first_activity_on():
    history = told(
        ("a", "2025-01-02T10:00", 0, 0), ("a", "2025-02-20T10:00", 1, 0),
        ("b", "2025-02-19T10:00", 0, 0), ("c", "2025-02-20T10:00", 0, 1),
    )  # fmt: skip
    found = tally(history, done((0, 1, "2025-02-20T09:00", 0)))
    assert found.activities[0, 1].sum() == 1
    # The other seller logs nothing, and b was created before anything was logged.
    assert found.movements[:, 0].sum() == 0
    assert found.movements[0, 1].sum() == 1
    assert found.movements[1].sum() == 0
    # Two months before is another stretch, in which nothing was logged.
    assert int(found.logged.sum()) == 1


def test_where_nobody_owns_anything_nothing_counts_and_nothing_fails():
    history = told(("a", "2025-01-02T10:00", 0, -1), owners=())
    none = Done(*(np.zeros(0, dtype=np.int64),) * 4)
    found = tally(history, none)
    assert found.movements.sum() == 0
    assert leg_yield(found.activities[:, 0], found.movements[:, 0]).early
    assert following(history, np.full((2, 4, 5), 0.02), none, found).missing == 5


def test_days_after_an_activity_and_the_others_make_up_all_that_are_compared():
    rng, rows, acts = np.random.default_rng(5), [], []
    for n in range(60):
        day = dt.date(2024, 9, 2) + dt.timedelta(days=int(rng.integers(0, 120)))
        rows.append((f"d{n:02d}", f"{day}T08:00", 0, n % 2))
        moved = day + dt.timedelta(days=int(rng.integers(1, 40)))
        rows.append((f"d{n:02d}", f"{moved}T15:00", 1, n % 2))
        acts.append((n % 2, 1, f"{moved if n % 3 else day}T09:00", n))
    history = told(*rows)
    hazard = np.full((2, 4, 50), 0.02)
    hazard[:, 0] = 0.0
    found = following(history, hazard, (mine := done(*acts)), tally(history, mine))
    counted = tally(history, mine).movements[:, 1].sum()
    assert found.made_with.sum() + found.made_without.sum() == counted
    assert found.made_with[0] >= 30
    with_, without = found.factors()
    assert with_[0][0] / with_[1][0] > 2.0 * without[0][0] / without[1][0]
    # A day counts once however many activities lie before it.
    twice = done(*acts, *acts)
    again = following(history, hazard, twice, tally(history, twice))
    assert again.expected_with == pytest.approx(found.expected_with)


def test_a_factor_of_one_leaves_a_chance_as_it_is_and_none_passes_one():
    p = np.array([0.0, 0.2, 1.0])
    assert changed(p, np.ones(3)) == pytest.approx(p)
    assert changed(p, np.full(3, 2.0)) == pytest.approx([0.0, 0.36, 1.0])
