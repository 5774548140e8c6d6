"""The demo's history on its way into the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mellantid.ledger import Entries

if TYPE_CHECKING:
    from mellantid.demo.company import DemoCompany

SOURCE: Final = "demo"


def demo_entries(company: DemoCompany) -> Entries:
    """Everything that happened, as one batch for `Ledger.append`."""
    rows = company.rows
    return Entries(
        key=rows.key,
        process=company.process.name,
        deal=rows.deal,
        kind=rows.kind,
        occurred_at=rows.occurred_at,
        source=SOURCE,
        stage=rows.stage,
        process_version=company.process.version,
        occurred_after=rows.occurred_after,
        amount=rows.amount,
        currency=rows.currency,
        owner=rows.owner,
    )
