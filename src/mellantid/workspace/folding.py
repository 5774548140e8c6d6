"""From the ledger's records to a race, or to the history of one deal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mellantid.core.names import PER_DEAL
from mellantid.errors import QuestionError
from mellantid.workspace import tables
from mellantid.workspace.declared import declared
from mellantid.workspace.past import counted_by_deal, history_of
from mellantid.workspace.playbooks import prior_of
from mellantid.workspace.race import Race
from mellantid.workspace.rates import Rates

if TYPE_CHECKING:
    from mellantid.core.history import History
    from mellantid.core.process import Process
    from mellantid.ledger import Records
    from mellantid.workspace.workspace import Workspace


def race_at(workspace: Workspace, process: Process, until: int) -> Race:
    """A process as known at a moment (ms, exclusive).

    Raises:
        QuestionError: nothing was known by then.
        DataError: a currency's rate is missing.

    """
    position = workspace.ledger.position()
    records = workspace.ledger.read(process.name, until)
    if not records.size:
        date = workspace.clock.date(until - 1)
        raise QuestionError(
            f"Nothing was known of {process.name!r} at the end of {date}: "
            f"{_known_since(workspace, process.name)}."
        )
    settings = workspace.settings
    currency = settings.currency or next(iter(records.currencies), "")
    history, notes = _folded(workspace, process, records, currency, until)
    if np.isnan(history.amount).all():
        history, currency = counted_by_deal(history), PER_DEAL
        notes += (f"{process.name} has no amounts, so each deal counts as one.",)
    prior = prior_of(workspace.ledger, process)
    race = Race(history, None, currency, notes, position=position, playbook=prior)
    return declared(race, settings)


def one_deal(
    workspace: Workspace, process: Process, deal: str, until: int
) -> tuple[Records, History]:
    """What was known of one deal before a moment (ms), as it was said and folded.

    Both are empty where there is no such deal. Silence does not close it here.

    Raises:
        DataError: a currency's rate is missing.

    """
    records = workspace.ledger.read(process.name, until, (deal,))
    currency = currency_of(workspace, process.name)
    return records, _folded(workspace, process, records, currency, until)[0]


def currency_of(workspace: Workspace, process: str) -> str:
    """The currency in which a process's amounts are summed; empty where none is known."""
    query = "SELECT coalesce(min(currency), '') FROM entry WHERE process = ?"
    return workspace.settings.currency or str(workspace.ledger.rows(query, (process,))[0][0])


def _folded(
    workspace: Workspace, process: Process, records: Records, currency: str, until: int
) -> tuple[History, tuple[str, ...]]:
    rates = Rates.of(currency, tables.read_rates(workspace.ledger))
    versions = workspace.process_versions(process.name)
    return history_of(records, versions, workspace.clock, rates, until)


def _known_since(workspace: Workspace, process: str) -> str:
    first = workspace.first_known(process)
    if first is None:
        return "import its deals first"
    return f"its history begins on {workspace.clock.date(first)}, so ask about a later day"
