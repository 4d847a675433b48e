"""Models as a page or a terminal shows them: the card, the points and what the validation found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from farthing.domain.errors import NotFound
from farthing.domain.ids import Id
from farthing.domain.model_card import ModelCard
from farthing.domain.staff import Actor, Role
from farthing.flows.access import require
from farthing.flows.ports import House
from farthing.models.scorecard import Scorecard, decode
from farthing.models.sql import to_sql

READERS = (Role.CREDIT_OFFICER, Role.RISK_MANAGER, Role.AUDITOR, Role.SYSTEM)


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
    """A model as people read it. `scale` is (points, PD in millionths) at steps over what can be reached."""

    card: ModelCard
    base_points: int
    least_points: int
    most_points: int
    points: tuple[PointsRow, ...]
    scale: tuple[tuple[int, int], ...]
    sample_rate_ppm: int
    target_rate_ppm: int


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
    return view_of(found[0], decode(found[1]))


def model_sql(house: House, actor: Actor, table: str, wanted: Id | None = None, keep: Sequence[str] = ()) -> str:
    """The query that scores a table as a model does, beside the columns to keep; for whoever runs a book in a database."""
    require(actor, *READERS)
    found = house.registry.model(wanted)
    if found is None:
        raise NotFound("no_model", f"There is no model {wanted or 'yet'}.", "Train one: farthing model train.")
    return to_sql(decode(found[1]), table, keep)


def view_of(card: ModelCard, scorecard: Scorecard) -> ModelView:
    """The view of a card and its artefact."""
    least, most = scorecard.reach()
    steps = sorted({least, most, *range(least - least % 20 + 20, most, 20)})
    return ModelView(
        card, scorecard.base_points, least, most, tuple(_rows(scorecard)),
        tuple((points, scorecard.pd_ppm[points - scorecard.table_from]) for points in steps),
        scorecard.sample_rate_ppm, scorecard.target_rate_ppm,
    )  # fmt: skip


def _rows(scorecard: Scorecard) -> list[PointsRow]:
    return [
        PointsRow(a.feature, a.zh, a.en, one.label, one.points, a.reference_points, one.goods, one.bads)
        for a in scorecard.attributes
        for one in (*a.bins, a.missing)
    ]
