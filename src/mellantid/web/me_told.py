"""The sentences of a seller's own page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mellantid.core.standing.streak import WeekPace
from mellantid.metrics import numbers
from mellantid.web.me_writer import PACES
from mellantid.workspace.own_race import CREATED, MOVEMENTS, PASSAGE, TARGET

if TYPE_CHECKING:
    from mellantid.web.me_writer import OwnWriter
    from mellantid.workspace.own_race import OwnRace


def sentence(w: OwnWriter, found: OwnRace, *, mine: bool) -> str:
    """Where one stands on the way, and what is next."""
    said = {
        "name": found.name,
        "hand": w.amount(found.in_hand),
        "goal": w.round_amount(found.goal),
    }
    if found.won >= found.goal:
        whole = w.say("have_reached" if mine else "has_reached", won=w.amount(found.won), **said)
    elif found.in_hand >= found.goal:
        whole = w.say("have_more" if mine else "has_more", **said)
    else:
        whole = w.say("have" if mine else "has", **said)
    following = next((each for each in found.milestones if each.ahead), None)
    if following is None:
        return whole
    away = w.amount(following.value - found.in_hand)
    if following.goal:
        return f"{whole} {w.say('goal_next', away=away)}"
    value = w.round_amount(following.value)
    return f"{whole} {w.say('next', value=value, away=away)}"


def counted(w: OwnWriter, found: OwnRace) -> str:
    """What it is compared with."""
    return w.say(
        "counted" if found.goal_from == TARGET else "counted_by_plan",
        version=found.plan_version,
        last=numbers.date(found.last, w.language),
    )


def behind(w: OwnWriter, found: OwnRace) -> str:
    """What was created, this week and since the start."""
    moved = sum(leg.week_movements for leg in found.legs)
    week = w.say(
        "week_one" if moved == 1 else "week_created",
        n=w.count(moved),
        amount=w.amount(found.week_created, sign=True),
        beyond=w.amount(found.week_beyond, sign=True),
    )
    if not moved:
        week = w.say("week_none")
    whole = w.say(
        "since_created",
        since=numbers.date(found.since, w.language),
        n=w.count(sum(leg.movements for leg in found.legs)),
        amount=w.amount(found.created, sign=True),
        beyond=w.amount(found.beyond, sign=True),
    )
    return f"{week} {whole}"


def near(w: OwnWriter, found: OwnRace) -> str:
    """How far it is to the next milestone, in what the own pace brings."""
    following = next((each for each in found.milestones if each.ahead), None)
    if following is None or found.mean_week <= 0:
        return ""
    away = w.amount(following.value - found.in_hand)
    return w.say("near", away=away, week=w.amount(found.mean_week))


def streak(w: OwnWriter, found: OwnRace) -> dict[str, object]:
    """Weeks on pace, in a sentence and as a row of marks."""
    of = found.streak
    parts = []
    if not of.judged:
        parts.append(w.say("streak_none"))
    else:
        key = "streak_zero" if not of.now else "streak_one" if of.now == 1 else "streak"
        parts.append(w.say(key, n=of.now))
        parts.append(w.say("streak_of", longest=of.longest, n=of.on_pace, judged=of.judged))
    last = of.weeks[-1] if of.weeks else None
    if last is not None and last.pace == WeekPace.RUNNING:
        lacks = last.low - last.actual
        parts.append(w.say("lacks_one" if lacks == 1 else "lacks", n=w.count(lacks)))
    if of.span > 1:
        parts.append(w.say("span", n=of.span))
    marks = [(*PACES[WeekPace(each.pace)], w.week(each)) for each in of.weeks]
    return {"lead": " ".join(parts), "marks": marks}


def golds(w: OwnWriter, found: OwnRace) -> list[str]:
    """What is new and best, a sentence each."""
    keys = {PASSAGE: "gold_passage", MOVEMENTS: "gold_movements", CREATED: "gold_created"}
    return [
        w.say(
            keys[each.kind],
            leg=w.say("all_legs") if each.leg is None else w.leg(each.leg),
            value=w.best_value(each),
            n=w.count(each.n),
        )
        for each in found.bests
        if each.new
    ]


def then_lead(w: OwnWriter, found: OwnRace) -> str:
    """What the own earlier self is."""
    then = found.then
    if then is None:
        return w.say("then_none")
    said = w.say(
        "then_lead",
        day=then.day,
        first=numbers.date(then.first, w.language),
        last=numbers.date(then.last, w.language),
    )
    if then.since is None:
        return said
    return f"{said} {w.say('then_since', date=numbers.date(then.since, w.language))}"


def team(w: OwnWriter, found: OwnRace) -> list[str]:
    """What the team did together."""
    of = found.team_week
    said = [
        w.say(
            "team_one" if of.movements == 1 else "team_moved",
            n=w.count(of.movements),
            moving=of.moving,
            sellers=of.sellers,
            planned=numbers.movements(of.planned, w.language),
        ),
        w.say(
            "team_created",
            amount=w.amount(of.created, sign=True),
            beyond=w.amount(of.beyond, sign=True),
        ),
    ]
    if of.wins:
        key = "team_win" if of.wins == 1 else "team_wins"
        said.append(w.say(key, n=of.wins, amount=w.amount(of.won)))
    return said
