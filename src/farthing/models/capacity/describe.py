"""The card of a bank's own levels of capacity: what they were learnt from, how forecasts under them did, and what they cannot say."""

from __future__ import annotations

import datetime as dt
import hashlib

from farthing.domain.ids import Prefix, derived_id
from farthing.domain.model_card import Measure, ModelCard, ModelClass, ModelStatus
from farthing.domain.staff import Accountable
from farthing.models.capacity.levels import LENGTHS, PPM, Levels, encode

MARKET = "CN-CAPACITY"
"""Levels decide nothing by themselves: their market is their own, in which no product lends."""


def describe(levels: Levels, as_of: dt.date, data_digest: str, accountable: Accountable) -> ModelCard:
    """The card of a draft; `data_digest` is of what it was learnt from."""
    digest = hashlib.sha256(encode(levels)).hexdigest()
    return ModelCard(
        id=derived_id(Prefix.MODEL, digest), title="还款能力分位校正 Levels of repayment capacity", model_class=ModelClass.APPROVAL,
        artefact=digest, trained_on=levels.told, data_digest=data_digest, labels=levels.cases, bads=0, as_of=as_of, features=(),
        measures=_measures(levels), supports=_supports(levels), cannot_support=_CANNOT, accountable=accountable, status=ModelStatus.DRAFT,
        synthetic=levels.synthetic, market=MARKET,
    )  # fmt: skip


def _measures(levels: Levels) -> tuple[Measure, ...]:
    moved = [
        (f"moved_90_from_{months}_months", row[0], "90 % 分位的校正，占月支出。 What the 90 % level is moved by, of monthly spending.")
        for months, row in zip(LENGTHS, levels.mean_ppm, strict=True)
    ]
    if levels.under_ppm is not None:
        how = f"{levels.foretold} 次逐季预测，只用当时所知。 {levels.foretold} forecasts of past quarters, each by what was known then."
        moved.append(("came_under_90", levels.under_ppm, how))
    return tuple(Measure(name, f"{ppm / PPM:.3f}", f"{ppm / PPM:.3f}", f"{ppm / PPM:.3f}", how) for name, ppm, how in moved)


def _supports(levels: Levels) -> tuple[str, ...]:
    if levels.under_ppm is None:
        return ()
    share = levels.under_ppm / 10_000
    return (
        f"逐季回看 {levels.foretold} 次预测，{share:.1f}% 低于 90% 分位（应为 10%）。 "
        f"Of {levels.foretold} forecasts of past quarters {share:.1f} % came to less than the 90 % level; 10 % are meant.",
    )


_CANNOT = (
    "只对与本行现有客户相似的主体有效；每季度须重新测量。 For parties like the bank's own only; to be measured again each quarter.",
    "看不到账户之外的现金。 Cash outside the account is not seen.",
)
