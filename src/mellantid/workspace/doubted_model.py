"""Doubts about the model: that the calendar is no matter, and that a stage forgets the past."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from mellantid.core.chances.dated import dated_chances
from mellantid.core.doubts import calendar, memory
from mellantid.core.doubts.by_day import LOST, ONWARD, WON
from mellantid.core.doubts.tails import believed
from mellantid.metrics import numbers
from mellantid.workspace import doubt as kinds
from mellantid.workspace.doubt import FOUND, LEVEL, NOT_FOUND, TELLING, TOO_EARLY, Doubt, Factor

if TYPE_CHECKING:
    from mellantid.core.doubts.by_day import ByDay
    from mellantid.core.doubts.calendar import Days, QuarterFactors
    from mellantid.core.doubts.memory import Memory
    from mellantid.core.doubts.rates import Ratio
    from mellantid.core.types import Floats
    from mellantid.workspace.race import Race

WEEKDAYS: Final = numbers.WEEKDAYS["en"]
WAYS: Final = {"won": WON, "onward": ONWARD, "lost": LOST}
VERBS: Final = {"won": "are won", "onward": "move on", "lost": "are lost"}
ONCE: Final = {"won": "being won", "onward": "moving on", "lost": "being lost"}


@dataclass(frozen=True)
class _Test:
    """One effect of the calendar that was tested."""

    kind: str
    way: str
    when: str
    ratio: Ratio


def told_calendar(race: Race, found: ByDay) -> list[Doubt]:
    """Weekdays, the ends of months, the end of the quarter: by way out of the stages."""
    days = calendar.days_of(race.history.clock, found.days)
    ways = [way for way, kind in WAYS.items() if found.expected[kind].any()]
    tests = [test for way in ways for test in _tests(found, days, way)]
    sure = believed([test.ratio.p for test in tests], LEVEL)
    named = [
        test
        for test, is_sure in zip(tests, sure, strict=True)
        if is_sure and _tells(test.ratio.ratio)
    ]
    for way in ways:
        named = _without_echoes(found, days, way, named)
    return [*(_told(race, found, days, test) for test in named), *_not_found(tests, named)]


def _tests(found: ByDay, days: Days, way: str) -> list[_Test]:
    seen, expected = found.seen[WAYS[way]], found.expected[WAYS[way]]
    first, last = calendar.month_ends(seen, expected, days)
    return [
        *(
            _Test(kinds.WEEKDAY, way, _on_weekday(day, days), ratio)
            for day, ratio in calendar.by_weekday(seen, expected, days).items()
        ),
        _Test(kinds.MONTH_END, way, "On the month's first working day", first),
        _Test(kinds.MONTH_END, way, "On the month's last working day", last),
        _Test(
            kinds.QUARTER_END,
            way,
            f"In the last {calendar.QUARTER_END} working days of a quarter",
            calendar.quarter_end(seen, expected, days),
        ),
    ]


def _on_weekday(day: int, days: Days) -> str:
    """On which days; what happens in a weekend has the working day before it."""
    weekend = " and the weekends after them" if day == days.weekday.max() < 6 else ""
    return f"On {WEEKDAYS[day]}s{weekend}"


def _without_echoes(found: ByDay, days: Days, way: str, named: list[_Test]) -> list[_Test]:
    """The tests named, less the weekdays that differ only since another one does.

    The surest weekday is set aside and the others compared among themselves, and so on.
    """
    mine = [test for test in named if (test.kind, test.way) == (kinds.WEEKDAY, way)]
    others = [test for test in named if test not in mine]
    seen, expected = found.seen[WAYS[way]], found.expected[WAYS[way]]
    among = {int(day) for day in np.unique(days.weekday)}
    kept: list[_Test] = []
    while mine and len(among) > 1:
        ratios = calendar.by_weekday(seen, expected, days, among)
        day, ratio = min(ratios.items(), key=lambda each: each[1].p)
        if ratio.p > LEVEL / len(ratios) or not _tells(ratio.ratio):
            break
        kept.append(_Test(kinds.WEEKDAY, way, _on_weekday(day, days), ratio))
        among.remove(day)
    return [*others, *kept]


def _tells(ratio: float) -> bool:
    return bool(np.isfinite(ratio)) and abs(np.log(max(ratio, 1e-9))) >= np.log(TELLING)


def _not_found(tests: list[_Test], named: list[_Test]) -> list[Doubt]:
    """One row for each kind of calendar effect and way of which nothing was found."""
    found = {(test.kind, test.way) for test in named}
    rows = []
    for kind, way in dict.fromkeys((test.kind, test.way) for test in tests):
        if (kind, way) in found:
            continue
        mine = (test.ratio for test in tests if (test.kind, test.way) == (kind, way))
        least = min(mine, key=lambda ratio: ratio.p)
        if not np.isfinite(least.ratio):
            what = f"Not enough data: too few deals {VERBS[way]} to tell an effect of the {kind}."
            rows.append(Doubt(kind, TOO_EARLY, what, way=way, n=int(least.seen)))
            continue
        what = f"No effect of the {kind} on {ONCE[way]} that is sure and matters."
        rows.append(_row(kind, NOT_FOUND, what, way, least))
    return rows


def _row(
    kind: str,
    verdict: str,
    what: str,
    way: str,
    ratio: Ratio,
    factors: tuple[Factor, ...] = (),
) -> Doubt:
    return Doubt(
        kind,
        verdict,
        what,
        way=way,
        n=int(ratio.seen),
        expected=ratio.expected,
        ratio=ratio.ratio,
        low=ratio.low,
        high=ratio.high,
        p=ratio.p,
        factors=factors,
    )


def _told(race: Race, found: ByDay, days: Days, test: _Test) -> Doubt:
    kind, way, when, ratio = test.kind, test.way, test.when, test.ratio
    what = (
        f"{when} deals {VERBS[way]} {_times(ratio.ratio)} as often as on other days, given who "
        f"stands where ({_interval(ratio.low, ratio.high)})."
    )
    if kind != kinds.QUARTER_END:
        return _row(kind, FOUND, what, way, ratio)
    factors = calendar.quarter_factors(found.seen[WAYS[way]], found.expected[WAYS[way]], days)
    if way != "lost":
        what += _by_the_quarters_end(race, factors)
    return _row(kind, FOUND, what, way, ratio, _bands(factors))


def _times(ratio: float) -> str:
    return f"{numbers.decimal(ratio, 2)} times"


def _interval(low: float, high: float) -> str:
    return f"90{numbers.NARROW}% interval {numbers.decimal(low, 2)} to {numbers.decimal(high, 2)}"


def _bands(factors: QuarterFactors) -> tuple[Factor, ...]:
    ends = (*(first - 1 for first in calendar.BANDS[1:]), None)
    return tuple(
        Factor(first, last, float(factor))
        for first, last, factor in zip(calendar.BANDS, ends, factors.factor, strict=True)
    )


def _by_the_quarters_end(race: Race, factors: QuarterFactors) -> str:
    """What the factors would make of the open deals' wins by the end of the running quarter."""
    today, clock = race.history.until_day, race.history.clock
    left = int(calendar.days_of(clock, np.array([today])).to_quarter_end[0])
    if left < 1 or not race.open_deals.size:
        return ""
    factor = factors.of(left - 1 - np.arange(left))
    flat, bent = (_wins(race, each) for each in (np.ones(left), factor))
    return (
        f" By the quarter's end {numbers.movements(bent)} of the open deals would be won so, where "
        f"the forecast, which takes no account of it, has {numbers.movements(flat)}."
    )


def _wins(race: Race, factor: Floats) -> float:
    hazard, open_ = race.model.hazard[0], race.open_deals
    chances = dated_chances(race.history.process, hazard, factor).standing
    return float(chances[open_.stage, np.minimum(open_.age, hazard.shape[-1] - 1)].sum())


def told_memory(race: Race, found: tuple[Memory, ...]) -> list[Doubt]:
    """Every test of the semi-Markov assumption, with its effect."""
    tested = [each for each in found if not each.missing]
    sure = dict(zip(tested, believed([each.p for each in tested], LEVEL), strict=True))
    stages = race.history.process.stages
    told = []
    for each in found:
        name = stages[each.stage]
        if each.missing:
            what = (
                f"Not enough data: needs {each.missing} more deals that leave {name} {each.way} to "
                f"test it for {each.of}."
            )
            told.append(
                Doubt(kinds.MEMORY, TOO_EARLY, what, stage=name, way=each.way, n=each.exits)
            )
            continue
        named = bool(sure[each]) and _tells(each.ratio)
        told.append(
            Doubt(
                kinds.MEMORY,
                FOUND if named else NOT_FOUND,
                _remembered(each, name),
                stage=name,
                way=each.way,
                n=each.exits,
                ratio=each.ratio,
                low=each.low,
                high=each.high,
                p=each.p,
            )
        )
    return sorted(told, key=lambda each: -abs(np.log(each.ratio or 1.0)))


def _remembered(each: Memory, stage: str) -> str:
    if each.of == memory.SINCE_CREATION:
        late = f"{numbers.count(each.low_from)} working days or more after they were created"
        slow, quick = f"that enter {stage} {late}", f"that do within {numbers.count(each.high_to)}"
    else:
        slow, quick = f"that have been in {stage} before", "there for the first time"
    leave = "move on from it" if each.way == memory.ONWARD else "are lost from it"
    return (
        f"Deals {slow} {leave} {_times(each.ratio)} as often a day as deals {quick}, at the same "
        f"age in the stage ({_interval(each.low, each.high)}); the model takes no account of it."
    )
