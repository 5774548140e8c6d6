"""Traps that others fell into, in model, plan, splits, money and forecast: a test for each."""

import datetime as dt
import re

import numpy as np
import pytest
from workspace_story import NAME, deals, entry, ms, tell

from mellantid.core.chances.wintable import win_table
from mellantid.core.counting.counts import Counts
from mellantid.core.counting.sojourns import sojourns
from mellantid.core.creation.arrivals import arrivals, creations_by_owner
from mellantid.core.forecasting.forecast import forecast
from mellantid.core.history import UNKNOWN_WHEN
from mellantid.core.modelling.model import fit
from mellantid.core.planning.making import make_plan
from mellantid.core.planning.pace import best_pace
from mellantid.core.planning.target import Target, period
from mellantid.core.planning.worth import Basis
from mellantid.core.standing.money import money
from mellantid.core.standing.passed import passes_made
from mellantid.core.standing.splits import splits
from mellantid.metrics import numbers
from mellantid.report import render
from mellantid.report.compose import compose

WON, LOST = 3, 4  # of three stages
START, LAST = dt.date(2025, 4, 1), dt.date(2025, 12, 31)


def flow(count, *, amount=100.0, begin="2025-01-06", step=1):
    """Deals that come evenly: of five, one is lost early, one stays, one is lost late, two won."""
    told, start = [], ms(begin)

    def at(day, hour=9):
        return start + (day // 5 * 7 + day % 5) * 86_400_000 + hour * 3_600_000

    for deal in range(count):
        day, way = deal * step, deal % 5
        told.append((deal, at(day), 0, {"amount": amount, "owner": deal % 2}))
        if way == 0:
            told.append((deal, at(day + 4 + deal % 7), LOST))
        if way > 1:
            told.append((deal, at(day + 3 + deal % 5), 1))
            told.append((deal, at(day + 9 + deal % 11), 2))
            told.append((deal, at(day + 15 + deal % 13), WON if way > 2 else LOST))
    return told


def model_of(history, ages=120):
    return fit(Counts.of(sojourns(history)).table(ages))


def plan_of(history, amount=3_000.0, first=START, **options):
    paced = arrivals(history)
    mean = 100.0 if np.isnan(paced.mean_amount) else paced.mean_amount
    basis = Basis(model_of(history).hazard[0], paced.entry, mean)
    return make_plan(history, basis, [Target("all", amount, first, LAST)], **options)


def foretell(history, target=None, **options):
    found = period(Target("all", target or 1.0, START, LAST), history.clock)
    rng = np.random.default_rng(1)
    return forecast(history, model_of(history), arrivals(history), found, target, rng, **options)


@pytest.mark.parametrize("ages", [60, 75, 400])
def test_daily_chances_and_chances_to_win_do_not_change_with_the_grid_they_are_reported_on(
    story, ages
):
    counts = Counts.of(sojourns(story(*flow(90), until="2025-03-28")))
    assert counts.age.max() < 60
    wide, other = (fit(counts.table(size)).hazard[0] for size in (200, ages))
    shared = int(counts.age.max()) + 1
    np.testing.assert_allclose(other[..., :shared], wide[..., :shared], rtol=1e-12)
    process = story(*flow(1)).process
    first, second = (win_table(process, hazard, 20).entering for hazard in (wide, other))
    np.testing.assert_allclose(first, second, rtol=1e-12)


def test_a_cause_with_no_event_yet_has_a_chance_and_a_deal_can_still_be_won(story):
    # Everybody goes on, nobody has been won or lost yet.
    history = story(
        *[(deal, "2025-03-03", 0) for deal in range(20)],
        *[(deal, "2025-03-10", 1) for deal in range(20)],
        *[(deal, "2025-03-17", 2) for deal in range(10)],
        until="2025-03-20",
    )
    hazard = model_of(history).hazard[0]
    assert (hazard[2, WON] > 0).all()
    assert (hazard[:, LOST] > 0).all()
    table = win_table(history.process, hazard, 250)
    assert (table.entering[-1] > 0).all()
    # Not seen among ten is not the same as certain to be small: below a share of 1 in 10 a day.
    assert hazard[2, WON].max() < 0.1


def test_lost_and_open_deals_stay_in_the_denominator_of_the_chance_to_win(story):
    told = [(deal, "2025-03-03", 2) for deal in range(300)]
    won = [(deal, "2025-03-06", WON) for deal in range(60)]
    lost = [(deal, "2025-03-06", LOST) for deal in range(60, 120)]

    def entering(*rows):
        history = story(*rows, until="2025-03-10")
        return float(win_table(history.process, model_of(history, 20).hazard[0], 3).entering[3, 2])

    # 60 of 300 were won within three days, whatever became of the other 240. The playbook, worth
    # five deals, may move it by some 2 %.
    assert entering(*told, *won, *lost) == pytest.approx(0.2, abs=0.01)
    assert entering(*told, *won) == pytest.approx(0.2, abs=0.01)


def test_a_deal_older_than_a_year_counts_in_model_plan_splits_money_and_forecast(story):
    old = (500, "2023-01-09", 0, {"amount": 1_000.0, "owner": 0})
    before = story(*flow(60), old, until="2025-04-01")
    plan = plan_of(before)
    now = story(*flow(60), old, (500, "2025-04-15", 1), until="2025-05-01")
    without = story(*flow(60), old, until="2025-05-01")
    assert splits(now, plan).actual[0, 1] == splits(without, plan).actual[0, 1] + 1
    steps = money(now, plan)[0].steps
    place = now.deals.index("deal 500")
    assert (steps.deal == place).any()
    found = foretell(now)
    at = found.open_.deal.tolist().index(place)
    assert 0 < found.p[at] < 1
    assert Counts.of(sojourns(now)).age.max() > 500


def test_a_deal_that_leaves_won_leaves_forecast_and_money_too(story):
    told = flow(60)
    won = next(row[0] for row in told if row[2] == WON and row[1] > ms("2025-04-02"))
    kept = story(*told, until="2025-06-02")
    left = story(*told, (won, "2025-05-20", 1), until="2025-06-02")
    plan = plan_of(story(*told, until="2025-04-01"))
    first, second = foretell(kept), foretell(left)
    assert first.won_amount.sum() - second.won_amount.sum() == 100.0
    assert won in second.open_.deal
    gaps = [money(history, plan)[0].gap.sum() for history in (kept, left)]
    back = second.p[second.open_.deal.tolist().index(won)]
    assert 0 < back < 1
    assert gaps[0] - gaps[1] == pytest.approx(100 * (1 - _under_plan(plan, left, won)), rel=1e-9)


def _under_plan(plan, history, deal):
    chance = plan.chances(history.process)[0]
    at = history.day[history.deal == deal][-1]
    return float(chance.standing(1, history.until_day - at, history.until_day))


def test_what_was_there_when_the_history_began_is_stock_and_no_pace(story):
    stock = [(deal, "2025-01-06", 0, {"after": UNKNOWN_WHEN, "owner": 1}) for deal in range(500)]
    flowing = [
        (500 + n, f"2025-0{1 + n // 20}-{7 + n % 20:02d}", 0, {"owner": 0}) for n in range(40)
    ]
    history = story(*stock, *flowing, until="2025-03-03")
    assert arrivals(history).creations == 40
    # Forty in forty-one days, not 540; and they were all of one seller.
    assert best_pace(history) <= 1.5
    assert creations_by_owner(history)[:2].tolist() == [40, 0]
    assert plan_of(history, first=dt.date(2025, 3, 3)).shares[:2].tolist() == [1.0, 0.0]


def test_a_deal_first_heard_of_as_won_or_lost_is_no_creation_that_the_plan_asked_for(story):
    told = flow(60)
    plan = plan_of(story(*told, until="2025-04-01"))
    before = story(*told, until="2025-05-05")
    after = story(
        *told,
        (600, "2025-04-10", WON, {"amount": 50.0}),
        (601, "2025-04-10", LOST, {"amount": 50.0}),
        until="2025-05-05",
    )
    assert arrivals(after).creations == arrivals(before).creations
    assert best_pace(after) == best_pace(before)
    np.testing.assert_array_equal(splits(after, plan).actual, splits(before, plan).actual)
    np.testing.assert_array_equal(passes_made(after, plan), passes_made(before, plan))
    # Its money is no less won, and counts on leg 0.
    gain = money(after, plan)[0].legs.sum(axis=0) - money(before, plan)[0].legs.sum(axis=0)
    assert gain == pytest.approx([50.0, 0.0, 0.0, 0.0])


def test_a_horizon_before_the_period_begins_foretells_nothing(story):
    history = story(*flow(60), until="2025-03-03")
    for days in (5, 15):
        found = foretell(history, 1_000.0, until=history.until_day + days)
        assert found.mean == 0.0
        assert found.p_target == 0.0


def test_deals_that_are_worth_nothing_are_foretold_to_bring_nothing(story):
    found = foretell(story(*flow(60, amount=0.0), until="2025-05-05"), 10.0)
    assert found.mean == found.sd == found.p_target == 0.0
    assert found.of_owner("seller 1").mean == 0.0
    assert found.quantiles((0.1, 0.9)).tolist() == [0.0, 0.0]


def test_a_history_of_half_a_day_ends_in_that_day_and_the_rest_is_still_to_come(story):
    told = flow(60)
    plan = plan_of(story(*told, until="2025-04-01"))
    noon = story(*told, until="2025-05-07 12:00")
    evening = story(*told, (700, "2025-05-07 15:00", 0, {"amount": 100.0}), until="2025-05-08")
    assert noon.until_day == evening.until_day
    first, second = splits(noon, plan), splits(evening, plan)
    np.testing.assert_array_equal(first.planned, second.planned)
    assert second.actual[0, 0] == first.actual[0, 0] + 1
    for history in (noon, evening):
        found = money(history, plan)[0]
        assert found.lines().sum() == pytest.approx(found.gap.sum(), abs=1e-9)


def test_the_report_shows_the_median_where_it_draws_the_middle_line_and_calls_nothing_else_so(
    workspace,
):
    # One deal in a hundred times the others' size makes mean and median far apart.
    tell(
        workspace,
        *deals(60),
        entry("whale", "2025-03-24", "created", "Offer", amount=40_000.0, owner="s0"),
    )
    workspace.set_target(Target("all", 9_000.0, dt.date(2025, 3, 3), dt.date(2025, 5, 30)), 1)
    workspace.make_plan(NAME, dt.date(2025, 3, 3), ms("2025-04-02"))
    data = compose(workspace, workspace.race(NAME, ms("2025-04-02")))
    middle, mean = data.outcome.quantiles[0.5], data.outcome.mean
    assert abs(mean - middle) > 0.3 * mean
    end = data.fan.ahead[-1]
    assert (end.q10, end.q50, end.q90) == pytest.approx(
        [data.outcome.quantiles[level] for level in (0.1, 0.5, 0.9)]
    )
    page = render(data)
    labels = re.findall(r">50[^<]*%\s*([^<]+)</text>", page)
    assert labels
    assert {label.split()[0] for label in labels} == {numbers.money(middle, "SEK").split()[0]}
    headline = re.search(r"<h1[^>]*>(.*?)</h1>", page, re.DOTALL)
    assert headline is not None
    assert numbers.money(mean, "SEK").split()[0] not in headline[1]


def test_working_and_calendar_days_are_not_mixed_in_plan_and_forecast(story):
    # A year of 52 weeks has 260 working days: the plan has one pace for each, and no other.
    history = story(*flow(60), until="2025-04-01")
    plan = plan_of(history)
    assert plan.days == np.busday_count("2025-04-01", "2026-01-01")
    found = foretell(history, 1_000.0)
    dates = found.course.dates
    assert all(date.weekday() < 5 for date in dates)
    assert found.last - history.until_day == np.busday_count("2025-04-01", "2026-01-01")
