"""The pace of creation with which a forecast gives a target a chosen chance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mellantid.core.forecasting.banded_deals import wins_for
from mellantid.core.planning.needed import needed_wins
from mellantid.errors import QuestionError

if TYPE_CHECKING:
    from mellantid.core.forecasting.forecast import Forecast


def needed_pace(whole: Forecast, target: float, p: float) -> float:
    """How many times the present pace of creation it takes.

    Whatever the pace, the forecast's distribution is that of what is won, of the open deals and of
    wins to come, over the same versions of the truth: the model's posterior, the doubt about the
    pace and the common factor of quarters. Only the wins to come of deals that are yet to be
    created grow with the pace, in proportion; those of deals that never stand in a stage come
    anyway. So the multiple is what is lacking of the wins with which the chance is `p`, over what
    the present pace brings; and a forecast at that pace gives the target the chance `p`.

    Args:
        whole: the forecast up to the target's last day.
        target: the amount to reach.
        p: the chance, between 0 and 1, both excluded.

    Raises:
        QuestionError: the chance is none, or no pace brings it.

    """
    view = whole.outlook
    wins = needed_wins(
        target,
        p,
        float(whole.won_amount.sum()),
        whole.amount,
        view.versions(whole.last),
        view.coming,
        whole.jumps,
        view.cell,
    )
    anyway = wins_for(view.direct_wins(whole.last) * whole.direct_mean, whole.jumps)
    present = wins_for(whole.new_mean, whole.jumps) - anyway
    if wins <= anyway:
        return 0.0
    if present <= 0:
        raise QuestionError(
            "No deal that is created from now on can be won before the target ends, so no pace "
            "brings this chance: choose a lower one."
        )
    return (wins - anyway) / present
