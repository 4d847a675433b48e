"""A model card: what a model is, who answers for it, how it was tested, where it must not be used; and what happens to it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from farthing.domain.ids import Id
from farthing.domain.staff import Accountable

HOME_MARKET = "CN"


class ModelClass(StrEnum):
    """The nine classes of models in online lending: each has its inventory, owner, approver and review (IL-11)."""

    IDENTITY = "identity"
    ANTI_FRAUD = "anti_fraud"
    AML = "aml"
    COMPLIANCE = "compliance"
    RATING = "rating"
    PRICING = "pricing"
    APPROVAL = "approval"
    WARNING = "warning"
    COLLECTION = "collection"


class ModelStatus(StrEnum):
    """Where a model stands in its life: of each class and market one is approved, which is in use, any number challenge it unseen,
    and those it followed stand by, to be returned to at once."""

    DRAFT = "draft"
    CHALLENGER = "challenger"
    APPROVED = "approved"
    STANDBY = "standby"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class Measure:
    """A measured quality with its interval, as decimal strings so that cards hash the same everywhere."""

    name: str
    value: str
    low: str
    high: str
    method: str


@dataclass(frozen=True, slots=True)
class Curve:
    """A picture of the validation as points: shares in millionths; of what goes `by_month` x is a month written 202606."""

    name: str
    x: tuple[int, ...]
    y: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ModelCard:
    """What a reader must know before trusting the model; `artefact` is the digest of the frozen model it describes.

    It may be used in the `market` it was validated for, until `valid_until` (None: no end was set), which a review moves on.
    `reproduce` is the command that gives the same model from the same data.
    """

    id: str
    title: str
    model_class: ModelClass
    artefact: str
    trained_on: str
    data_digest: str
    labels: int
    bads: int
    as_of: dt.date
    features: tuple[str, ...]
    measures: tuple[Measure, ...]
    supports: tuple[str, ...]
    cannot_support: tuple[str, ...]
    accountable: Accountable
    status: ModelStatus
    synthetic: bool
    market: str = HOME_MARKET
    valid_until: dt.date | None = None
    reviewed_on: dt.date | None = None
    curves: tuple[Curve, ...] = ()
    reproduce: str = ""

    def usable(self, market: str, on: dt.date) -> bool:
        """Whether it may score in a market on a day: validated for it, and not past its validity."""
        return self.market == market and (self.valid_until is None or on <= self.valid_until)


@dataclass(frozen=True, slots=True)
class ModelDrafted:
    """A model was developed and documented. Nothing uses it before a second person agrees."""

    model: Id
    artefact: str
    card_digest: str
    owner: str


@dataclass(frozen=True, slots=True)
class ModelAppointed:
    """A model is in use from now on (`approved`), or runs unseen beside the one in use (`challenger`); agreed to by a second person."""

    model: Id
    status: ModelStatus
    market: str
    valid_until: dt.date
    ground: str


@dataclass(frozen=True, slots=True)
class ModelMoved:
    """A model stands elsewhere in its life: returned to, standing by, retired, or reviewed where it stands."""

    model: Id
    card_digest: str
    status: ModelStatus
    ground: str


ModelBody: TypeAlias = ModelDrafted | ModelAppointed | ModelMoved
