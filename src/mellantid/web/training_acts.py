"""What the page of the training week does: each act by its name in the form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mellantid.web.reading_forms import read_date
from mellantid.web.refusal import hidden
from mellantid.web.training_form import Typed
from mellantid.workspace.abilities import keep_abilities, library
from mellantid.workspace.cannot import CannotDo
from mellantid.workspace.training import Comment, answer, comment, week_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mellantid.access import TrainingSight
    from mellantid.core.process import Process
    from mellantid.web.page import Page
    from mellantid.workspace import Workspace


def answered(
    page: Page,
    workspace: Workspace,
    process: Process,
    sight: TrainingSight,
    form: Mapping[str, str],
) -> str:
    """Answer for this week; gives where on the page that stands."""
    if sight.own is None:
        raise CannotDo("no_seller")
    now = page.asking.now()
    abilities = library(workspace.ledger, process, page.language)
    said = Typed.of_form(form).said(process, abilities)
    week = week_of(workspace.clock.date(now))
    answer(workspace.ledger, process, sight.own, week, said, now)
    return "answered"


def commented(
    page: Page,
    workspace: Workspace,
    process: Process,
    sight: TrainingSight,
    form: Mapping[str, str],
) -> str:
    """Say something about an answer."""
    seller, week = form.get("seller", ""), read_date(form.get("week"))
    if week is None or not sight.whole(seller):
        raise hidden()
    if not form.get("key"):
        raise CannotDo("no_key")
    said = Comment(form.get("text", ""), page.account.name, page.asking.now())
    comment(workspace.ledger, process.name, seller, week, said, form["key"])
    return f"{seller}.{week}"


def edited(
    page: Page,
    workspace: Workspace,
    process: Process,
    sight: TrainingSight,
    form: Mapping[str, str],
) -> str:
    """Change the abilities of legs."""
    del sight
    if not page.may_settle(page.sight(workspace)):
        raise hidden()
    for place, leg in enumerate(process.legs):
        typed = form.get(f"names.{place}")
        if typed is not None:
            _keep(page, workspace, process, leg, typed.splitlines())
    return "library"


def _keep(
    page: Page, workspace: Workspace, process: Process, leg: str, names: Sequence[str]
) -> None:
    """Keep a leg's list where it is another one: what is shipped stays in the reader's language."""
    kept = [name.strip() for name in names if name.strip()]
    if kept != list(library(workspace.ledger, process, page.language)[leg]):
        keep_abilities(workspace.ledger, process, leg, kept)


ACTS: Final = {"answer": answered, "comment": commented, "library": edited}
