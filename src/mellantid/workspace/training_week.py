"""The training week put together: what was answered, what came of it, what to train next."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from mellantid.errors import QuestionError
from mellantid.workspace.training import Answer, answers, week_of
from mellantid.workspace.training_effects import LegEffect, LegToTrain, effects, to_train

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from mellantid.workspace.race import Race
    from mellantid.workspace.workspace import Workspace


@dataclass(frozen=True)
class TrainingWeek:
    """The keys are those of `mellantid training list --json`.

    Attributes:
        week: the Monday of the present week, whose answers can still be changed.
        answers: those that hold, the newest week first.
        effects: what happened on the legs that were trained for.
        to_train: for one seller: the legs in the order of what improvement is worth.

    """

    week: dt.date
    answers: tuple[Answer, ...]
    effects: tuple[LegEffect, ...]
    to_train: tuple[LegToTrain, ...] = ()

    def seen(self, answer: Callable[[Answer], bool], whole: Callable[[str], bool]) -> TrainingWeek:
        """The same without what may not be seen.

        Args:
            answer: whether an answer may be.
            whole: whether all of a seller's may be.

        """
        return TrainingWeek(
            self.week,
            tuple(each for each in self.answers if answer(each)),
            tuple(each for each in self.effects if whole(each.seller)),
            self.to_train,
        )

    def as_dict(self) -> dict[str, Any]:
        """Plain values, as JSON has them."""
        return {
            "week": self.week,
            "answers": [plain_answer(each) for each in self.answers],
            "effects": [each.as_dict() for each in self.effects],
            "to_train": self.to_train,
        }


def plain_answer(answer: Answer) -> dict[str, Any]:
    """An answer as one object."""
    return {
        "seller": answer.seller,
        "week": answer.week,
        **vars(answer.said),
        "answered_at": answer.answered_at,
        "comments": answer.comments,
    }


def training_week(
    workspace: Workspace, race: Race, today: dt.date, seller: str | None = None
) -> TrainingWeek:
    """All that is known of the training week.

    Args:
        workspace: whose.
        race: what is known.
        today: a date of the present week.
        seller: whose answers, effects and suggestions; None: everyone's, without suggestions.

    """
    said = answers(workspace.ledger, race.history.process.name)
    found = effects(race, workspace.people, said)
    whole = TrainingWeek(week_of(today), said, found)
    if seller is None:
        return whole
    mine = whole.seen(lambda each: each.seller == seller, lambda who: who == seller)
    return replace(mine, to_train=suggested(workspace, race, seller))


def suggested(workspace: Workspace, race: Race, seller: str) -> tuple[LegToTrain, ...]:
    """The legs in the order of what improvement is worth to a seller; none where it is unknown."""
    try:
        return to_train(race, workspace.focus(race, seller), seller)
    except QuestionError:
        return ()
