"""Models as a page or a terminal shows them: the card, the points and what the validation found."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from farthing.domain.decision import Shadow
from farthing.domain.errors import Invalid, NotFound
from farthing.domain.ids import Id
from farthing.domain.model_card import ModelCard, ModelClass, ModelStatus
from farthing.domain.money import round_half_even
from farthing.domain.policy import Outcome
from farthing.domain.staff import Actor
from farthing.flows.access import require
from farthing.flows.model.life import last_used
from farthing.flows.model.shadow import since
from farthing.flows.ports import House
from farthing.flows.queries.model.drift import all_alarms
from farthing.flows.queries.model.readers import READERS
from farthing.models.artefact import decode, encode, kind_of, made_ready
from farthing.models.card import Development, write_card
from farthing.models.dimension.card import DimensionCard
from farthing.models.own_table.trees import TableTrees
from farthing.models.scorecard import Scorecard
from farthing.models.segment.model import Segments
from farthing.models.sql import to_sql

_ORDER = (ModelStatus.APPROVED, ModelStatus.CHALLENGER, ModelStatus.STANDBY, ModelStatus.DRAFT, ModelStatus.RETIRED)


@dataclass(frozen=True, slots=True)
class PointsRow:
    """One line of the printable points table."""

    feature: str
    zh: str
    en: str
    bin: str
    points: int
    reference_points: int
    goods: int
    bads: int


@dataclass(frozen=True, slots=True)
class ModelView:
    """A model as people read it. `scale` is (points, PD in millionths) at steps over what can be reached; a model that is no scorecard
    has no points by bin. `crossed` are the cells of two features together that cost or earn a point."""

    card: ModelCard
    kind: str
    base_points: int
    least_points: int
    most_points: int
    points: tuple[PointsRow, ...]
    crossed: tuple[PointsRow, ...]
    scale: tuple[tuple[int, int], ...]
    sample_rate_ppm: int
    target_rate_ppm: int


@dataclass(frozen=True, slots=True)
class InventoryRow:
    """A model in the inventory: `late` when its validity ran out, `days_left` until it does (None: no end was set); alarms of its drift,
    if anything was `counted` of it."""

    card: ModelCard
    days_left: int | None
    alarms: int = 0
    counted: bool = False

    @property
    def late(self) -> bool:
        """Does it stand anywhere past its validity, where nobody may use it any more?"""
        return self.days_left is not None and self.days_left < 0 and self.card.status is not ModelStatus.RETIRED


@dataclass(frozen=True, slots=True)
class Inventory:
    """Every model by its class: the nine of online lending, those without a model as well (IL-11); and what each class and market can
    return to."""

    on: dt.date
    classes: tuple[tuple[ModelClass, tuple[InventoryRow, ...]], ...]
    returns: tuple[ModelCard, ...]


@dataclass(frozen=True, slots=True)
class Swap:
    """Decisions that came to one outcome with the model in use and would have come to another: how many, and the limits of each."""

    used: Outcome
    would: Outcome
    decisions: int
    used_limit_fen: int
    would_limit_fen: int


@dataclass(frozen=True, slots=True)
class Challenge:
    """What a challenger would have led to since it was appointed. Mean PDs in millionths, over decisions that both scored."""

    card: ModelCard
    since: dt.date | None
    seen: int
    swaps: tuple[Swap, ...]
    used_pd_ppm: int | None
    would_pd_ppm: int | None


def inventory(house: House, actor: Actor) -> Inventory:
    """All models by class, those in use first."""
    require(actor, *READERS)
    today, cards = house.clock.today(), house.registry.models()
    alarms = Counter(alarm.model for alarm in all_alarms(house, actor))
    rows = [
        InventoryRow(
            card, None if card.valid_until is None else (card.valid_until - today).days, alarms[card.id], bool(house.drift.watched(card.id))
        )
        for card in cards
    ]
    rows.sort(key=lambda row: _ORDER.index(row.card.status))
    places = sorted({(card.model_class, card.market) for card in cards})
    returns = [last_used(house, [card for card in cards if (card.model_class, card.market) == place]) for place in places]
    return Inventory(
        today, tuple((one, tuple(row for row in rows if row.card.model_class is one)) for one in ModelClass),
        tuple(card for card in returns if card is not None and card.usable(card.market, today)),
    )  # fmt: skip


def challenges(house: House, actor: Actor) -> tuple[Challenge, ...]:
    """Each challenger beside the model in use, by what was decided since it was appointed."""
    require(actor, *READERS)
    cards = [card for card in house.registry.models() if card.status is ModelStatus.CHALLENGER]
    return tuple(_challenge(card, since(house, card.id), house.decisions.shadows(card.id)) for card in cards)


def _challenge(card: ModelCard, appointed: dt.date | None, seen: Sequence[Shadow]) -> Challenge:
    swaps: dict[tuple[Outcome, Outcome], list[Shadow]] = {}
    for one in seen:
        swaps.setdefault((one.used_outcome, one.outcome), []).append(one)
    told = tuple(
        Swap(used, would, len(some), sum(one.used_limit_fen for one in some), sum(one.limit_fen for one in some))
        for (used, would), some in sorted(swaps.items(), key=lambda item: (item[0][0].value, item[0][1].value))
    )
    both = [(one.used_pd_ppm, one.pd_ppm) for one in seen if one.used_pd_ppm is not None and one.pd_ppm is not None]
    used, would = (round_half_even(sum(side), len(both)) for side in zip(*both, strict=True)) if both else (None, None)
    return Challenge(card, appointed, len(seen), told, used, would)


def models(house: House, actor: Actor) -> Sequence[ModelCard]:
    """Every model's newest card."""
    require(actor, *READERS)
    return house.registry.models()


def model(house: House, actor: Actor, wanted: Id | None = None) -> ModelView:
    """One model by id, or the newest approved one; `NotFound` says how to get one."""
    require(actor, *READERS)
    found = house.registry.model(wanted)
    if found is None:
        raise NotFound("no_model", f"There is no model {wanted or 'yet'}.", "Train one: farthing model train.")
    return view_of(*found)


def model_sql(house: House, actor: Actor, table: str, wanted: Id | None = None, keep: Sequence[str] = ()) -> str:
    """The query that scores a table as a model does, beside the columns to keep; for whoever runs a book in a database."""
    require(actor, *READERS)
    found = house.registry.model(wanted)
    if found is None:
        raise NotFound("no_model", f"There is no model {wanted or 'yet'}.", "Train one: farthing model train.")
    card, artefact = found
    scorecard = decode(artefact)
    if not isinstance(scorecard, Scorecard):
        told = f"{card.id} is no scorecard, and only those can be written as a query."
        raise Invalid("no_sql", told, "Score its cases with Farthing.", field="model")
    return to_sql(scorecard, table, keep)


def view_of(card: ModelCard, artefact: bytes) -> ModelView:
    """The view of a card and its artefact; of one that rates nobody by itself its card says what it is."""
    frozen, kind = decode(artefact), kind_of(artefact)
    if kind.ready is None and not isinstance(frozen, TableTrees):
        return ModelView(card, kind.name, 0, 0, 0, (), (), (), *_rates(frozen))
    at_work = made_ready(frozen.trees if isinstance(frozen, TableTrees) else frozen)
    steps = at_work.scale()
    if not isinstance(frozen, Scorecard):
        return ModelView(card, kind.name, 0, steps[0][0], steps[-1][0], (), (), steps, *at_work.rates_ppm)
    points, crossed = tuple(_rows(frozen)), tuple(_cells(frozen))
    return ModelView(card, kind.name, frozen.base_points, steps[0][0], steps[-1][0], points, crossed, steps, *at_work.rates_ppm)


def _rates(frozen: object) -> tuple[int, int]:
    """The sample's rate of bads and the assumed one, of models that tell them."""
    return (frozen.sample_rate_ppm, frozen.target_rate_ppm) if isinstance(frozen, DimensionCard | Segments) else (0, 0)


def report_made(made: Development) -> ModelView:
    """A model that was made and not saved, as it would be shown."""
    return view_of(write_card(made), encode(made.artefact))


def _rows(scorecard: Scorecard) -> list[PointsRow]:
    return [
        PointsRow(a.feature, a.zh, a.en, one.label, one.points, a.reference_points, one.goods, one.bads)
        for a in scorecard.attributes
        for one in (*a.bins, a.missing)
    ]


def _cells(scorecard: Scorecard) -> Iterator[PointsRow]:
    return (
        PointsRow(pair.feature, pair.zh, pair.en, one.label, one.points, pair.reference_points, one.goods, one.bads)
        for pair in scorecard.crossings
        for one in pair.cells
        if one.points
    )
