"""Running a backtest: origin by origin, as known then."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mellantid.backtesting.baselines import baselines
from mellantid.backtesting.kept import Kept, fingerprint
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
    made_from = fingerprint(workspace.ledger.survey(process).entries, setting, process, asked)
    kept = Kept(Path(f"{workspace.ledger.path}{SUFFIX}") if keep else None, made_from)
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
    return summarise(process, last.unit, asked, found, tuple(skipped), missing)
