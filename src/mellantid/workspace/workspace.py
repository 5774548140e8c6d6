"""One organisation, opened on a database: what every edge asks."""

from __future__ import annotations

from functools import cached_property, partial
from typing import TYPE_CHECKING, Self

from mellantid.calendars import country_calendar
from mellantid.core.names import EVERYONE, PER_DEAL
from mellantid.core.planning.target import Target, mismatches
from mellantid.errors import QuestionError
from mellantid.ledger import Ledger
from mellantid.workspace import tables
from mellantid.workspace.aims import (
    aimed_at,
    running_period,
)
from mellantid.workspace.folding import race_at
from mellantid.workspace.moment import Moment, moment_of, newest_known
from mellantid.workspace.settings import Settings

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path
    from types import TracebackType

    from mellantid.core.clock import WorkingClock
    from mellantid.core.planning.plan import Plan
    from mellantid.core.planning.target import Mismatch
    from mellantid.core.process import Process
    from mellantid.workspace.doubt import Doubt
    from mellantid.workspace.fitted import Fitted
    from mellantid.workspace.focus import Focus
    from mellantid.workspace.outcome import Chances, Outcome
    from mellantid.workspace.own_race import OwnRace
    from mellantid.workspace.people import People, Person
    from mellantid.workspace.plans import PlanComparison, PlanVersion
    from mellantid.workspace.race import Race
    from mellantid.workspace.rates import Rate
    from mellantid.workspace.ropes import Ropes
    from mellantid.workspace.standing import Standing
    from mellantid.workspace.watching import Watch

# The answers' own rooms are imported where they are asked for: a command gives one answer, and each
# brings its part of the core.


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

    def change_settings(self, settings: Settings, *, renew: bool = False) -> None:
        """Keep other settings, and the calendar of their country as it is known today.

        Args:
            settings: all of them.
            renew: whether to take the country's holidays anew where the country stays the same.

        """
        settings.check()
        with self.ledger.writing():
            tables.write_settings(self.ledger, settings)
            kept = tables.read_calendar(self.ledger)
            other = kept is None or kept.code != settings.holidays
            if settings.holidays and (renew or other):
                tables.write_calendar(self.ledger, country_calendar(settings.holidays))

    @property
    def clock(self) -> WorkingClock:
        """The working clock, on the calendar that was kept when its country was chosen."""
        return self.settings.clock(tables.read_calendar(self.ledger))

    @property
    def unit(self) -> str:
        """What targets are counted in: the currency, or deals where none has an amount."""
        currency = self.settings.currency
        some = "SELECT 1 FROM entry WHERE amount IS NOT NULL LIMIT 1"
        return currency if currency or self.ledger.rows(some) else PER_DEAL

    @cached_property
    def people(self) -> People:
        """Everyone and their teams."""
        return tables.read_people(self.ledger)

    def forget(self) -> None:
        """Read anew what others may have changed, when it is next asked for."""
        self.__dict__.pop("people", None)

    def add_people(self, persons: list[Person], parents: dict[str, str | None]) -> None:
        """Keep people and teams."""
        tables.write_people(self.ledger, persons, parents)
        self.forget()

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
        return {name: versions[-1] for name, versions in self._versions().items()}

    def _versions(self) -> dict[str, tuple[Process, ...]]:
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
        newest = None if as_of is not None else newest_known(self.ledger, now)
        return moment_of(self.clock, as_of, now, newest)

    def race(self, name: str | None, until: int) -> Race:
        """A process as known at a moment (ms, exclusive).

        Raises:
            QuestionError: there is no such process, or nothing was known by then.
            DataError: a currency's rate is missing.

        """
        return race_at(self, self.process(name), until)

    def process_versions(self, name: str) -> tuple[Process, ...]:
        """All versions of a process, the oldest first."""
        return self._versions()[name]

    def first_known(self, process: str) -> int | None:
        """The moment (ms) at which something was first known of a process."""
        rows = self.ledger.rows(
            "SELECT min(max(known_at, occurred_at)) FROM entry WHERE process = ?", (process,)
        )
        return None if rows[0][0] is None else int(rows[0][0])

    # Plans

    def make_plan(
        self,
        name: str | None,
        start: dt.date | None,
        now: int,
        p: float | None = None,
        ramp: int | None = None,
    ) -> tuple[Plan, Race]:
        """Make and keep the next version of the plan; see `planning.keep_new_plan`."""
        from mellantid.workspace.planning import keep_new_plan  # noqa: PLC0415 (see above)

        return keep_new_plan(self, self.process(name).name, start, now, p, ramp)

    def plan(self, name: str | None, until: int) -> Plan:
        """The newest plan that had begun by a moment (ms, exclusive); see `plans.newest_begun`."""
        from mellantid.workspace.plans import newest_begun  # noqa: PLC0415 (see above)

        return newest_begun(self.ledger, self.process(name).name, self.clock.date(until - 1))

    def plan_versions(self, name: str | None) -> tuple[PlanVersion, ...]:
        """All versions of the plan, the oldest first."""
        from mellantid.workspace.plans import versions  # noqa: PLC0415 (see above)

        return versions(self.ledger, self.process(name), self.clock)

    def compare_plans(self, name: str | None, before: int, after: int) -> PlanComparison:
        """What differs between two versions of the plan; see `plans.compare_versions`."""
        from mellantid.workspace.plans import compare_versions  # noqa: PLC0415 (see above)

        return compare_versions(self.ledger, self.process(name), self.clock, before, after)

    # Answers

    def standing(self, race: Race, by: str = "leg", *, weekly: bool = False) -> Standing:
        """The splits of the newest plan that had begun, by leg and by `team` or `seller` too.

        Args:
            race: what is known.
            by: `leg`, `team` or `seller`.
            weekly: whether the money of every week is told as well.

        """
        from mellantid.workspace.standing import SELLER, TEAM, standing  # noqa: PLC0415 (see above)

        until = race.history.until
        plan = self.plan(race.history.process.name, until)
        belongs = None
        if by == SELLER:
            belongs = {owner: owner for owner in (*race.history.owners, *plan.owners)}
        if by == TEAM:
            belongs = self.people.team_of({*race.history.owners, *plan.owners})
        return standing(race, plan, running_period(plan, until), belongs, weekly)

    def own_race(self, race: Race, owner: str) -> OwnRace | None:
        """A seller's own race; None where nothing of theirs is in it; see `racing.own_race`."""
        from mellantid.workspace.racing import own_race  # noqa: PLC0415 (see above)
        from mellantid.workspace.taking_part import taking_part  # noqa: PLC0415 (see above)

        plan = self.plan(race.history.process.name, race.history.until)
        ranked = taking_part(self.ledger)
        return own_race(race, plan, owner, self.people, self.targets, ranked)

    def watch(
        self, race: Race, by: str = "leg", alpha: float | None = None, arl: float | None = None
    ) -> Watch:
        """Which legs have truly changed pace since the newest plan that had begun.

        Args:
            race: what is known now.
            by: `leg`, `team` or `seller`.
            alpha: the chance of ever a false alarm on a leg; None: the usual one.
            arl: working days between false signs; None: the usual ones.

        """
        from mellantid.workspace.watching import watching  # noqa: PLC0415 (see above)

        name = race.history.process.name
        plan = self.plan(name, race.history.until)
        return watching(race, self.race(name, plan.made), plan, self.people, by, alpha, arl)

    def fitted(self, race: Race) -> Fitted:
        """What the model says."""
        from mellantid.workspace.fitted import fitted  # noqa: PLC0415 (see above)

        return fitted(race)

    def doubts(self, race: Race) -> tuple[Doubt, ...]:
        """What the data make doubtful, what was found first."""
        from mellantid.workspace.doubts import doubts  # noqa: PLC0415 (see above)
        from mellantid.workspace.lateness import lateness  # noqa: PLC0415 (see above)

        return doubts(race, lateness(self.ledger, race))

    def ropes(
        self,
        race: Race,
        chance: float | None = None,
        known: int | None = None,
        agreed_by: int | None = None,
    ) -> Ropes:
        """Every stage's cut-off, the deals past it, and by when the others must have moved on.

        `chance` is what a move is to be worth at least by the running target's end (`ropes.ropes`);
        cut-offs set by hand are those set before the moment `known` (ms), or all that hold; next
        steps are those agreed before the moment `agreed_by`, or before the race's.
        """
        from mellantid.workspace.chosen_ropes import override_of  # noqa: PLC0415 (see above)
        from mellantid.workspace.next_steps import next_steps  # noqa: PLC0415 (see above)
        from mellantid.workspace.ropes import ropes  # noqa: PLC0415 (see above)

        process, until = race.history.process, race.history.until
        running = aimed_at(self.targets, race.history.clock.date(until - 1))
        override = override_of(self.ledger, process, known)
        agreed = next_steps(self.ledger, process.name, agreed_by or until)
        return ropes(race, override, None if running is None else running.last, chance, agreed)

    def set_cutoff(self, name: str | None, stage: str, age: int | None, now: int) -> str:
        """Set the cut-off of a stage by hand, or leave it to history again; see `chosen_ropes`."""
        from mellantid.workspace.chosen_ropes import choose  # noqa: PLC0415 (see above)

        return choose(self.ledger, self.process(name), stage, age, now)

    def focus(self, race: Race, seller: str | None = None, p: float | None = None) -> Focus:
        """What to do now: legs, deals and levers; see `focusing.focus_of`."""
        from mellantid.workspace.focusing import focus_of  # noqa: PLC0415 (see above)

        plan = partial(self.plan, race.history.process.name, race.history.until)
        return focus_of(race, plan, self.targets, self.people, seller, p)

    def outcome(self, race: Race, until: dt.date | None = None) -> Outcome:
        """The forecast up to a date; the running target's last one by default, else a quarter."""
        from mellantid.workspace.outcome import outcome_of  # noqa: PLC0415 (see above)

        return outcome_of(race, self.targets, until)

    def chances(self, race: Race) -> Chances:
        """The chance of every open deal, as in the outcome; see `outcome.chances_of`."""
        from mellantid.workspace.outcome import chances_of  # noqa: PLC0415 (see above)

        return chances_of(race, self.targets)
