"""Where letters get their answers: each is made once, and shared by the letters of a morning."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Protocol, TypeVar, cast

from mellantid.errors import QuestionError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Hashable

    from mellantid.letters.weeks import Week
    from mellantid.workspace import Focus, Outcome, Race, Ropes, Standing, Workspace

Answer = TypeVar("Answer")


class Keeper(Protocol):
    """Gives an answer, which it makes only where it has none for the key."""

    def __call__(self, key: Hashable, make: Callable[[], Answer], /) -> Answer: ...  # noqa: D102


class Source:
    """The answers about one process.

    Args:
        workspace: the organisation.
        race_at: gives the race as known at the end of a date.
        keeper: keeps answers; None: for as long as this source is used.

    """

    def __init__(
        self,
        workspace: Workspace,
        race_at: Callable[[dt.date], Race],
        keeper: Keeper | None = None,
    ) -> None:
        self.workspace = workspace
        self._race_at = race_at
        self._kept: Keeper = keeper or Kept()

    def race(self, date: dt.date) -> Race:
        """The race as known at the end of a date.

        Raises:
            QuestionError: nothing was known by then.

        """
        return self._race_at(date)

    def begun(self, week: Week) -> Race | None:
        """The race as known at a week's beginning; None: nothing was known."""
        try:
            return self.race(week.since)
        except QuestionError:
            return None

    def standing(self, race: Race, by: str) -> Standing:
        """The splits, by leg and by `team` or `seller` too."""
        return self._make("standing", race, partial(self.workspace.standing, race, by), by)

    def outcome(self, race: Race) -> Outcome:
        """The forecast of everyone."""
        return self._make("outcome", race, partial(self.workspace.outcome, race))

    def focus(self, race: Race, seller: str | None) -> Focus:
        """What to do."""
        return self._make("focus of", race, partial(self.workspace.focus, race, seller), seller)

    def ropes(self, race: Race) -> Ropes:
        """Who is past the rope."""
        return self._make("ropes", race, partial(self.workspace.ropes, race))

    def _make(self, what: str, race: Race, make: Callable[[], Answer], *more: Hashable) -> Answer:
        key = (what, race.history.process.name, race.history.until, *more)
        return self._kept(key, make)


class Kept:
    """Keeps every answer."""

    def __init__(self) -> None:
        self._made: dict[Hashable, object] = {}

    def __call__(self, key: Hashable, make: Callable[[], Answer], /) -> Answer:
        """Give the answer of a key."""
        if key not in self._made:
            self._made[key] = make()
        return cast("Answer", self._made[key])


def source_of(workspace: Workspace, process: str | None, now: int) -> Source:
    """Where letters of one process get their answers without a server.

    Args:
        workspace: the organisation.
        process: its name; None: the only one.
        now: the present moment (ms).

    """
    known: dict[dt.date, Race] = {}

    def race_at(date: dt.date) -> Race:
        if date not in known:
            until = min(workspace.moment(date, now).until, now + 1)
            known[date] = workspace.race(process, until)
        return known[date]

    return Source(workspace, race_at)
