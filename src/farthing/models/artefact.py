"""Any frozen model behind its bytes: told apart by its form, made ready to score, explain and be described alike.

Another kind of model is a class with the fields of its artefact, something that makes it `Ready`, and one line of `KINDS`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields
from typing import Any, NamedTuple, Protocol

import numpy as np
import polars as pl

from farthing.domain import canon
from farthing.domain.decision import Reason
from farthing.domain.errors import Invalid
from farthing.domain.feature import Feature
from farthing.domain.score import Score
from farthing.models.boosted.model import Boosted, pd_of
from farthing.models.boosted.model import Scorer as BoostedScorer
from farthing.models.capacity.levels import Levels
from farthing.models.construct.model import Constructs
from farthing.models.dimension.card import DimensionCard
from farthing.models.fraud.model import FraudModel
from farthing.models.novelty.gate import Gate
from farthing.models.own_table.trees import TableTrees
from farthing.models.reasons import reasons_of
from farthing.models.sample import Column
from farthing.models.scorecard import Scorecard, score_many, score_one
from farthing.models.segment.model import Segments
from farthing.quant.binning import Ints


class Read(NamedTuple):
    """A column that a model reads: by how many decimals (None: by its feature's own), and whether it is a category."""

    feature: str
    scale: int | None = None
    category: bool = False


class Ready(Protocol):
    """A model made ready once, to score one case after another or columns of them."""

    @property
    def reads(self) -> tuple[Read, ...]:
        """Its columns, in their order."""

    @property
    def rates_ppm(self) -> tuple[int, int]:
        """The sample's rate of bads, and the one assumed where it is used."""

    def estimate(self, facts: Mapping[str, int | None], features: Mapping[str, Feature]) -> tuple[Score, tuple[Reason, ...]]:
        """One case's score, and why it is no better, worst first; a fact that is None or not there is missing."""

    def pd_ppm(self, columns: Mapping[str, Column]) -> Ints:
        """The PD of every case, in millionths."""

    def scale(self) -> tuple[tuple[int, int], ...]:
        """(points, PD in millionths) at steps over what can be reached, the fewest points first."""


class ReadyScorecard:
    """A scorecard at work."""

    def __init__(self, card: Scorecard) -> None:
        self.card = card
        self.reads = tuple(Read(one.feature, one.scale, one.other is not None) for one in card.attributes)
        self.rates_ppm = card.sample_rate_ppm, card.target_rate_ppm

    def estimate(self, facts: Mapping[str, int | None], features: Mapping[str, Feature]) -> tuple[Score, tuple[Reason, ...]]:
        score = score_one(self.card, facts)
        return score, reasons_of(score.contributions, features)

    def pd_ppm(self, columns: Mapping[str, Column]) -> Ints:
        """`Invalid` for a card that reads categories: columns here hold whole numbers."""
        frame = pl.DataFrame({one.feature: _series(columns[one.feature]) for one in self.reads})
        return score_many(self.card, frame)["pd_ppm"].to_numpy().astype(np.int64)

    def scale(self) -> tuple[tuple[int, int], ...]:
        (least, most), table = self.card.reach(), self.card.pd_ppm
        steps = sorted({least, most, *range(least - least % 20 + 20, most, 20)})
        return tuple((points, table[points - self.card.table_from]) for points in steps)


class ReadyBoosted:
    """Boosted trees at work."""

    def __init__(self, model: Boosted) -> None:
        self._scorer = BoostedScorer(model)
        self.reads = tuple(map(Read, model.forest.features))
        self.rates_ppm = model.sample_rate_ppm, model.target_rate_ppm

    def estimate(self, facts: Mapping[str, int | None], features: Mapping[str, Feature]) -> tuple[Score, tuple[Reason, ...]]:
        return self._scorer.estimate(facts, features)

    def pd_ppm(self, columns: Mapping[str, Column]) -> Ints:
        return pd_of(self._scorer.model, columns, len(next(iter(columns.values()))[0]))

    def scale(self) -> tuple[tuple[int, int], ...]:
        model = self._scorer.model
        told = dict(zip(model.points, model.pd_ppm, strict=True))
        least, most = min(told), max(told)
        steps = sorted({least, most, *range(least - least % 20 + 20, most, 20)})
        known = sorted(told)
        return tuple((points, told[min(known, key=lambda one: abs(one - points))]) for points in steps)


def _series(column: Column) -> pl.Series:
    value, missing = column
    return pl.Series(value, dtype=pl.Int64).set(pl.Series(missing), None)


# ---- kinds -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of model: its name, the class of its artefact, and what makes one ready to decide; None where it has doors of its own."""

    name: str
    form: type[Any]
    ready: Callable[[Any], Ready] | None

    def fits(self, names: Sequence[str]) -> bool:
        """Could an artefact with fields of these names be of this kind? A field with a default may be lacking: it came later."""
        every = {field.name: field.default is MISSING and field.default_factory is MISSING for field in fields(self.form)}
        return {name for name, needed in every.items() if needed} <= set(names) <= set(every)


KINDS: tuple[Kind, ...] = (
    Kind("scorecard", Scorecard, ReadyScorecard),
    Kind("boosted", Boosted, ReadyBoosted),
    Kind("dimensions", DimensionCard, None),
    Kind("fraud", FraudModel, None),
    Kind("segment", Segments, None),
    Kind("construct", Constructs, None),
    Kind("novelty", Gate, None),
    Kind("table_trees", TableTrees, None),
    Kind("capacity", Levels, None),
)


def encode(artefact: object) -> bytes:
    """Canonical bytes, hashed for the model's card."""
    return canon.encode(artefact)


def kind_of(artefact: bytes) -> Kind:
    """The one kind whose form the bytes have. `Invalid` for bytes of none: nobody guesses what scores people."""
    names = tuple(json.loads(artefact))
    found = [kind for kind in KINDS if kind.fits(names)]
    if len(found) != 1:
        told = f"An artefact with the fields {', '.join(sorted(names))[:120]} is of no kind that is known here."
        raise Invalid("unknown_artefact", told, "Use the version of Farthing that made it.")
    return found[0]


def decode(artefact: bytes) -> object:
    """The frozen model behind its bytes, whatever its kind; those written before a field existed have its default."""
    found: object = canon.decode(kind_of(artefact).form, artefact)
    return found


def ready(artefact: bytes) -> Ready:
    """The model made ready to score. It takes milliseconds: keep it."""
    return made_ready(decode(artefact))


def made_ready(model: object) -> Ready:
    """A frozen model made ready to score. `Invalid` for one that rates no applicants by itself."""
    kind = next(kind for kind in KINDS if isinstance(model, kind.form))
    if kind.ready is None:
        raise Invalid("rates_nobody", f"A model of the kind {kind.name} decides nothing by itself.", f"Ask it: farthing model {kind.name}.")
    return kind.ready(model)
