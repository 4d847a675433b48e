"""Where sales outgrow what makes and moves them: goods, power, tax and money that did not follow are the mark of sales that never were.

Each value lies between 0 and 1: one half where both grew alike, near 1 where sales grew and the other did not. Both windows leave a
quarter between them, so that five months of invented sales stand against honest ones.
"""

from __future__ import annotations

from collections.abc import Iterable

from farthing.features.definition import Row, define
from farthing.features.family.across import BUYING, DECLARED, INFLOW, ORDERED, OUT, POWER, RECEIVED, SALES, SENT_PIECES, Told
from farthing.features.records import KIND_OF

PAIRS = (
    (SALES, POWER), (SALES, OUT), (SALES, SENT_PIECES), (SALES, DECLARED), (SALES, INFLOW), (SALES, BUYING), (SALES, ORDERED),
    (ORDERED, POWER), (ORDERED, SENT_PIECES), (RECEIVED, POWER), (RECEIVED, BUYING),
)  # fmt: skip


def _rows(one: Told, other: Told) -> Iterable[Row]:
    for window, zh, en in (("3m", "近3个月", "last 3 months"), ("6m", "近6个月", "last 6 months")):
        columns = "; ".join(f"sum {told.column} {when}" for told in (one, other) for when in (window, "prior_6m"))
        yield (
            f"{one.key}_outgrow_{other.key}_{window}",
            "share 12m",
            "outgrowth",
            columns,
            f"{zh}{one.zh}增速超过{other.zh}的程度（较此前第7至12个月，0.5为同步）",
            f"How far {one.en} outgrew {other.en}, {en} against months 7 to 12 before (0.5: alike)",
        )


FEATURES = tuple(feature for one, other in PAIRS for feature in define(_rows(one, other), KIND_OF[one.column.partition(".")[0]]))
