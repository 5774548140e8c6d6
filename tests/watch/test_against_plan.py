"""A plan watched: the right doubt for every leg, and groups by their own chances."""

import datetime as dt
from dataclasses import dataclass, replace

import numpy as np
import pytest

from mellantid import library as mt
from mellantid.core.clock import EPOCH
from mellantid.core.history import History
from mellantid.core.planning.plan import Plan
from mellantid.core.planning.target import Target
from mellantid.core.watch import compensators, doubt, watch
from mellantid.core.watch.against_plan import watch_plan
from mellantid.errors import QuestionError
from mellantid.simulation import (
    PLAIN,
    Happenings,
    Organisation,
    clock_in,
    history,
    simulate,
    standard_course,
    wall_moments,
)

CLOCK = clock_in()
FIRST, PLANNED = 13_000, 13_500
SLOW = (3, PLANNED + 101, PLANNED + 250)


def date(day: int) -> dt.date:
    """The date of a working day."""
    return EPOCH + dt.timedelta(days=int(CLOCK.date_of_day(day)))


@dataclass(frozen=True)
class Run:
    """A simulated organisation, and a plan made after two years."""

    organisation: Organisation
    happenings: Happenings
    moments: np.ndarray
    plan: Plan

    def known(self, day: int) -> History:
        """What is known at the end of a day."""
        return history(
            self.organisation, self.happenings, self.moments, CLOCK, CLOCK.end_of(date(day))
        )


def run(seed: int, amount: float = 0.4, **bent) -> Run:
    """Simulate, and plan for a share of what would be won anyhow."""
    rng = np.random.default_rng(seed)
    organisation = Organisation.draw(
        rng, standard_course(), replace(PLAIN, **bent), creation=8.0, slow=SLOW
    )
    happenings = simulate(organisation, CLOCK, FIRST, PLANNED + 250, rng)
    moments = wall_moments(happenings, CLOCK, rng)
    then = history(organisation, happenings, moments, CLOCK, CLOCK.end_of(date(PLANNED)))
    target = Target("all", 3e8 * amount, date(PLANNED + 1), date(PLANNED + 250))
    return Run(organisation, happenings, moments, mt.plan(then, target))


@pytest.fixture(scope="module")
def slowed() -> Run:
    """Sellers differ, and the way out of the fourth stage slows on day 101 of the plan."""
    return run(81, sellers_differ=0.35, slow_leg=0.8)


def names(found: Run) -> dict[str, str]:
    """Each seller a group."""
    return {seller.identity: seller.identity for seller in found.organisation.sellers}


def teams(found: Run) -> dict[str, str]:
    """The team of each seller."""
    return {seller.identity: seller.team for seller in found.organisation.sellers}


def test_the_leg_that_slowed_is_named_and_no_other(slowed):
    found = watch_plan(slowed.known(PLANNED + 200), slowed.plan)
    assert found.named[0, 1:].tolist() == [False, False, False, True] + [False] * 3
    assert found.found.slower[0, 4]
    assert abs(found.found.since[0, 4] - SLOW[1]) <= 8
    assert found.found.ratio_low[0, 4] < np.exp(-0.8) < found.found.ratio_high[0, 4]
    early = watch_plan(slowed.known(PLANNED + 100), slowed.plan)
    assert not early.named[0, 1:].any()


def test_estimated_legs_are_doubted_and_an_asked_creation_is_not_but_for_its_swing(slowed):
    found = watch_plan(slowed.known(PLANNED + 50), slowed.plan)
    then = slowed.known(PLANNED)
    onward = mt.counts(then).table(1).exits[0, :, :, 0]
    exits = [onward[s, s + 1 : onward.shape[0] + 1].sum() for s in range(onward.shape[0])]
    low, high = doubt(exits, found.swing)
    assert found.low[0, 1:] == pytest.approx(low)
    assert found.high[0, 1:] == pytest.approx(high)
    assert found.low[0, 0] == pytest.approx(float(doubt(np.inf, found.swing_of_creation)[0]))


def test_a_creation_above_what_a_modest_plan_asks_is_no_change_but_one_below_a_bold_plan_is():
    modest, bold = run(82, amount=0.25), run(82, amount=0.75)
    asked = [each.plan.pace.mean() for each in (modest, bold)]
    assert asked[0] < 0.75 * 8.0 < 1.2 * 8.0 < asked[1]
    above = watch_plan(modest.known(PLANNED + 250), modest.plan)
    assert above.found.actual[0, 0] > 1.3 * above.found.planned[0, 0]
    assert above.high[0, 0] > 1.3
    assert not above.found.alarm[0, 0]
    below = watch_plan(bold.known(PLANNED + 250), bold.plan)
    assert below.found.alarm[0, 0]
    assert below.found.slower[0, 0]
    assert below.pace_high[0, 0] < 1.0


def test_groups_have_their_share_of_the_pace_and_all_of_what_was_done(slowed):
    now = slowed.known(PLANNED + 150)
    whole = watch_plan(now, slowed.plan)
    for belongs, above in ((names(slowed), teams(slowed)), (teams(slowed), None)):
        found = watch_plan(now, slowed.plan, belongs=belongs, above=above)
        assert set(found.groups) == {"", *belongs.values()}
        assert found.found.planned[:, 0].sum() == pytest.approx(whole.found.planned[0, 0])
        assert found.found.actual.sum(axis=0).tolist() == whole.found.actual[0].tolist()
        # Chances of their own scatter about the company's, which the deals at hand weigh anew.
        total = found.found.planned.sum(axis=0)
        assert total == pytest.approx(whole.found.planned[0], rel=0.1)
        assert not found.watched[list(found.groups).index("")].any()
        assert not found.named[~found.watched].any()
        # The fewer passes, the larger the doubt.
        if above is not None:
            assert (found.low[1:, 1:] < whole.low[0, 1:]).all()


def test_a_seller_who_was_always_slower_is_no_news():
    found = run(83, sellers_differ=0.6)
    now, plan = found.known(PLANNED + 250), found.plan
    belongs = names(found)
    own = watch_plan(now, plan, belongs=belongs, above=teams(found))
    of = [sorted({"", *belongs}).index(name) for name in now.owners]
    pace = plan.shares.mean() * plan.pace
    alike = compensators(now, plan.basis.hazard, PLANNED + 1, PLANNED + 250, pace, of, 0)
    blamed = watch(alike, low=own.low, high=own.high, horizon=plan.days)
    assert blamed.alarm[:, 1:].sum() >= 5
    assert own.found.alarm[:, 1:].sum() <= 2


def test_last_year_is_compared_by_the_same_chances_of_the_deals_at_hand(slowed):
    now = slowed.known(PLANNED + 200)
    found = watch_plan(now, slowed.plan)
    ratio, low, high = found.last_year
    first = int(
        CLOCK.day(CLOCK.start_of(date(PLANNED + 1).replace(year=date(PLANNED + 1).year - 1)))
    )
    created = now.middle_day[now.creations]
    before = ((created >= first) & (created < first + 200)).sum()
    assert ratio[0] == pytest.approx(found.found.actual[0, 0] / before)
    assert (low <= ratio).all()
    assert (ratio <= high).all()
    # The leg that slowed for half of the days is below last year, the leg before it is not.
    assert ratio[4] < 0.85
    assert low[3] < 1.0 < high[3]
    assert watch_plan(now, slowed.plan, belongs=teams(slowed)).last_year is None


def test_a_year_that_is_not_known_is_not_compared(slowed):
    observed = CLOCK.start_of(date(PLANNED - 200))
    assert (
        watch_plan(slowed.known(PLANNED + 40), slowed.plan, observed_from=observed).last_year
        is None
    )


def test_after_the_plans_end_the_watch_stands(slowed):
    end, later = (watch_plan(slowed.known(PLANNED + day), slowed.plan) for day in (250, 262))
    assert later.found.day == end.found.day == PLANNED + 250
    assert later.found.e_value == pytest.approx(end.found.e_value)


def test_before_a_whole_day_has_passed_there_is_nothing_to_watch(slowed):
    with pytest.raises(QuestionError, match="no whole working day"):
        watch_plan(slowed.known(PLANNED), slowed.plan)
