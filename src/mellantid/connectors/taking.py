"""Deals that were read, into the ledger: what differs, appended in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mellantid.connectors.entries import Written, as_entries, differences
from mellantid.connectors.held import held
from mellantid.connectors.rows import Row
from mellantid.errors import DataError
from mellantid.ledger import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from mellantid.connectors.result import Result
    from mellantid.connectors.rows import Mapped
    from mellantid.connectors.told import DealTold
    from mellantid.ledger import Appended, Entries, Ledger

VANISHED = "the source no longer has it"


@dataclass(frozen=True)
class Intake:
    """Where deals go.

    Attributes:
        ledger: to compare with.
        append: writes entries durably.
        now: gives the present moment (ms).

    """

    ledger: Ledger
    append: Callable[[Entries], Appended]
    now: Callable[[], int]

    def take(
        self, deals: Sequence[DealTold], mapped: Mapped, asked_at: int, result: Result
    ) -> set[str]:
        """Append what the ledger lacks of some deals, and take back what is no longer so.

        Args:
            deals: as told.
            mapped: what the source's ids are called here.
            asked_at: the moment (ms) before the source was asked.
            result: counts what was done.

        Returns:
            The deals of which something was written.

        """
        known = held(self.ledger, mapped.source, (each.id for each in deals))
        now = self.now()
        # A deal that comes twice is as it was told last.
        by_deal = {
            each.id: differences(each, mapped, known.get(each.id, ()), asked_at, now)
            for each in {deal.id: deal for deal in deals}.values()
            if each.changes or each.removed_at is not None
        }
        result.deals += len(deals)
        return self._write(
            {deal: found for deal, found in by_deal.items() if found}, mapped, result
        )

    def remove(self, deals: Iterable[str], mapped: Mapped, result: Result) -> set[str]:
        """Take deals out of their processes that the source does not know at all any more.

        When they went is not known: at some time since the ledger last heard of them.
        """
        known = held(self.ledger, mapped.source, deals)
        now = self.now()
        found: dict[str, list[Written]] = {}
        for deal, entries in known.items():
            for process in {each.entry.process for each in entries}:
                holding = [e.entry for e in entries if e.holds and e.entry.process == process]
                holding.sort(key=lambda each: (each.occurred_at, each.sequence, each.id))
                if not holding or holding[-1].kind == Kind.REMOVED:
                    continue
                last = holding[-1]
                row = Row(
                    key=f"{holding[0].key.rsplit('/', 2)[0]}/{now}.0/vanished",
                    process=process,
                    version=last.process_version,
                    kind=Kind.REMOVED,
                    at=max(now, last.occurred_at + 1),
                    after=min(last.occurred_at, now - 1),
                    reason=VANISHED,
                )
                found.setdefault(deal, []).append(Written(row, deal))
        return self._write(found, mapped, result)

    def _write(self, found: dict[str, list[Written]], mapped: Mapped, result: Result) -> set[str]:
        try:
            self._append([each for several in found.values() for each in several], mapped, result)
        except DataError:
            # One that cannot be an entry must not keep the others out.
            return {
                deal for deal, several in found.items() if self._one(deal, several, mapped, result)
            }
        return set(found)

    def _one(self, deal: str, found: list[Written], mapped: Mapped, result: Result) -> bool:
        try:
            self._append(found, mapped, result)
        except DataError as error:
            result.refuse(deal, str(error))
            return False
        return True

    def _append(self, found: list[Written], mapped: Mapped, result: Result) -> None:
        batch = as_entries(found, mapped.source)
        if batch is None:
            return
        done = self.append(batch)
        backs = sum(each.row.kind == Kind.RETRACTED for each in found)
        result.added += max(done.added - backs, 0)
        result.taken_back += backs
        for conflict in done.conflicts:
            differs = ", ".join(conflict.differs)
            result.refuse(conflict.deal, f"The ledger has {conflict.key} with another {differs}.")
