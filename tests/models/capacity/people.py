"""Histories for the tests of capacity: a few parties by hand, and many by hypothesis."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from farthing.models.capacity.estimate import MONTHS, Histories

FEN = st.integers(0, 10**12)


def history(inflow: Sequence[int], outflow: Sequence[int], months: int = MONTHS, due: int = 0, shown: int = 0) -> Histories:
    """One party; what is given repeats until 24 months are full."""
    flows = [np.resize(np.array(side, np.int64), MONTHS)[None, :] for side in (inflow, outflow)]
    return Histories(*flows, *(np.array([one], np.int64) for one in (months, due, shown)))


@st.composite
def histories(draw: st.DrawFn, parties: int = 1) -> Histories:
    """Any parties."""
    flows = [draw(arrays.arrays(np.int64, (parties, MONTHS), elements=FEN)) for _ in range(2)]
    months = draw(arrays.arrays(np.int64, parties, elements=st.integers(-1, MONTHS)))
    due, shown = (draw(arrays.arrays(np.int64, parties, elements=FEN)) for _ in range(2))
    return Histories(*flows, months, due, shown)
