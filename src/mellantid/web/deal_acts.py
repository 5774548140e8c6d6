"""What the forms on a deal's page do: each reads its fields and has the entry written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mellantid.web.activity_acts import About, log_form, take_back_form
from mellantid.web.refusal import hidden
from mellantid.workspace import dealing
from mellantid.workspace.cannot import CannotDo
from mellantid.workspace.deal_checks import WEB, Said, read_date
from mellantid.workspace.dealing import NewDeal
from mellantid.workspace.next_steps import NextStep, clear_next_step, set_next_step
from mellantid.workspace.notes import Note, write_note
from mellantid.workspace.said_amounts import read_amount

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mellantid.access import Sight
    from mellantid.ledger import Entries
    from mellantid.web.page import Page
    from mellantid.workspace import Workspace
    from mellantid.workspace.deal import Deal


@dataclass(frozen=True)
class Act:
    """A form sent about a deal.

    Attributes:
        page: by whom.
        workspace: where.
        process: of the deal.
        deal: the deal, which the sender may see.
        form: the fields.

    """

    page: Page
    workspace: Workspace
    process: str
    deal: Deal
    form: Mapping[str, str]

    @property
    def said(self) -> Said:
        """How it is said."""
        return _said(self.page, self.form)

    def field(self, name: str) -> str:
        """What was typed in a field."""
        return self.form.get(name, "").strip()

    def write(self, entries: Entries | None) -> None:
        """Write what is new."""
        if entries is not None:
            self.page.asking.append(entries)


def _said(page: Page, form: Mapping[str, str]) -> Said:
    key = form.get("key", "").strip()
    if not key:
        raise CannotDo("no_key")
    at = read_date(form.get("at", ""))
    return Said(key, page.asking.now(), at, f"{WEB}:{page.account.email}")


def _move(act: Act) -> None:
    stage = act.field("stage")
    act.write(dealing.move(act.workspace, act.process, act.deal.name, stage, act.said))


def _win(act: Act) -> None:
    act.write(dealing.win(act.workspace, act.process, act.deal.name, act.said))


def _lose(act: Act) -> None:
    reason = act.field("reason")
    act.write(dealing.lose(act.workspace, act.process, act.deal.name, reason, act.said))


def _reopen(act: Act) -> None:
    stage = act.field("stage")
    act.write(dealing.reopen(act.workspace, act.process, act.deal.name, stage, act.said))


def _amount(act: Act) -> None:
    amount, unit = read_amount(act.field("amount")), act.field("currency")
    where, name = act.workspace, act.deal.name
    act.write(dealing.change_amount(where, act.process, name, amount, unit, act.said))


def _owner(act: Act) -> None:
    owner = act.field("owner")
    act.write(dealing.change_owner(act.workspace, act.process, act.deal.name, owner, act.said))


def _undo(act: Act) -> None:
    taken = act.field("taken")
    act.write(dealing.take_back(act.workspace, act.process, act.deal.name, taken, act.said))


def _step(act: Act) -> None:
    """What is agreed; an empty date takes it away."""
    due, now = read_date(act.field("due")), act.page.asking.now()
    if due is None:
        clear_next_step(act.workspace, act.process, act.deal.name, now)
    else:
        step = NextStep(act.deal.name, due, act.field("what")[: dealing.LONGEST_REASON])
        set_next_step(act.workspace, act.process, step, now)
    act.page.asking.settled()


def _note(act: Act) -> None:
    author = act.page.account.name
    note = Note(act.form.get("text", ""), author, act.page.asking.now())
    write_note(act.workspace.ledger, act.process, act.deal.name, note, act.said.key)


def _activity(act: Act) -> None:
    """What was done: by the one who says so, or by whose deal it is where that is no seller."""
    about = About(deal=act.deal.name)
    log_form(act.page, act.workspace, act.process, about, act.page.account.person, act.form)


def _undo_activity(act: Act) -> None:
    take_back_form(act.page, act.workspace, act.process, act.form)


ACTS: Final[Mapping[str, Callable[[Act], None]]] = {
    "move": _move,
    "win": _win,
    "lose": _lose,
    "reopen": _reopen,
    "amount": _amount,
    "owner": _owner,
    "undo": _undo,
    "step": _step,
    "note": _note,
    "activity": _activity,
    "undo_activity": _undo_activity,
}


def created(
    page: Page, workspace: Workspace, process: str, sight: Sight, form: Mapping[str, str]
) -> str:
    """Create a deal from a form, and give its name.

    Raises:
        Refusal: the owner is not one whose deals the sender may enter.
        CannotDo: something said of it cannot be.

    """
    owner, amount = form.get("owner", "").strip(), form.get("amount", "").strip()
    if not sight.deal(owner or None):
        raise hidden()
    new = NewDeal(
        name=form.get("name", ""),
        stage=form.get("stage", ""),
        owner=owner or None,
        amount=read_amount(amount) if amount else None,
        currency=form.get("currency", ""),
    )
    entries = dealing.create(workspace, process, new, _said(page, form))
    if entries is not None:
        page.asking.append(entries)
    return new.name.strip()
