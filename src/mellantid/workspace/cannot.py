"""Why something cannot be done: one sentence each, which says what to do instead."""

from __future__ import annotations

from typing import Final

from mellantid.errors import QuestionError

SENTENCES: Final = {
    "no_deal": "There is no deal {deal}: check its name.",
    "no_name": "Give the deal a name by which you know it.",
    "bad_name": "A name has at most {most} letters and no line breaks: give a shorter one.",
    "exists": "There is a deal {deal} already: open that one, or give this one another name.",
    "closed_won": "{deal} is won: reopen it first.",
    "closed_lost": "{deal} is lost: reopen it first.",
    "open": "{deal} is open and stands in {stage}: there is nothing to reopen.",
    "same_stage": "{deal} stands in {stage} already: choose another stage.",
    "no_stage": "There is no stage {stage}: choose one of {stages}.",
    "no_won": "The process {process} has no word for won: add one to its map.",
    "no_lost": "The process {process} has no word for lost: add one to its map.",
    "no_owner": "Nobody is known as {owner}: choose somebody of the list, or add the person first.",
    "several_owners": "Several people are called {owner}: give the identity of the one you mean.",
    "same_owner": "{deal} belongs to {owner} already: choose somebody else.",
    "bad_amount": "{amount} is no amount: write it in figures, such as 250000 or 1250.50.",
    "unclear_amount": "{amount} can be read in two ways: write it without a mark for thousands.",
    "below_zero": "An amount cannot be below zero: give 0 or more.",
    "same_amount": "{deal} has this amount already: give another one.",
    "no_rate": "There is no rate from {currency} to {own} on {date}: give the amount in {own}.",
    "bad_date": "{date} is no date: write it as 2026-01-31.",
    "future": "{date} is in the future: give today or an earlier day, or enter a next step.",
    "too_early": "{deal} has an entry of {date}: give that day or a later one.",
    "step_over": "{date} is over: give today, {today}, or a later date.",
    "long_text": "The text is longer than {most} letters: shorten it.",
    "nothing_learned": "Write what was learned first.",
    "no_text": "Write something first.",
    "no_choice": "Choose the ability that you have sharpened.",
    "no_ability": "Name the ability in at most {most} letters.",
    "no_leg": "There is no leg {leg}: choose one of {legs}.",
    "no_how": "Say how it was trained: {hows}.",
    "no_kind": "There is no kind of activity called {kind}: choose one of {kinds}.",
    "bad_kinds": "Give at most {most} kinds of at most {longest} letters each.",
    "no_deal_or_leg": "Say which deal it was about, or on which leg it was.",
    "whose_activity": "The deal belongs to nobody: say who did it.",
    "no_activity": "There is no such activity, or it was taken back already: open the page again.",
    "no_seller": "Your account belongs to no seller: ask your administrator to connect it.",
    "no_answer": "{seller} has answered nothing about the week of {week}: open the page again.",
    "nothing_to_undo": "The last entry of {deal} was not made here: enter what holds instead.",
    "not_last": "Something was entered after what you want to undo: look at the deal again.",
    "no_key": "The form has no key: open it again.",
    "other_key": "This form has been used for something else: open it again.",
}


class CannotDo(QuestionError):  # noqa: N818 (it is no error of the program)
    """Something that cannot be done to a deal, or said of a week.

    Args:
        why: one of `SENTENCES`.
        values: what its places stand for.

    """

    def __init__(self, why: str, **values: object) -> None:
        super().__init__(SENTENCES[why].format(**values))
        self.why = why
        self.values = values
