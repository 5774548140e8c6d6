"""Paths told as short texts: `0 1 2 W` is a deal that passed three stages and was won."""

import numpy as np
import pytest

from mellantid.core.conformance.paths import Paths

DAY = 86_400_000


def paths_told(*deals, stages=3, every=DAY, until=None):
    """Deals told one by one; a step is made after each `every` ms."""
    codes = {str(k): k for k in range(stages)} | {"W": stages, "L": stages + 1, "-": -1}
    deal = [k for k, text in enumerate(deals) for _ in text.split()]
    state = [codes[word] for text in deals for word in text.split()]
    at = [k * every for text in deals for k, _ in enumerate(text.split())]
    end = max(at, default=0) + 1 if until is None else until
    columns = (np.array(each, dtype=np.int64) for each in (deal, state, at))
    deal, state, at = columns
    known = np.ones(at.size, dtype=bool)
    return Paths.of(
        stages, deal, state, at, at // DAY, known, at % DAY != 0, (end, (end - 1) // DAY)
    )


@pytest.fixture(scope="session")
def paths():
    """The function `paths_told`."""
    return paths_told
