"""Running a backtest: origin by origin, as known then."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mellantid.backtesting.kept import Kept, Run, fingerprint, newest_run
from mellantid.backtesting.origin import told_at
from mellantid.backtesting.protocol import Question
from mellantid.backtesting.summary import Backtest, summarise
from mellantid.errors import NotEnoughDataError, QuestionError

if TYPE_CHECKING:
    from collections.abc import Callable

    from mellantid.workspace import Workspace

SUFFIX: Final = ".backtest.jsonl"


def backtest(
    workspace: Workspace,
    now: int,
    name: str | None = None,
    question: Question | None = None,
    *,
    progress: Callable[[int, int], None] | None = None,
    keep: bool = True,
) -> Backtest:
    """Foretell again from every origin of the past, and score it.

    Args:
        workspace: the organisation.
        now: the present moment (ms).
        name: the process; None: the only one.
        question: how often and how far ahead.
        progress: called with the number of origins done and of all.
        keep: whether to keep what is done beside the database, to go on from there.

    Raises:
        QuestionError: the history is too short.
        NotEnoughDataError: no origin has enough to foretell from.

    """
    asked = question or Question()
    process = workspace.process(name).name
    moment = workspace.moment(None, now)
    last = workspace.race(process, moment.until)
    clock = last.history.clock
    first, end = (clock.date(int(each)) for each in (last.history.at.min(), moment.until - 1))
    dates = asked.origins(first, end if moment.notes else end - dt.timedelta(days=1))
    setting = json.dumps(workspace.settings.as_dict(), sort_keys=True)
    # What the model leans on belongs to what it foretold.
    setting += "" if last.playbook is None else repr(last.playbook)
    entries = workspace.ledger.survey(process).entries
    made_from = fingerprint(entries, setting, process, asked)
    kept = Kept(kept_file(workspace) if keep else None, made_from)
    from mellantid.backtesting.baselines import baselines  # noqa: PLC0415 (slow to load)

    others, missing = baselines()
    found, skipped = [], []
    for place, date in enumerate(dates):
        if progress is not None:
            progress(place, len(dates))
        origin = kept.get(date)
        if origin is None or set(origin.baselines) != set(others):
            try:
                race = workspace.race(process, clock.end_of(date))
                origin = told_at(race, last.history, asked.ahead(date), others)
            except NotEnoughDataError as error:
                skipped.append((date, str(error)))
                continue
            except QuestionError as error:
                skipped.append((date, str(error)))
                continue
            kept.put(origin)
        found.append(origin)
    if progress is not None:
        progress(len(dates), len(dates))
    if not found:
        raise NotEnoughDataError(
            f"None of {len(dates)} origins had enough to foretell from: {skipped[0][1]}"
        )
    every = asked.every.days
    ahead = None if asked.horizon is None else asked.horizon.days
    told = tuple(skipped)
    kept.end(Run(made_from, process, last.unit, every, ahead, told, missing, entries, now))
    return summarise(process, last.unit, asked, found, told, missing)


def kept_file(workspace: Workspace) -> Path:
    """Where the origins that are done are kept."""
    return Path(f"{workspace.ledger.path}{SUFFIX}")


def newest_kept(workspace: Workspace, name: str | None = None) -> tuple[Run, Backtest] | None:
    """The newest backtest that was run to its end, as it was then; None: there is none.

    What has happened since is not in it, and nothing is foretold anew.

    Args:
        workspace: the organisation.
        name: the process; None: the only one.

    Raises:
        QuestionError: there is no such process.

    """
    process = workspace.process(name).name
    found = newest_run(kept_file(workspace), process)
    if found is None:
        return None
    run, origins = found
    horizon = None if run.horizon is None else dt.timedelta(run.horizon)
    asked = Question(dt.timedelta(run.every), horizon)
    return run, summarise(process, run.unit, asked, origins, run.skipped, run.missing)
