"""One organisation, opened on a database: what every edge asks."""

from __future__ import annotations

import datetime as dt
from functools import cached_property
from typing import TYPE_CHECKING, Final, Self

from mellantid.core.target import EVERYONE, Target, mismatches
from mellantid.errors import QuestionError
from mellantid.ledger import Ledger
from mellantid.workspace import tables
from mellantid.workspace.moment import Moment, moment_of
from mellantid.workspace.outcome import Outcome, horizon, outcome
from mellantid.workspace.past import history_of
from mellantid.workspace.planning import current_target, new_plan, targets_ahead
from mellantid.workspace.race import PER_DEAL, Race
from mellantid.workspace.rates import Rates
from mellantid.workspace.settings import Settings
from mellantid.workspace.standing import LEG, SELLER, TEAM, Standing, standing

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    from mellantid.core.plan import Plan
    from mellantid.core.process import Process
    from mellantid.core.target import Mismatch
    from mellantid.workspace.people import People, Person
    from mellantid.workspace.rates import Rate


QUARTER: Final = 65
"""Working days that a forecast looks ahead where there is no target."""


class Workspace:
    """One organisation's data, settings and people.

    Args:
        ledger: the open ledger; closing the workspace closes it.

    """

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger

    @classmethod
    def open(cls, database: str | Path, *, create: bool = False) -> Self:
        """Open the workspace in a database.

        Raises:
            QuestionError: there is no such database, and it is not to be made.
            DataError: it is not one of ours.

        """
        return cls(Ledger.open(database, create=create))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.ledger.close()

    # What holds

    @property
    def settings(self) -> Settings:
        """The settings; those of a new workspace where none have been kept."""
        return tables.read_settings(self.ledger) or Settings()

    @property
    def has_settings(self) -> bool:
        """Whether anybody has chosen settings, or an import has."""
        return tables.read_settings(self.ledger) is not None

    def change_settings(self, settings: Settings) -> None:
        """Keep other settings."""
        settings.check()
        tables.write_settings(self.ledger, settings)

    @cached_property
    def people(self) -> People:
        """Everyone and their teams."""
        return tables.read_people(self.ledger)

    def add_people(self, persons: list[Person], parents: dict[str, str | None]) -> None:
        """Keep people and teams."""
        tables.write_people(self.ledger, persons, parents)
        self.__dict__.pop("people", None)

    def add_rates(self, rates: list[Rate]) -> None:
        """Keep currency rates."""
        tables.write_rates(self.ledger, rates)

    @property
    def targets(self) -> list[Target]:
        """The targets that hold."""
        return tables.read_targets(self.ledger)

    def set_target(self, target: Target, now: int) -> list[Mismatch]:
        """Set a target; what it was before stays on record.

        Returns:
            The periods in which the parts do not sum to the whole.

        Raises:
            QuestionError: nobody is known by that name.

        """
        known = {EVERYONE, *self.people.persons, *self.people.parents, *self._owners()}
        if target.owner not in known:
            raise QuestionError(
                f"Nobody is known as {target.owner!r}: use all, the name of a team, or a seller's "
                "identity (mellantid people list)."
            )
        tables.write_target(self.ledger, target, now)
        return self.mismatches()

    def withdraw_target(self, owner: str, first: dt.date, last: dt.date, now: int) -> None:
        """Take a target away; that it was there stays on record.

        Raises:
            QuestionError: there is no such target.

        """
        for target in self.targets:
            if (target.owner, target.first, target.last) == (owner, first, last):
                tables.write_target(self.ledger, target, now, withdrawn=True)
                return
        raise QuestionError(
            f"{owner} has no target from {first} to {last}: see mellantid target list."
        )

    def mismatches(self) -> list[Mismatch]:
        """Where the parts' targets do not sum to the whole's."""
        return mismatches(self.targets, self.people.parent())

    def _owners(self) -> set[str]:
        rows = self.ledger.rows("SELECT DISTINCT owner FROM entry WHERE owner IS NOT NULL")
        return {row[0] for row in rows}

    # The course

    @property
    def processes(self) -> dict[str, Process]:
        """The newest version of every process, by name."""
        return tables.read_processes(self.ledger)

    def process(self, name: str | None = None) -> Process:
        """The process of that name, or the only one there is.

        Raises:
            QuestionError: there is none, or there are several and none was named.

        """
        known = self.processes
        if not known:
            raise QuestionError(
                "There is nothing here yet: import a file first (mellantid import FILE)."
            )
        if name is None and len(known) == 1:
            return next(iter(known.values()))
        if name not in known:
            raise QuestionError(
                f"{'Say which process' if name is None else f'There is no process {name!r}'}: "
                f"--process {' or '.join(map(repr, sorted(known)))}."
            )
        return known[name]

    def keep_process(self, process: Process, now: int) -> Process:
        """Keep a process where it is new or has changed, and give it as it now stands."""
        before = self.processes.get(process.name)
        version = 1 if before is None else before.version
        same = process.with_version(version)
        if before == same:
            return same
        changed = same if before is None else process.with_version(version + 1)
        tables.write_process(self.ledger, changed, now)
        return changed

    # The moment

    def moment(self, as_of: dt.date | None, now: int) -> Moment:
        """The moment that a question is about; see `moment.moment_of`."""
        newest = None if as_of is not None else self._newest(now)
        return moment_of(self.settings.clock, as_of, now, newest)

    def _newest(self, now: int) -> int | None:
        row = self.ledger.rows("SELECT max(occurred_at) FROM entry WHERE occurred_at < ?", (now,))
        return None if row[0][0] is None else int(row[0][0])

    def race(self, name: str | None, until: int) -> Race:
        """A process as known at a moment (ms, exclusive).

        Raises:
            QuestionError: there is no such process, or nothing was known by then.
            DataError: a currency's rate is missing.

        """
        process, settings = self.process(name), self.settings
        clock = settings.clock
        records = self.ledger.read(process.name, until)
        if not records.size:
            raise QuestionError(
                f"Nothing was known of {process.name!r} at the end of {clock.date(until - 1)}: "
                "choose a later day."
            )
        currency = settings.currency or next(iter(records.currencies), "")
        rates = Rates.of(currency, tables.read_rates(self.ledger))
        history = history_of(records, process, clock, rates, until)
        observed = settings.observed_from
        return Race(
            history,
            clock.start_of(dt.date.fromisoformat(observed)) if observed else None,
            currency or PER_DEAL,
        )

    # Plans

    def make_plan(
        self, name: str | None, start: dt.date | None, now: int, p: float | None = None
    ) -> tuple[Plan, Race]:
        """Make and keep the next version of the plan.

        Args:
            name: the process.
            start: the plan's first date, worked out from what was known when it began; None: the
                first date of the running target, or today for one that is yet to come.
            now: the present moment (ms).
            p: the chance with which targets are to be met; None: on average.

        Returns:
            The plan, and what was known when it begins.

        """
        process = self.process(name)
        clock = self.settings.clock
        today = clock.date(self.moment(None, now).until - 1)
        targets = targets_ahead(self.targets, start or today)
        first = start or min(targets[0].first, today)
        race = self.race(process.name, clock.start_of(first))
        versions = tables.plan_versions(self.ledger, process.name)
        plan = new_plan(race, targets, versions[-1][0] + 1 if versions else 1, p)
        tables.write_plan(self.ledger, process.name, plan, first, now)
        return plan, race

    def plan(self, name: str | None, until: int) -> Plan:
        """The newest plan that had begun by a moment (ms, exclusive).

        Raises:
            QuestionError: there is none.

        """
        process = self.process(name).name
        date = self.settings.clock.date(until - 1)
        versions = tables.plan_versions(self.ledger, process)
        begun = [version for version, start in versions if start <= date + dt.timedelta(days=1)]
        if not begun:
            known = f" (the first begins on {versions[0][1]})" if versions else ""
            raise QuestionError(
                f"No plan of {process!r} had begun by {date}{known}: make one with mellantid plan."
            )
        return tables.read_plan(self.ledger, process, begun[-1])

    # Answers

    def standing(self, race: Race, by: str = LEG) -> Standing:
        """The splits of the newest plan that had begun, by leg and by `team` or `seller` too."""
        until = race.history.until
        plan = self.plan(race.history.process.name, until)
        belongs = None
        if by == SELLER:
            belongs = {owner: owner for owner in (*race.history.owners, *plan.owners)}
        if by == TEAM:
            belongs = self.people.team_of({*race.history.owners, *plan.owners})
        return standing(race, plan, _running(plan, until), belongs)

    def outcome(self, race: Race, until: dt.date | None = None) -> Outcome:
        """The forecast up to a date; the running target's last one by default, else a quarter."""
        clock = race.history.clock
        today = clock.date(race.history.until - 1)
        target = current_target(self.targets, today)
        if target is not None and until in (None, target.last):
            return outcome(race, target.first, target.last, target)
        first = today if target is None else target.first
        return outcome(race, first, until or horizon(race, QUARTER), None)


def _running(plan: Plan, until: int) -> int:
    """Which of a plan's periods a moment is about: the running one, else the last."""
    running = [place for place, period in enumerate(plan.periods) if until <= period.ends]
    return running[0] if running else len(plan.periods) - 1
