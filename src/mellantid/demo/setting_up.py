"""The demo put into a workspace: settings, people, targets, entries, training, activities."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mellantid.core.planning.target import Target
from mellantid.demo.activities import be_active
from mellantid.demo.training import train
from mellantid.ledger import Entries
from mellantid.workspace import Person, Settings

if TYPE_CHECKING:
    from mellantid.demo.company import DemoCompany
    from mellantid.workspace import Workspace

SOURCE = "demo"


def set_up(workspace: Workspace, company: DemoCompany, now: int) -> None:
    """Fill an empty workspace with the demo's company."""
    workspace.change_settings(
        Settings(
            name=company.name,
            timezone=company.timezone,
            holidays=company.country,
            company_holidays=company.company_holidays,
            currency=company.currency,
        )
    )
    process = workspace.keep_process(company.process, now)
    workspace.add_people(
        [Person(each.identity, each.name, each.team) for each in company.sellers],
        dict.fromkeys(company.teams),
    )
    rows = company.rows
    workspace.ledger.append(
        Entries(
            key=rows.key,
            process=process.name,
            process_version=process.version,
            deal=rows.deal,
            kind=rows.kind,
            stage=rows.stage,
            occurred_at=rows.occurred_at,
            occurred_after=rows.occurred_after,
            amount=rows.amount,
            currency=rows.currency,
            owner=rows.owner,
            source=SOURCE,
        ),
        now,
    )
    for each in company.targets:
        workspace.set_target(Target(each.owner, each.amount, each.first, each.last), now)
    train(workspace, company, now)
    be_active(workspace, company, now)
