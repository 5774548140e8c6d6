"""Reading a source into the ledger: all of it, then what changes, and at night what was missed.

Entries are durable before the cursor moves on, and a thing that is read again adds nothing: who is
killed anywhere loses nothing and repeats nothing.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from mellantid.connectors.answer import redacted
from mellantid.connectors.choosing import chosen_names, keep_courses
from mellantid.connectors.comparing import differing, in_parts, refuse_mass_loss, standing
from mellantid.connectors.connector import ForgedError, SourceError
from mellantid.connectors.course import unknown_stages
from mellantid.connectors.keeping import (
    Connection,
    Status,
    find_connection,
    keep_reading,
    move_cursor,
    new_keys,
    note_keys,
)
from mellantid.connectors.people import merged
from mellantid.connectors.result import (
    FAULTS,
    FILLING,
    FOLLOWING,
    HINT,
    RECONCILING,
    Looked,
    Progress,
    Result,
)
from mellantid.connectors.taking import Intake
from mellantid.connectors.trouble import MISREAD, misread, trouble_of
from mellantid.errors import QuestionError
from mellantid.workspace.rates import currencies_in_use

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from mellantid.connectors.connector import Connector
    from mellantid.connectors.http import Http
    from mellantid.connectors.told import Cursor, DealTold, Delivery, Hint, Page, PipelineTold
    from mellantid.ledger import Appended, Entries
    from mellantid.workspace import Workspace

REFRESH: Final = 600_000
"""How long (ms) pipelines and people are taken to be as they were."""
REMEMBERED: Final = 7 * 86_400_000
"""How long (ms) a delivery is known: longer than any source goes on sending one."""
LARGEST: Final = 2**20
"""Bytes of a webhook."""
TOGETHER: Final = 50
"""Deals that are read at once where some are read again."""


class Sync:
    """The reading of one connection, by one thread at a time.

    Every method keeps the outcome with the connection, a fault too, before it is raised.

    Args:
        connection: which.
        connector: the way to its source.
        workspace: where its processes, people and ledger are; of this thread.
        append: writes entries durably: `workspace.ledger`'s own, or the live writer's.
        now: gives the present moment, ms UTC.
        http: what the connector asks with, whose spending is kept.
        secrets: values that no message may show.
        stopping: asked between pages; True: stop there, to go on another time.
        asked: whether the source can be asked how deals stand (`Kind.asked`).

    """

    def __init__(
        self,
        connection: Connection,
        connector: Connector,
        workspace: Workspace,
        append: Callable[[Entries], Appended],
        now: Callable[[], int],
        http: Http | None = None,
        secrets: Sequence[str] = (),
        stopping: Callable[[], bool] = lambda: False,
        *,
        asked: bool = True,
    ) -> None:
        self.connection = connection
        self.connector = connector
        self._workspace = workspace
        self._intake = Intake(workspace.ledger, append, now)
        self._now = now
        self._http = http
        self._secrets = tuple(secrets)
        self._stopping = stopping
        self.asked = asked
        self._refreshed = -REFRESH

    def __repr__(self) -> str:
        return f"Sync({self.connection.name!r})"

    def look(self) -> Looked:
        """Whose data it is and what pipelines there are; nothing is kept but a fault.

        Raises:
            SourceError: the source cannot be read.

        """
        with self._guarded():
            return Looked(self.connector.account(), self.connector.pipelines())

    def connect(self, chosen: Collection[str] | None = None) -> Looked:
        """Choose pipelines, and keep their processes, the people and where to go on from.

        What is read already is not read anew, unless pipelines have come to it.

        Args:
            chosen: ids or names of pipelines; None: those that are read already, else all.

        Raises:
            SourceError: the source cannot be read.
            QuestionError: there is no such pipeline, or none was chosen.

        """
        with self._guarded():
            looked = Looked(self.connector.account(), self.connector.pipelines())
            names = chosen_names(self._workspace, self.connection, looked.pipelines, chosen)
            if not names:
                raise QuestionError("No pipeline is chosen: choose one or more.")
            fresh = bool(set(names) - set(self.connection.courses))
            cursors: dict[str, Any] = dict(self.connection.cursors)
            if FOLLOWING not in cursors:
                # Taken before anything is read, so that what changes meanwhile comes again.
                cursors[FOLLOWING] = self.connector.start()
            if fresh:
                cursors[FILLING] = {}
            self._refresh(looked.pipelines, names)
            self._keep(account=looked.account, cursors=cursors)
        self._well()
        return looked

    def back_fill(self, progress: Progress | None = None) -> Result:
        """Read the whole history, from where it was left; see `Result.whole`.

        Raises:
            SourceError: the source cannot be read; what was read stays, and it goes on from there.

        """
        self._connected()
        with self._guarded(), self._noting(FILLING) as result:
            cursor = self.connection.cursors.get(FILLING)
            if cursor is not None:
                pages = self.connector.everything(cursor or None)
                if self._read(pages, FILLING, result, progress) and self._moved(FILLING, None):
                    self._settle_currency()
                    result.whole = True
            else:
                result.whole = True
        self._well()
        return result

    def catch_up(self) -> Result:
        """Read what has changed since the last time.

        Raises:
            SourceError: the source cannot be read; nothing is lost.

        """
        self._connected()
        with self._guarded(), self._noting(FOLLOWING) as result:
            self._refresh_when_old()
            pages = self.connector.changed(self.connection.cursors[FOLLOWING])
            result.whole = self._read(pages, FOLLOWING, result, None)
            if result.whole and self.asked:
                # Nothing told now means that nothing has happened; who only listens never knows.
                self._keep(heard_at=result.at)
        self._well()
        return result

    def verify(self, delivery: Delivery) -> Hint | None:
        """What a webhook hints at, without asking the source; None: it has been taken in before.

        Raises:
            ForgedError: it is no webhook of this source, or a stale or altered one.

        """
        if len(delivery.body) > LARGEST:
            raise ForgedError("The webhook is too large.")
        try:
            hint = self.connector.hint(delivery)
        except MISREAD as error:
            raise ForgedError("The webhook is not in the form of this source.") from error
        if hint.keys and not new_keys(self._workspace.ledger, self.connection.name, hint.keys):
            return None
        return hint

    def follow(self, hint: Hint) -> Result:
        """Read again the deals that a hint names, and note its deliveries as taken in.

        Raises:
            SourceError: the source cannot be read; the hint may come again, and catching up finds
                what it meant.

        """
        self._connected()
        with self._guarded(), self._noting(HINT) as result:
            asked = self._now()
            if hint.told:
                self._take(hint.told, asked, result)
            for deals in in_parts(sorted(set(hint.deals)), TOGETHER):
                asked = self._now()
                self._take(self.connector.read(deals), asked, result)
            now = self._now()
            note_keys(
                self._workspace.ledger, self.connection.name, hint.keys, now, now - REMEMBERED
            )
            result.whole = True
        self._well()
        return result

    def take_hint(self, delivery: Delivery) -> Result | None:
        """Take in a webhook: `verify`, then `follow`; None: it has been taken in before."""
        hint = self.verify(delivery)
        return None if hint is None else self.follow(hint)

    def reconcile(self, progress: Progress | None = None) -> Result:
        """Compare how all deals stand with the ledger, and read again those that differ.

        Raises:
            SourceError: the source cannot be read, or shows far fewer deals than it did.

        """
        self._connected()
        with self._guarded(), self._noting(RECONCILING) as result:
            result.whole = not self.asked or self._mend(result, progress)
        self._well()
        return result

    def _mend(self, result: Result, progress: Progress | None) -> bool:
        """Find deals that differ, and read them again; whether the end was reached."""
        self._refresh_when_old(force=True)
        mapped = self.connection.mapped
        glimpses = list(self.connector.glimpses())
        here = standing(self._workspace, mapped)
        differ, hidden = differing(glimpses, here, mapped)
        result.found = len(differ) + len(hidden)
        mended: set[str] = set()
        unknown: list[str] = []
        for deals in in_parts([*differ, *hidden], TOGETHER):
            asked = self._now()
            told = self.connector.read(deals)
            mended |= self._take(told, asked, result)
            unknown += sorted(set(deals) & set(hidden) - {each.id for each in told})
            result.mended = len(mended)
            if progress is not None:
                progress(result.deals, result.found)
            if self._stopping():
                return False
        refuse_mass_loss(unknown, len(here))
        if unknown:
            mended |= self._intake.remove(unknown, mapped, result)
        result.mended = len(mended)
        return True

    def _connected(self) -> None:
        if FOLLOWING not in self.connection.cursors:
            raise QuestionError(
                f"{self.connection.name} has not been connected: choose its pipelines first."
            )

    def _read(
        self, pages: Iterator[Page], what: str, result: Result, progress: Progress | None
    ) -> bool:
        """Take pages in, each before its cursor; whether the end was reached."""
        while True:
            asked = self._now()
            page = next(pages, None)
            if page is None:
                return True
            self._take(page.deals, asked, result)
            if not self._moved(what, page.cursor):
                return False
            if progress is not None:
                progress(page.done or result.deals, page.of)
            if self._stopping():
                return False

    def _moved(self, what: str, cursor: Cursor | None) -> bool:
        """Move a cursor on, with what has been spent; False: another reader has moved it."""
        with self._workspace.ledger.writing():
            self._keep()
            cursors = move_cursor(self._workspace.ledger, self.connection, what, cursor)
        if cursors is not None:
            self.connection = replace(self.connection, cursors=cursors)
        return cursors is not None

    def _take(self, deals: Sequence[DealTold], asked: int, result: Result) -> set[str]:
        courses = self.connection.courses
        if unknown_stages(deals, courses):
            self._refresh_when_old(force=True)
            unknown = unknown_stages(deals, self.connection.courses)
            if unknown:
                self._refresh(self.connector.pipelines(), self._names(), unknown)
        return self._intake.take(deals, self.connection.mapped, asked, result)

    def _names(self) -> dict[str, str]:
        return {key: course.process for key, course in self.connection.courses.items()}

    def _refresh_when_old(self, *, force: bool = False) -> None:
        """Look at the pipelines and people anew, where that was not done just now."""
        if force or self._now() - self._refreshed >= REFRESH:
            self._refresh(self.connector.pipelines(), self._names())

    def _refresh(
        self,
        told: Iterable[PipelineTold],
        names: dict[str, str],
        unknown: dict[str, set[str]] | None = None,
    ) -> None:
        """Keep processes and people as they are now."""
        now, before = self._now(), self.connection
        courses = keep_courses(self._workspace, told, names, before.courses, unknown or {}, now)
        told_people = self.connector.people()
        self._workspace.forget()
        people, said = merged(told_people, before.mapped, self._workspace.people, before.people)
        if people:
            teams: dict[str, str | None] = {each.team: None for each in people if each.team}
            self._workspace.add_people(people, teams)
        if courses != before.courses or said != before.people:
            self._keep(courses=courses, people=said)
        self._refreshed = now

    def _settle_currency(self) -> None:
        """Count in the currency that most amounts have, where nobody has chosen one."""
        settings = self._workspace.settings
        used = [] if settings.currency else currencies_in_use(self._workspace.ledger)
        if used:
            self._workspace.change_settings(replace(settings, currency=used[0]))

    def _keep(self, **changed: Any) -> None:  # noqa: ANN401 (fields of a connection)
        if self._http is not None:
            changed["spent"] = self._http.saved()
        if changed:
            keep_reading(self._workspace.ledger, self.connection, **changed)
        self.connection = replace(self.connection, **changed)

    def _well(self) -> None:
        """Note that the source could be read."""
        filling = FILLING in self.connection.cursors
        self._keep(
            status=Status.FILLING if filling else Status.FOLLOWING,
            message="",
            next_try=None,
            results={**self.connection.results, FAULTS: {"count": 0}},
        )

    @contextmanager
    def _noting(self, what: str) -> Iterator[Result]:
        """Keep what a reading did, also where it came to a sudden end."""
        result = Result(what, self._now())
        try:
            yield result
        finally:
            if what != HINT or result.added or result.taken_back:
                self._keep(results={**self.connection.results, what: result.as_dict()})

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        """Keep what goes wrong with the connection, without its secrets."""
        try:
            yield
        except QuestionError:
            raise
        except SourceError as error:
            raise self._troubled(error) from None
        except MISREAD as error:
            raise self._troubled(misread(error)) from None

    def _troubled(self, error: SourceError) -> SourceError:
        error.args = (redacted(str(error), self._secrets),)
        kept = find_connection(self._workspace.ledger, self.connection.name)
        if (kept.given, kept.secrets) != (self.connection.given, self.connection.secrets):
            # What was given has been given anew meanwhile, which is to be tried.
            return error
        count = int(self.connection.results.get(FAULTS, {}).get("count", 0))
        trouble = trouble_of(error, self._now(), count)
        self._keep(
            status=trouble.status,
            message=trouble.message,
            next_try=trouble.next_try,
            results={**self.connection.results, FAULTS: {"count": count + 1}},
        )
        return error
