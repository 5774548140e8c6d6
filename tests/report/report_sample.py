"""A report's data as a plain sample: eight legs, one that lags, some deals caught."""

import datetime as dt
import math

from mellantid.report import (
    DealLine,
    Fan,
    FanPoint,
    LegLine,
    Meta,
    Outcome,
    PaceWeek,
    ReportData,
    StageLine,
    WatchLine,
)

STAGES = (
    "Prospect",
    "Qualified",
    "Needs analysis",
    "Demo",
    "Offer",
    "Negotiation",
    "Contract",
)
SPLITS = (
    ("creation", 640, 655, 4.0, 310e3, "ahead and gaining", 9.0),
    ("Prospect", 500, 522, 7.0, 840e3, "best ever", 12.0),
    ("Qualified", 371.4, 377, 3.0, 220e3, "ahead and losing", -4.0),
    ("Needs analysis", 290.2, 288, -1.2, -90e3, "on pace", 1.0),
    ("Demo", 231.7, 224, -5.0, -410e3, "behind and gaining", 3.5),
    ("Offer", 161.3, 129, -23.0, -2.93e6, "behind and losing", -11.0),
    ("Negotiation", 101.8, 97, -6.0, -350e3, "too early to say", -2.0),
    ("Contract", 71.1, 70, None, 30e3, "too early to say", 0.0),
)
FINDINGS = (
    *("no change", "first sign", "no change", "back on plan"),
    *("no change", "changed", "too early to say", "cannot be told"),
)
FIRST, AS_OF, LAST = dt.date(2026, 1, 1), dt.date(2026, 9, 18), dt.date(2026, 12, 31)


def leg(name, planned, actual, days, money, verdict, trend):
    course = tuple((actual - planned) * k / 12 + math.sin(k) for k in range(13))
    return LegLine(
        leg=name,
        planned=planned,
        actual=actual,
        movements=actual - planned,
        days=days,
        money=money,
        verdict=verdict,
        trend=trend,
        needed_per_week=planned / 32,
        now_per_week=actual / 36,
        course=course,
    )


def watched(row, finding):
    name, planned, actual, *_ = row
    spoken = finding in {"changed", "first sign", "back on plan"}
    return WatchLine(
        leg=name,
        finding=finding,
        planned=planned,
        actual=actual,
        pace=actual / planned,
        since=dt.date(2026, 6, 22) if spoken else None,
        ratio=0.62 if spoken else None,
        e_value=412.0 if finding == "changed" else 0.3,
        wait_days=None if finding == "cannot be told" else 38.4,
    )


def fan():
    weeks = [FIRST + dt.timedelta(days=7 * k) for k in range(53)]
    won = [
        (day, 60e6 * (k / 53) ** 1.15 * (1 + 0.03 * math.sin(k)))
        for k, day in enumerate(weeks)
        if day <= AS_OF
    ]
    planned = [(day, 100e6 * (k / 52) ** 1.1) for k, day in enumerate(weeks)]
    start = won[-1][1]
    ahead = []
    for k, day in enumerate([AS_OF, *[week for week in weeks if week > AS_OF], LAST]):
        middle, spread = start + 2.6e6 * k, 2.1e6 * math.sqrt(k)
        ahead.append(
            FanPoint(
                day,
                *(middle + z * spread for z in (-1.645, -1.282, -0.674, 0, 0.674, 1.282, 1.645)),
            )
        )
    return Fan((*won, (AS_OF, start)), tuple(planned), tuple(ahead))


def sample(**changes):
    legs = tuple(leg(*row) for row in SPLITS)
    course = fan()
    end = course.ahead[-1]
    values = {
        "meta": Meta("Norrvind AB", "New business", "SEK", AS_OF, FIRST, LAST, 181, 251, 80e6, 3),
        "legs": legs,
        "gap_money": sum(line.money for line in legs) + 120e3 - 44e3,
        "amount_changes": 120e3,
        "re_estimation": -44e3,
        "outcome": Outcome(
            until=LAST,
            won=course.won[-1][1],
            mean=end.q50,
            sd=8.4e6,
            quantiles={
                0.05: end.q05,
                0.1: end.q10,
                0.25: end.q25,
                0.5: end.q50,
                0.75: end.q75,
                0.9: end.q90,
                0.95: end.q95,
            },
            p_target=0.63,
            arrival={0.1: dt.date(2026, 11, 20), 0.5: dt.date(2026, 12, 17), 0.9: None},
            open_mean=end.q50 - course.won[-1][1] - 4e6,
            new_mean=4e6,
        ),
        "watch": tuple(watched(*row) for row in zip(SPLITS, FINDINGS, strict=True)),
        "fan": course,
        "stages": tuple(
            StageLine(name, n, n * 410e3, caught, cut, basis, 900 - 100 * k)
            for k, (name, n, caught, cut, basis) in enumerate(
                [
                    (STAGES[0], 96, 22, 45.0, "half_chance"),
                    (STAGES[1], 64, 11, 38.0, "half_chance"),
                    (STAGES[2], 51, 4, 41.0, "q90"),
                    (STAGES[3], 40, 6, 33.0, "half_chance"),
                    (STAGES[4], 71, 30, 29.0, "half_chance"),
                    (STAGES[5], 22, 2, 35.0, "override"),
                    (STAGES[6], 9, 0, None, "too_early"),
                ]
            )
        ),
        "caught": tuple(
            DealLine(f"D-{4700 + k}", STAGES[k % 6], 60 + k, 1e6 - 9e3 * k, 0.02, "Åsa Lindqvist")
            for k in range(75)
        ),
        "deals": tuple(
            DealLine(f"D-{5100 + k}", STAGES[6 - k % 3], 3 + k, 2.4e6 - 9e4 * k, 0.8 - k / 20)
            for k in range(10)
        ),
        "pace": tuple(
            PaceWeek(
                FIRST + dt.timedelta(days=3 + 7 * k),
                tuple(row[1] * (k + 1) / 37 for row in SPLITS),
                tuple(row[2] * (k + 1) / 37 for row in SPLITS)
                if FIRST + dt.timedelta(days=3 + 7 * k) <= AS_OF
                else None,
            )
            for k in range(52)
        ),
        "notes": ("14 deals have no amount: they take the mean won amount, 410 kSEK.",),
    }
    return ReportData(**(values | changes))
