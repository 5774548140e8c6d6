"""The ramp of new sellers: learned from past starters, given, and not where there is none."""

from __future__ import annotations

import datetime as dt
import json

import numpy as np
import plan_cases as cases
import pytest

from mellantid.core.history import History
from mellantid.core.planning.making import make_plan
from mellantid.core.planning.plan import Plan
from mellantid.core.planning.ramp import Ramp, daily_weights, learn_ramp, rise, starts
from mellantid.core.planning.target import Target
from mellantid.core.standing.money import money
from mellantid.core.standing.splits import splits

FIRST = cases.day_of(dt.date(2022, 1, 3))


def team(seed, length, days=700, veterans=5, starters=12, pace=0.4, late=None):
    """Deals of a team whose starters rise over `length` days; the history ends after `days`."""
    rng = np.random.default_rng(seed)
    begins = [0] * veterans + sorted(rng.integers(100, days - 200, starters).tolist())
    begins += [] if late is None else [days - late]
    deal_day, owner = [], []
    for who, begin in enumerate(begins):
        span = np.arange(days - begin)
        made = rng.poisson(pace * (rise(span, length) if who >= veterans else 1.0), span.size)
        made[0] = max(made[0], 1)
        day = np.repeat(span + begin, made)
        deal_day.append(day)
        owner.append(np.full(day.size, who))
    day, whose = np.concatenate(deal_day), np.concatenate(owner)
    dates = cases.clock().date_of_day(FIRST + day)
    at = cases.clock().zone.moments(dates * 86_400_000) + 10 * cases.HOUR
    end = int(cases.clock().date_of_day(FIRST + days - 1))
    until = cases.clock().end_of(dt.date(1970, 1, 1) + dt.timedelta(days=end))
    n = np.arange(day.size)
    names = tuple(f"s{who:02d}" for who in range(len(begins)))
    return History.fold(
        cases.PROCESS,
        cases.clock(),
        until,
        tuple(map(str, n)),
        names,
        n,
        at,
        np.zeros(n.size, dtype=np.int64),
        np.full(n.size, 100.0),
        whose,
    )


@pytest.mark.parametrize("length", [40, 80])
def test_a_ramp_is_found_again(length):
    found = [learn_ramp(team(seed, length, starters=20, pace=0.6)).days for seed in range(8)]
    # Twenty starts tell it to a fifth on average; lengths are tried in steps of five days.
    assert np.mean(found) == pytest.approx(length, rel=0.2)
    assert min(found) > 0


def test_where_starters_create_as_others_do_there_is_no_ramp():
    found = [learn_ramp(team(seed, 0)).days for seed in range(20)]
    # Odds of 20 to 1 are asked for.
    assert sum(days > 0 for days in found) <= 1


def test_few_starters_tell_no_ramp():
    found = learn_ramp(team(1, 60, starters=2))
    assert (found.days, found.starters) == (0, 2)


def test_whoever_was_there_at_first_has_no_start_and_nor_has_nobody():
    history = team(1, 60)
    first = starts(history)
    assert (first[:5] == 0).all()
    assert (first[5:-1] >= FIRST + 100).all()
    assert first[-1] == 0


def test_a_share_rises_to_the_others_and_a_days_shares_sum_to_one():
    history = team(3, 60, late=10)
    ahead = np.arange(history.until_day + 1, history.until_day + 121)
    weights = daily_weights(history, Ramp(60), ahead)
    newest = weights[:, -2]
    assert (np.diff(newest) >= 0).all()
    assert newest[-1] > 4 * newest[0]
    assert np.ptp(newest[60:]) == 0
    # Settled, they create about as the others do: their own few deals weigh little yet.
    assert newest[-1] == pytest.approx(weights[-1, :5].mean(), rel=0.3)
    assert (np.ptp(weights[:, :5], axis=0) == 0).all()


def test_nobody_new_leaves_the_shares_level():
    history = team(3, 60)
    ahead = np.arange(history.until_day + 1, history.until_day + 50)
    assert daily_weights(history, Ramp(60), ahead) is None
    assert daily_weights(team(3, 60, late=10), Ramp(0), ahead) is None


@pytest.fixture(scope="module")
def planned():
    """A plan in which a seller of two weeks ramps up."""
    history = team(3, 60, late=10)
    today = cases.clock().date(history.until - 1)
    first, last = today + dt.timedelta(days=1), today + dt.timedelta(days=180)
    target = Target("all", 200_000.0, first, last)
    return history, target, make_plan(history, cases.basis(), [target], ramp=Ramp(60), cap=np.inf)


def test_a_plan_with_a_ramp_asks_for_the_same_in_all(planned):
    history, target, plan = planned
    level = make_plan(history, cases.basis(), [target], cap=np.inf)
    assert plan.pace == pytest.approx(level.pace)
    assert plan.ramp == 60
    assert plan.daily.sum(axis=1) == pytest.approx(1.0)
    assert plan.shares == pytest.approx(plan.pace @ plan.daily / plan.pace.sum())
    assert level.daily is None
    assert level.daily_shares.sum(axis=1) == pytest.approx(1.0)


def test_a_new_seller_is_asked_for_little_at_first(planned):
    history, _, plan = planned
    newest = plan.owners.index(history.owners[-1])
    asked = plan.pace * plan.daily[:, newest]
    assert asked[:5].sum() < asked[60:65].sum() / 3
    # Splits and money of sellers go by the same shares.
    later = history_later(history, 25)
    found = splits(later, plan, {name: name for name in later.owners})
    place = found.groups.index(history.owners[-1])
    assert found.planned[place, 0] == pytest.approx(asked[:25].sum())
    assert found.planned[:, 0].sum() == pytest.approx(plan.planned[25, 0])
    (statement,) = money(later, plan)
    assert statement.lines().sum(axis=1) == pytest.approx(statement.gap, abs=1e-6)


def history_later(history, days):
    """The same history, so many working days on, in which nothing more happened."""
    end = int(cases.clock().date_of_day(history.until_day + days))
    until = cases.clock().end_of(dt.date(1970, 1, 1) + dt.timedelta(days=end))
    columns = ("process", "clock", "deals", "owners", "deal", "at", "after", "state", "amount")
    kept = {name: getattr(history, name) for name in (*columns, "owner")}
    return History(until=until, **kept)


def test_a_plan_with_a_ramp_is_read_back_as_it_was_and_one_without_too(planned):
    history, target, plan = planned
    again = Plan.from_dict(json.loads(json.dumps(plan.to_dict())))
    assert (again.daily == plan.daily).all()
    assert again.ramp == 60
    record = make_plan(history, cases.basis(), [target], cap=np.inf).to_dict()
    assert Plan.from_dict(record).daily is None
    # As plans were kept before there were ramps.
    old = {name: value for name, value in record.items() if name not in {"daily", "ramp"}}
    assert Plan.from_dict(old).ramp == 0
