"""The fraud model in use: frozen trees over signs, what follows at stated costs, and reasons that are true of the case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from farthing.domain import canon
from farthing.domain.decision import Reason
from farthing.domain.errors import Invalid
from farthing.models.boosted.model import Boosted, Scorer
from farthing.models.fraud.signs import SIGN, words

PPM = 1_000_000
MOST_REASONS = 4


class Action(StrEnum):
    """What to do with an applicant, from the fraud model alone."""

    PASS = "pass"  # noqa: S105 - no password
    LOOK = "look"  # a person looks before anything is paid out
    STOP = "stop"  # nothing goes on until somebody clears it


@dataclass(frozen=True, slots=True)
class Costs:
    """What each mistake costs, in fen: a person's look, a fraud that is paid out, an honest applicant who is stopped.

    A look finds out; so looking pays once the chance of fraud times its loss exceeds the look, and stopping at once pays where even that
    look is dearer than the few honest it would clear.
    """

    look_fen: int = 200_00
    fraud_fen: int = 50_000_00
    stopped_fen: int = 2_000_00

    def __post_init__(self) -> None:
        if not 0 < self.look_fen < min(self.fraud_fen, self.stopped_fen):
            raise Invalid("bad_costs", "A look must cost something, and less than either mistake.", "State costs such as 200, 50000, 2000.")

    @property
    def look_from_ppm(self) -> int:
        """The chance of fraud from which a look pays."""
        return self.look_fen * PPM // self.fraud_fen

    @property
    def stop_from_ppm(self) -> int:
        """The chance of fraud from which nobody needs to look."""
        return max(PPM - self.look_fen * PPM // self.stopped_fen, self.look_from_ppm)


@dataclass(frozen=True, slots=True)
class FraudModel:
    """The artefact: whole numbers, scored by the lean install."""

    trees: Boosted
    costs: Costs

    @property
    def name(self) -> str:
        """The id that follows from its content."""
        return self.trees.name


@dataclass(frozen=True, slots=True)
class Assessment:
    """What the model says of one applicant: the chance of fraud in millionths, what follows, and why, the heaviest reason first."""

    model: str
    fraud_ppm: int
    action: Action
    reasons: tuple[Reason, ...]


class Assessor:
    """A fraud model made ready for one applicant after another."""

    def __init__(self, model: FraudModel) -> None:
        self.model = model

    @cached_property
    def _scorer(self) -> Scorer:
        return Scorer(self.model.trees)

    def fraud_ppm(self, signs: Mapping[str, int | None]) -> int:
        """The chance alone; a sign that is not there is missing."""
        return self._scorer.pd_ppm(signs)

    def assess(self, signs: Mapping[str, int | None]) -> Assessment:
        """With what follows and why. What passes has no reasons to tell."""
        chance = self.fraud_ppm(signs)
        action = action_of(chance, self.model.costs)
        return Assessment(self.model.name, chance, action, () if action is Action.PASS else self._reasons(signs))

    def against(self, signs: Mapping[str, int | None]) -> frozenset[str]:
        """The signs that weigh against an applicant: each, made usual and nothing else changed, would lower the risk."""
        return frozenset(one.feature for one in self._scorer.true_contributions(signs))

    def _reasons(self, signs: Mapping[str, int | None]) -> tuple[Reason, ...]:
        """The signs that weigh most against a usual honest case, each only if making it usual, and nothing else, lowers the risk."""
        found: dict[str, Reason] = {}
        for one in sorted(self._scorer.true_contributions(signs), key=lambda one: (-one.shortfall, one.feature)):
            sign = SIGN[one.feature]
            found.setdefault(sign.code, Reason(sign.code, *words(sign, signs.get(one.feature))))
        return tuple(found.values())[:MOST_REASONS]


def action_of(fraud_ppm: int, costs: Costs) -> Action:
    """What is cheapest at this chance of fraud."""
    if fraud_ppm >= costs.stop_from_ppm:
        return Action.STOP
    return Action.LOOK if fraud_ppm >= costs.look_from_ppm else Action.PASS


def encode(model: FraudModel) -> bytes:
    """The artefact: canonical bytes."""
    return canon.encode(model)


def decode(artefact: bytes) -> FraudModel:
    """The model behind its bytes."""
    return canon.decode(FraudModel, artefact)
