"""A plan for a chosen chance: the forecast, at the plan's pace, gives the target that chance."""

import datetime as dt
from dataclasses import replace

import pytest

from mellantid.core.planning.target import Target
from mellantid.workspace.outcome import foretell
from mellantid.workspace.planning import new_plan

YEAR = Target("all", 9_000.0, dt.date(2024, 7, 1), dt.date(2024, 12, 31))


def at_the_pace_of(plan, race):
    """The race, were deals created at the plan's level pace and the doubt about it as now."""
    month = race.history.clock.months_of_dates(race.history.clock.date_of_day([plan.start + 1]))
    factor = plan.pace[0] / race.arrivals.pace(month)[0]
    days = race.arrivals.rate_days / factor
    other = replace(race)
    other.__dict__["arrivals"] = replace(race.arrivals, rate_days=days)
    for name in ("counts", "model", "factors", "open_deals", "banded", "banded_deals"):
        other.__dict__[name] = getattr(race, name)
    return other


@pytest.fixture
def race(teller):
    teller.tell_a_year()
    return teller.race("2024-06-30")


@pytest.mark.parametrize("p", [0.3, 0.5, 0.7, 0.9])
def test_the_forecast_at_the_plans_pace_gives_the_target_the_chosen_chance(race, p):
    amount = foretell(race, YEAR.first, YEAR.last, None).mean
    plan = new_plan(race, [replace(YEAR, amount=amount)], 1, p)
    assert plan.p == p
    assert plan.reachable
    found = foretell(at_the_pace_of(plan, race), YEAR.first, YEAR.last, amount)
    # The search ends within 1e-6 of the number of wins; amounts come in steps of one deal.
    assert found.p_target == pytest.approx(p, abs=0.005)


def test_a_chance_that_is_there_already_asks_for_no_creation(race):
    won = foretell(race, YEAR.first, YEAR.last, None)
    sure = float(won.quantiles([0.001])[0])
    plan = new_plan(race, [replace(YEAR, amount=max(sure / 50, 1.0))], 1, 0.2)
    assert plan.pace.max() == 0.0 or plan.expected[0] > sure


def test_the_pace_rises_with_the_chance_and_the_forecasts_doubt_asks_for_more(race):
    amount = foretell(race, YEAR.first, YEAR.last, None).mean
    target = replace(YEAR, amount=amount)
    paces = [new_plan(race, [target], 1, p).pace[0] for p in (0.5, 0.7, 0.9)]
    assert paces == sorted(paces)
    from mellantid.core.planning.making import make_plan  # noqa: PLC0415 (only here)

    taken_as_true = make_plan(
        race.history,
        race.basis,
        [target],
        p=0.9,
        won_amounts=race.arrivals.amounts,
        assumed=race.assumed_amount,
    )
    assert paces[-1] > taken_as_true.pace[0]


def test_every_target_of_several_has_at_least_the_chosen_chance(race):
    next_year = Target("all", 0.9 * YEAR.amount, dt.date(2025, 1, 1), dt.date(2025, 6, 30))
    targets = [YEAR, next_year]
    plan = new_plan(race, targets, 1, 0.7)
    alone = [new_plan(race, [each], 1, 0.7) for each in targets]
    assert plan.reachable == all(each.reachable for each in alone)
    for place, each in enumerate(alone):
        assert plan.expected[place] >= each.expected[0] * (1 - 1e-6)
