"""The legs' compensators: what the model expects of those at risk, day by day."""

import datetime as dt

import numpy as np
import pytest
import watch_cases as cases

from mellantid.core.counting.sojourns import sojourns
from mellantid.core.history import UNKNOWN_WHEN
from mellantid.core.watch import compensators, last_whole_day, watch
from mellantid.core.watch.stays import stays
from mellantid.errors import QuestionError

FIRST = cases.START + 1


def onward(hazard, stage, age):
    """The chance to go onward, of one deal on one day."""
    return hazard[stage, stage + 1 : hazard.shape[0] + 1, min(age, cases.AGES - 1)].sum()


def by_hand(history, hazard, first, last):
    """Planned and actual passes, deal by deal and day by day."""
    planned, actual = np.zeros((2, hazard.shape[0] + 1, last - first + 1))
    pieces = sojourns(history)
    # Until when each piece is at risk, from the one rule that ages count from the day of entry.
    found = stays(history)
    for place in range(pieces.size):
        stage, entry = pieces.stage[place], found.entry[place]
        for age in range(pieces.entry_age[place], pieces.age[place] + 1):
            if first <= entry + age <= last:
                planned[stage + 1, entry + age - first] += onward(hazard, stage, age)
        day = entry + pieces.age[place]
        if stage < pieces.to[place] <= hazard.shape[0] and first <= day <= last:
            actual[stage + 1, day - first] += 1
    return planned, actual


def test_they_are_the_sums_over_deals_and_days():
    rng = np.random.default_rng(31)
    hazard = cases.chances(rng)
    history = cases.lived(rng, hazard, pace=3.0, days=40, standing=50)
    # A window that begins and ends within stays, longer and shorter than the ages told apart.
    for first, last in [(FIRST, FIRST + 39), (FIRST + 11, FIRST + 15), (FIRST + 20, FIRST + 20)]:
        found = compensators(history, hazard, first, last, pace=3.0)
        planned, actual = by_hand(history, hazard, first, last)
        assert found.planned[0, 1:] == pytest.approx(planned[1:], abs=1e-9)
        assert found.actual[0, 1:].tolist() == actual[1:].tolist()
        assert (found.planned[0, 0] == 3.0).all()


def test_stays_are_the_sojourns_with_their_days():
    rng = np.random.default_rng(32)
    history = cases.lived(rng, cases.chances(rng), pace=2.0, days=30, standing=20)
    found, pieces = stays(history), sojourns(history)
    assert found.stage.tolist() == pieces.stage.tolist()
    assert found.owner.tolist() == pieces.owner.tolist()
    assert (found.begin - found.entry).tolist() == pieces.entry_age.tolist()
    assert (found.last - found.entry).tolist() == pieces.age.tolist()


def test_actual_less_planned_is_a_martingale():
    rng = np.random.default_rng(33)
    hazard, runs, days, pace = cases.chances(rng, leave=0.1), 150, 30, 2.0
    gaps, planned, variance = [], [], []
    for _ in range(runs):
        history = cases.lived(rng, hazard, pace, days, standing=40)
        found = compensators(history, hazard, FIRST, FIRST + days - 1, pace)
        gaps.append((found.actual - found.planned)[0].cumsum(axis=1))
        planned.append(found.planned[0].sum(axis=1))
        squared = compensators(history, _squared(hazard), FIRST, FIRST + days - 1, 0.0)
        variance.append(planned[-1] - squared.planned[0].sum(axis=1))
    gap = np.array(gaps)
    # Mean nil at every moment, on every leg.
    error = gap.std(axis=0) / np.sqrt(runs)
    assert (np.abs(gap.mean(axis=0)) < 4 * error).all()
    # The variance is the sum of q (1 - q), a little under the planned number; of 150 runs it is
    # known to sqrt(2 / 150), 12 %.
    ratio = gap[..., -1].var(axis=0) / np.mean(variance, axis=0)
    assert (np.abs(ratio - 1) < 4 * np.sqrt(2 / runs)).all()
    assert (np.mean(variance, axis=0) <= np.mean(planned, axis=0) + 1e-9).all()


def _squared(hazard):
    """A hazard whose onward chance is the square of that of another: by the next stage alone."""
    found = np.zeros_like(hazard)
    for stage in range(hazard.shape[0]):
        found[stage, stage + 1] = hazard[stage, stage + 1 : hazard.shape[0] + 1].sum(axis=0) ** 2
    return found


def test_a_leg_that_is_starved_by_the_one_before_it_is_not_blamed():
    rng = np.random.default_rng(34)
    hazard = cases.chances(rng, leave=0.12)
    history = cases.lived(rng, hazard, pace=12.0, days=160, standing=300, slow=(0, 60, 0.4))
    found = watch(compensators(history, hazard, FIRST, FIRST + 159, 12.0))
    assert found.alarm[0].tolist() == [False, True, False, False]
    assert found.slower[0, 1]
    assert abs(found.since[0, 1] - (FIRST + 60)) <= 5
    assert found.ratio_low[0, 1] < 0.4 < found.ratio_high[0, 1]
    # Fewer passes than before came on the starved leg all the same.
    passes = compensators(history, hazard, FIRST, FIRST + 159, 12.0).actual[0, 2]
    assert passes[100:].mean() < 0.85 * passes[40:60].mean()


def test_groups_sum_to_the_whole_and_can_have_chances_of_their_own():
    rng = np.random.default_rng(35)
    hazard = cases.chances(rng)
    history = cases.lived(rng, hazard, pace=3.0, days=30, standing=50)
    last = FIRST + 29
    whole = compensators(history, hazard, FIRST, last, 3.0)
    parts = compensators(history, hazard, FIRST, last, np.full((2, 30), 1.5), [1, 0])
    assert parts.planned.sum(axis=0) == pytest.approx(whole.planned[0])
    assert parts.actual.sum(axis=0).tolist() == whole.actual[0].tolist()
    own = np.stack([hazard, hazard / 2])
    halved = compensators(history, own, FIRST, last, np.full((2, 30), 1.5), [1, 0])
    assert halved.planned[0] == pytest.approx(parts.planned[0])
    assert halved.planned[1, 1:] == pytest.approx(parts.planned[1, 1:] / 2)
    without = compensators(history, hazard, FIRST, last, 1.5, [-1, 0])
    assert without.planned[0] == pytest.approx(parts.planned[0])


def test_the_day_of_a_handover_belongs_to_the_new_owner(story):
    history = story(
        (0, "2025-03-03 09:00", 0, {"owner": 0}),
        (0, "2025-03-05 09:00", None, {"owner": 1}),
        (0, "2025-03-07 09:00", 1),
        until="2025-03-11",
    )
    hazard = np.full((3, 5, 4), 0.1)
    monday = int(history.day[0])
    found = compensators(history, hazard, monday, monday + 5, 0.0, np.append([0, 1], [-1] * 8))
    # From stage 0 three states lie onward: stages 1 and 2, and won.
    assert found.planned[0, 1] == pytest.approx([0.3, 0.3, 0, 0, 0, 0])
    assert found.planned[1, 1] == pytest.approx([0, 0, 0.3, 0.3, 0.3, 0])
    assert found.actual[1, 1].tolist() == [0, 0, 0, 0, 1, 0]
    assert found.actual[0, 0].tolist() == [1, 0, 0, 0, 0, 0]


def test_a_stay_of_unknown_age_is_neither_expected_to_end_nor_counted(story):
    history = story(
        (0, "2025-03-03 09:00", 0, {"after": UNKNOWN_WHEN}),
        (0, "2025-03-05 09:00", 1),
        until="2025-03-11",
    )
    first = int(history.day[0])
    found = compensators(history, np.full((3, 5, 4), 0.1), first, first + 4, 0.0)
    assert found.planned[0, 1].tolist() == [0] * 5
    assert found.actual[0, :2].sum() == 0
    assert found.planned[0, 2] == pytest.approx([0, 0, 0.2, 0.2, 0.2])


def test_a_day_that_is_not_over_is_not_watched(story):
    for until, last in [
        ("2025-03-07 14:00", dt.date(2025, 3, 6)),
        ("2025-03-08", dt.date(2025, 3, 7)),
        ("2025-03-09 12:00", dt.date(2025, 3, 7)),
        ("2025-03-10 12:00", dt.date(2025, 3, 7)),
        ("2025-03-11", dt.date(2025, 3, 10)),
    ]:
        history = story((0, "2025-03-03 09:00", 0), until=until)
        date = dt.date(1970, 1, 1) + dt.timedelta(
            days=int(history.clock.date_of_day(last_whole_day(history)))
        )
        assert date == last


def test_no_day_to_watch_is_said_so(story):
    history = story((0, "2025-03-03 09:00", 0), until="2025-03-11")
    hazard = np.full((3, 5, 4), 0.1)
    with pytest.raises(QuestionError, match="no whole working day"):
        compensators(history, hazard, history.until_day + 1, history.until_day, 0.0)
    with pytest.raises(QuestionError, match="no whole working day"):
        compensators(history, hazard, history.until_day, history.until_day + 1, 0.0)
