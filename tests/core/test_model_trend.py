"""The trend along age: old deals are not kept alive by what the young ones did."""

import numpy as np
import pytest

from mellantid.core.counting.counts import Cells
from mellantid.core.modelling import chain
from mellantid.core.modelling.model import fit
from mellantid.core.process import Process

AGES = 200
COURSE = Process("Four", ("A", "B", "C", "D"))
FALLING = 0.08 * np.exp(-np.arange(AGES) / 25.0)


def cells(rng):
    """Many deals in each stage, whose chance to go on falls with age and so does to be lost."""
    exits = np.zeros((1, COURSE.size, COURSE.size + 2, AGES))
    exposure = np.zeros((1, COURSE.size, AGES))
    for stage in range(COURSE.size):
        left = 600
        for age in range(AGES):
            on, lost, _ = rng.multinomial(left, [FALLING[age], FALLING[age], 1 - 2 * FALLING[age]])
            exits[0, stage, stage + 1, age], exits[0, stage, COURSE.lost_state, age] = on, lost
            exposure[0, stage, age] = left
            left -= on + lost
    return Cells(COURSE, exits, exposure)


def old_exits(seen, hazard):
    """Exits onward, from age 60 on, that the chances foretell of the deals at risk."""
    onward = np.stack([hazard[stage, stage + 1] for stage in range(COURSE.size)])
    return float((onward * seen.exposure[0])[:, 60:].sum())


def test_old_ages_are_foretold_about_as_many_exits_as_they_have():
    foretold, true, lagging = 0.0, 0.0, 0.0
    truth = np.broadcast_to(FALLING, (COURSE.size, COURSE.size + 2, AGES))
    for seed in range(20):
        seen = cells(np.random.default_rng(seed))
        foretold += old_exits(seen, fit(seen).hazard[0])
        with pytest.MonkeyPatch.context() as patch:
            # So many exits to outweigh that there is no trend.
            patch.setattr(chain, "TREND_EXITS", 1e12)
            lagging += old_exits(seen, fit(seen).hazard[0])
        true += old_exits(seen, truth)
    # Some 160 true exits, a standard error of 8 %, which both share.
    assert abs(foretold / true - 1) < 0.16
    assert foretold < 0.98 * lagging
