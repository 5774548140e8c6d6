"""Each complication of a simulated organisation does what its switch says, and only when on."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mellantid.core.history import UNCHANGED
from mellantid.simulation import (
    EVERYTHING,
    PLAIN,
    Happening,
    Organisation,
    clock_in,
    simulate,
    standard_course,
    varied,
)
from mellantid.simulation.calendar import SEASON, months_of_days

CLOCK = clock_in()
FIRST, LAST = 13_000, 13_520


def run(complications=PLAIN, seed=1, creation=30.0, course=None, **more):
    rng = np.random.default_rng(seed)
    course = standard_course() if course is None else course
    org = Organisation.draw(rng, course, complications, creation=creation, **more)
    return org, simulate(org, CLOCK, FIRST, LAST, rng)


def count(happenings, kind):
    return int((happenings.kind == kind).sum())


def moves(happenings):
    """State before and after each movement that is not a creation."""
    rows = happenings.where(np.flatnonzero(happenings.state != UNCHANGED))
    same = rows.deal[1:] == rows.deal[:-1]
    return rows.state[:-1][same], rows.state[1:][same]


@pytest.mark.parametrize("complications", [PLAIN, EVERYTHING])
def test_the_same_seed_gives_the_same_data_and_another_seed_other_data(complications):
    _, one = run(complications, seed=5, creation=5.0)
    _, two = run(complications, seed=5, creation=5.0)
    _, other = run(complications, seed=6, creation=5.0)
    for name in ("kind", "deal", "day", "state", "owner", "amount"):
        assert np.array_equal(getattr(one, name), getattr(two, name), equal_nan=name == "amount")
    assert one.size != other.size or not np.array_equal(one.day, other.day)


def test_a_plain_organisation_has_only_creations_movements_and_endings():
    _, happenings = run()
    assert set(np.unique(happenings.kind)) == {0, 1, 2, 3}
    assert happenings.day.min() >= FIRST
    assert happenings.day.max() <= LAST


def test_a_deals_rows_are_in_the_order_of_time_and_nothing_follows_its_end():
    org, happenings = run(replace(EVERYTHING, reopened=0.0))
    same = happenings.deal[1:] == happenings.deal[:-1]
    assert np.all(np.diff(happenings.day)[same] >= 0)
    ended = np.isin(happenings.kind[:-1], [Happening.WON, Happening.LOST])
    assert not np.any(same & ended)
    first = np.append(True, ~same)
    assert np.all((happenings.kind == Happening.CREATED) == first)
    assert happenings.state.max() <= org.process.lost_state


def test_with_skips_and_steps_back_off_every_movement_goes_to_the_next_stage():
    course = tuple(replace(stage, skip=0.0, back=0.0) for stage in standard_course())
    org, happenings = run(course=course)
    before, after = moves(happenings)
    assert np.all((after == before + 1) | (after == org.process.lost_state))


def test_skips_and_steps_back_come_at_the_share_stated():
    course = tuple(replace(stage, skip=0.10, back=0.05) for stage in standard_course())
    org, happenings = run(course=course, creation=100.0)
    before, after = moves(happenings)
    inner = (before > 0) & (before < org.process.size - 1) & (after != org.process.lost_state)
    skipped = (after == before + 2)[inner].mean()
    back = (after == before - 1)[inner].mean()
    sd = np.sqrt(0.1 * 0.9 / inner.sum())
    assert skipped == pytest.approx(0.10, abs=4 * sd)
    assert back == pytest.approx(0.05, abs=4 * sd)


def test_some_movements_come_on_the_day_of_entry():
    _, happenings = run()
    same = (happenings.deal[1:] == happenings.deal[:-1]) & (np.diff(happenings.day) == 0)
    assert 0.02 < same.mean() < 0.2


def test_ghosts_are_losses_that_nobody_records():
    _, without = run(creation=100.0)
    _, with_ghosts = run(replace(PLAIN, ghosts=0.4), creation=100.0)
    share = count(with_ghosts, Happening.LOST) / count(without, Happening.LOST)
    # Losses are some 35,000 counts each: sd of the ratio under 0.01.
    assert share == pytest.approx(0.6, abs=0.04)


def test_reopened_deals_come_back_to_the_stage_they_left():
    _, without = run()
    assert count(without, Happening.REOPENED) == 0
    _, happenings = run(replace(PLAIN, reopened=0.1))
    rows = happenings.where(np.flatnonzero(happenings.state != UNCHANGED))
    again = np.flatnonzero(rows.kind == Happening.REOPENED)
    assert again.size > 100
    assert np.all(rows.kind[again - 1] == Happening.LOST)
    assert np.all(rows.state[again] == rows.state[again - 2])
    assert np.all(rows.day[again] - rows.day[again - 1] >= 10)


def test_amounts_change_only_with_a_movement_and_only_when_switched_on():
    _, without = run()
    assert count(without, Happening.AMOUNT_CHANGED) == 0
    _, happenings = run(replace(PLAIN, amount_changes=0.2))
    changed = np.flatnonzero(happenings.kind == Happening.AMOUNT_CHANGED)
    assert changed.size > 100
    assert np.all(happenings.day[changed + 1] == happenings.day[changed])
    assert np.all(happenings.deal[changed + 1] == happenings.deal[changed])
    assert np.all(happenings.amount[changed] % 1000 == 0)


def test_hand_overs_stay_within_the_team():
    org, happenings = run(replace(PLAIN, hand_overs=0.05))
    rows = happenings.where(np.flatnonzero(happenings.owner != UNCHANGED))
    over = np.flatnonzero(rows.kind == Happening.OWNER_CHANGED)
    assert over.size > 100
    teams = np.array([seller.team for seller in org.sellers])
    assert np.all(rows.owner[over] != rows.owner[over - 1])
    assert np.all(teams[rows.owner[over]] == teams[rows.owner[over - 1]])


def test_a_team_of_one_hands_over_nothing():
    _, happenings = run(replace(PLAIN, hand_overs=0.5), sellers=sellers_of_one_team_each())
    assert count(happenings, Happening.OWNER_CHANGED) == 0


def sellers_of_one_team_each():
    rng = np.random.default_rng(0)
    sellers = Organisation.draw(rng).sellers
    return tuple(replace(seller, team=seller.identity) for seller in sellers)


def test_creation_follows_the_season_when_switched_on():
    days = np.arange(FIRST, LAST + 1)
    months = months_of_days(CLOCK, days) % 12
    for weight in (0.0, 1.0):
        _, happenings = run(replace(PLAIN, season=weight), creation=200.0)
        created = happenings.day[happenings.kind == Happening.CREATED]
        by_month = np.bincount(months[created - FIRST], minlength=12)
        expected = 200.0 * np.bincount(months) * (1 + weight * (SEASON / SEASON.mean() - 1))
        z = (by_month - expected) / np.sqrt(expected)
        assert np.abs(z).max() < 4.0


def test_the_slow_leg_slows_in_its_days_and_nowhere_else():
    slow = replace(PLAIN, slow_leg=0.8)
    _, happenings = run(slow, creation=150.0, slow=(3, LAST - 62, LAST))
    _, fair = run(PLAIN, creation=150.0, slow=(3, LAST - 62, LAST))

    def passes(rows, stage, first, last):
        moved = rows.where(np.flatnonzero(rows.state != UNCHANGED))
        same = moved.deal[1:] == moved.deal[:-1]
        on = same & (moved.state[:-1] == stage) & (moved.state[1:] > stage)
        on &= moved.state[1:] < 8
        day = moved.day[1:][on]
        return int(((day >= first) & (day <= last)).sum())

    late, before = (LAST - 62, LAST), (FIRST + 200, LAST - 63)
    assert passes(happenings, 3, *late) < 0.8 * passes(fair, 3, *late)
    for stage, days in ((3, before), (1, late), (2, late)):
        there, here = passes(happenings, stage, *days), passes(fair, stage, *days)
        assert there == pytest.approx(here, abs=5 * np.sqrt(2 * here))


@pytest.mark.parametrize(
    ("switch", "spread"), [("sellers_differ", 0.5), ("common_factor", 0.6)], ids=str
)
def test_sellers_and_quarters_differ_more_than_chance_when_switched_on(switch, spread):
    def overdispersion(complications):
        _, happenings = run(complications, creation=100.0)
        won = np.flatnonzero(happenings.kind == Happening.WON)
        if switch == "sellers_differ":
            created = happenings.kind == Happening.CREATED
            owner = happenings.owner[created]
            wins = np.bincount(owner[happenings.deal[won]], minlength=25)
            expected = np.bincount(owner, minlength=25) * won.size / owner.size
        else:
            day = happenings.day[won]
            quarter = (day[day >= FIRST + 260] - FIRST - 260) // 65
            wins = np.bincount(quarter)[:4]
            expected = np.full(4, wins.mean())
        return float(((wins - expected) ** 2 / expected).mean())

    assert overdispersion(PLAIN) < 2.5
    assert overdispersion(replace(PLAIN, **{switch: spread})) > 4.0


def test_big_deals_are_slower_when_switched_on():
    def gap(complications):
        org, happenings = run(complications, creation=100.0)
        created = happenings.kind == Happening.CREATED
        big = happenings.amount[created] > org.amount_median
        won = np.zeros(big.size, dtype=bool)
        won[happenings.deal[happenings.kind == Happening.WON]] = True
        return won[~big].mean() / won[big].mean()

    assert gap(PLAIN) == pytest.approx(1.0, abs=0.1)
    assert gap(replace(PLAIN, big_deals_slower=0.2)) > 1.25


def test_quarters_end_with_a_push_when_switched_on():
    months = months_of_days(CLOCK, np.arange(FIRST, LAST + 1)) % 3

    def last_month_share(complications):
        _, happenings = run(complications, creation=100.0)
        day = happenings.day[happenings.kind == Happening.WON]
        return np.mean(months[day[day >= FIRST + 200] - FIRST] == 2)

    pushed = last_month_share(replace(PLAIN, quarter_end=0.5))
    assert pushed > last_month_share(PLAIN) + 0.05


def test_a_varied_course_keeps_its_names_and_changes_its_numbers():
    course = varied(standard_course(), np.random.default_rng(1))
    assert [stage.name for stage in course] == [stage.name for stage in standard_course()]
    assert all(0 < stage.onward < 1 for stage in course)
    assert all(a.days != b.days for a, b in zip(course, standard_course(), strict=True))
