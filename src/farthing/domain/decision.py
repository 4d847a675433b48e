"""A decision: the outcome, the numbers, the reasons, and the steps that are its proof."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from farthing.domain.evidence import EvidenceKind
from farthing.domain.facts import FactValue
from farthing.domain.ids import Id
from farthing.domain.party import RelatedFinding
from farthing.domain.policy import Outcome
from farthing.domain.rate import Rate
from farthing.domain.score import Score


class StepKind(StrEnum):
    """Which fold a step belongs to."""

    ACCESS = "access"
    LIMIT = "limit"
    PRICE = "price"


@dataclass(frozen=True, slots=True)
class Step:
    """One folded step: the rule, what it said, the facts it read, and whether it decided.

    `value` is 1/0/None for an access rule (fired, did not, unknown), fen for a cap, rate units for a price part.
    """

    kind: StepKind
    name: str
    expression: str
    value: int | None
    decided: bool
    outcome: Outcome | None
    facts: tuple[tuple[str, FactValue], ...]


@dataclass(frozen=True, slots=True)
class Reason:
    """A true reason in both languages; `code` is stable, `detail_*` carry the applicant's own numbers."""

    code: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Application:
    """A request for a facility."""

    id: Id
    party: Id
    product: str
    requested_fen: int
    applied_on: dt.date
    purpose: str = "working_capital"


@dataclass(frozen=True, slots=True)
class Estimated:
    """Facts of a decision that came from another model than the score's: which, and their names. Replay takes them as recorded."""

    model: str
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SourceRead:
    """How far a kind of evidence could be relied on when a decision looked, as the monitors' run of `kept_on` has it, and whether it was
    read: what is not read is missing."""

    kind: EvidenceKind
    reliability_ppm: int
    kept_on: dt.date
    read: bool


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided on an application, by which policy and model, with who answers for it."""

    id: Id
    application: Id
    party: Id
    product: str
    outcome: Outcome
    limit_fen: int
    rate: Rate | None
    reasons: tuple[Reason, ...]
    steps: tuple[Step, ...]
    related: RelatedFinding
    score: Score | None
    policy: str
    policy_digest: str
    model: str | None
    accountable: str
    approver: str
    decided_on: dt.date
    overrides: Id | None = None
    estimated: tuple[Estimated, ...] = ()
    sources: tuple[SourceRead, ...] = ()


@dataclass(frozen=True, slots=True)
class Shadow:
    """What a challenger would have led to where another model was used: nobody was told and nothing came of it.

    PDs in parts per million; None where there was no score.
    """

    decision: Id
    model: Id
    decided_on: dt.date
    outcome: Outcome
    limit_fen: int
    pd_ppm: int | None
    used_outcome: Outcome
    used_limit_fen: int
    used_pd_ppm: int | None
