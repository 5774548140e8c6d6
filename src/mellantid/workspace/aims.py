"""Which target a question is about: those ahead of a plan, and the one that a forecast aims at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mellantid.core.planning.target import EVERYONE
from mellantid.errors import QuestionError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from mellantid.core.planning.plan import Plan
    from mellantid.core.planning.target import Target


def targets_ahead(targets: Iterable[Target], start: dt.date) -> list[Target]:
    """The organisation's targets whose periods are not over by a date, the nearest first.

    Raises:
        QuestionError: there is none.

    """
    ours = [each for each in targets if each.owner == EVERYONE]
    ahead = [each for each in ours if each.last >= start]
    if not ahead:
        over = max(ours, key=lambda each: each.last, default=None)
        set_one = "mellantid target set --owner all --amount X --from DATE --to DATE"
        if over is None:
            raise QuestionError(f"The whole organisation has no target: set one with {set_one}.")
        raise QuestionError(
            f"The last target of the whole organisation ended on {over.last}, before {start}: set "
            f"a new one with {set_one}, or plan the old one as it was known then with mellantid "
            f"plan --start {over.first}."
        )
    return sorted(ahead, key=lambda each: (each.last, each.first))


def start_of_what_is_over(targets: Iterable[Target], date: dt.date) -> dt.date | None:
    """The first date of the organisation's last target, where all are over by a date; else None.

    Whoever looks at an old export sets its year as the target, and wants that year's plan.
    """
    ours = [each for each in targets if each.owner == EVERYONE]
    if not ours or any(each.last >= date for each in ours):
        return None
    return max(ours, key=lambda each: (each.last, each.first)).first


def aimed_at(
    targets: Iterable[Target],
    date: dt.date,
    until: dt.date | None = None,
    owner: str = EVERYONE,
) -> Target | None:
    """The target that a forecast is about; None without one.

    Args:
        targets: all of them.
        date: today.
        until: the last date that counts, where the question names it; else it is the running
            target that ends first, or the next one where none is running.
        owner: whose target; the whole organisation's by default.

    """
    ours = [each for each in targets if each.owner == owner and each.last >= date]
    if until is not None:
        ours = [each for each in ours if each.last == until]
    return min(ours, key=lambda each: (each.first > date, each.last, each.first), default=None)


def aim_note(targets: Iterable[Target], date: dt.date) -> tuple[str, ...]:
    """What to tell where a forecast has no target to compare with."""
    over = [each.last for each in targets if each.owner == EVERYONE and each.last < date]
    why = f"The last target ended on {max(over)}" if over else "No target has been set"
    note = (
        f"{why}, so this looks a quarter ahead: set one with mellantid target set --owner all "
        "--amount X --from DATE --to DATE."
    )
    return (note,)


def no_own_target(name: str, owner: str) -> str:
    """What to tell where a seller's levers are asked for and there is no target of theirs."""
    return (
        f"{name} has no target of their own, so there are no levers: set one with mellantid target "
        f"set --owner '{owner}' --amount X --from DATE --to DATE."
    )


def running_period(plan: Plan, until: int) -> int:
    """Which of a plan's periods a moment is about: the running one, else the last."""
    running = [place for place, period in enumerate(plan.periods) if until <= period.ends]
    return running[0] if running else len(plan.periods) - 1
