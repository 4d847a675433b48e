"""A model card: what a model is, who answers for it, how it was tested, and where it must not be used."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from farthing.domain.staff import Accountable


class ModelStatus(StrEnum):
    """Where a model stands in its life."""

    DRAFT = "draft"
    APPROVED = "approved"
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
class ModelCard:
    """What a reader must know before trusting the model; `artefact` is the digest of the frozen model it describes."""

    id: str
    title: str
    model_class: str
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
