"""The demo's training weeks: some sellers have begun to train, a few months ago or lately."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from mellantid.workspace.abilities import library
from mellantid.workspace.training import Comment, How, Said, answer, comment, week_of

if TYPE_CHECKING:
    from mellantid.demo.company import DemoCompany
    from mellantid.workspace import Workspace

# Seller, leg by its place in the course, weeks since the beginning, whether it is shared.
TRAINED: Final = (
    ("anna.lindqvist", 2, 17, True),
    ("erik.sandberg", 5, 15, True),
    ("maria.nystrom", 0, 14, False),
    ("lars.bergqvist", 5, 16, True),
    ("karin.akesson", 4, 12, False),
    ("mikael.hedlund", 6, 9, True),
    ("ida.mansson", 1, 11, False),
    ("daniel.oberg", 3, 3, True),
)
NOTICED: Final = (
    "The customer talked more than I did.",
    "Took longer to prepare, and the meeting was shorter.",
    "Two of four said yes to a next meeting at once.",
    "",
    "Still hard when purchasing is in the room.",
)
SAID: Final = "Well done. Let us listen to one of these calls together on Thursday."
PAUSE: Final = 4
"""Every so many weeks nobody finds the time."""


def train(workspace: Workspace, company: DemoCompany, now: int) -> None:
    """Answer for the demo's sellers, up to the week before the present one."""
    course = company.process
    abilities = library(workspace.ledger, course, "en")
    this_week = week_of(workspace.clock.date(now))
    hows = tuple(How)
    for row, (seller, place, weeks, shared) in enumerate(TRAINED):
        leg = course.legs[place]
        names = abilities[leg]
        for back in range(weeks, 0, -1):
            if (back + row) % PAUSE == 0:
                continue
            week = this_week - dt.timedelta(weeks=back)
            turn = (weeks - back) // 3 + row
            said = Said(
                leg,
                names[turn % len(names)],
                hows[(back + row) % len(hows)],
                NOTICED[(back * 3 + row) % len(NOTICED)],
                leg,
                names[(turn + 1) % len(names)],
                shared,
            )
            friday = workspace.clock.start_of(week + dt.timedelta(days=4))
            answer(workspace.ledger, course, seller, week, said, friday + 50_000_000)
    week = this_week - dt.timedelta(weeks=2)
    comment(
        workspace.ledger,
        course.name,
        "mikael.hedlund",
        week,
        Comment(SAID, "Lars Bergqvist", workspace.clock.start_of(this_week)),
        "demo",
    )
