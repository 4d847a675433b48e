"""A model from a table of one's own: read it as a mapping says, look for leaks, fit, test, document, and save the draft.

A second person appoints it (`appoint`); from then on it scores whoever asks (`score_rows`). It reads its own columns, not the bank's
evidence, so it decides nothing here: its market is its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
import polars as pl

from farthing.domain import canon
from farthing.domain.decision import Reason
from farthing.domain.errors import Conflict, Invalid
from farthing.domain.evidence import FaultCount, Quarantined
from farthing.domain.ids import Id
from farthing.domain.model_card import HOME_MARKET, ModelCard, ModelDrafted, ModelStatus
from farthing.domain.score import Contribution
from farthing.domain.staff import Accountable, Actor, Role
from farthing.flows.access import require
from farthing.flows.model.appoint import RESERVED, card_of, is_owner, markets
from farthing.flows.ports import Command, House, Transaction
from farthing.models.artefact import decode, encode
from farthing.models.boosted.challenge import Terms
from farthing.models.boosted.model import Fit
from farthing.models.boosted.model import freeze as freeze_trees
from farthing.models.boosted.trees import UNIT
from farthing.models.fit import Calibration, Fitted, freeze, settings_for
from farthing.models.naming import named as name_of
from farthing.models.own_table.describing import Built, card_of_table
from farthing.models.own_table.drafting import Draft, draft
from farthing.models.own_table.leaking import refuse_leaks, suspicions
from farthing.models.own_table.mapping import TableMap, read_table_map
from farthing.models.own_table.reading import BAD, WEIGHT, TableRead, read_rows, read_table
from farthing.models.own_table.trees import GrownOnTable, TableScorer, TableTrees, as_read, grow_on_table
from farthing.models.own_table.validating import Progress, TableValidation, cards, validate_table
from farthing.models.scorecard import Attribute, Crossing, Scorecard, named, score_one
from farthing.models.table import Column, Kind, sample_of_table, whole_row
from farthing.models.validate import auc_difference
from farthing.quant.conformal import thresholds
from farthing.quant.discrimination import bootstrap

NOBODY_YET = "—"
MOST_ROWS = 10_000
PPM, DRAWS = 1_000_000, 300


@dataclass(frozen=True, slots=True)
class BuildRequest:
    """A table by the digest of its bytes, how to read it, the seed of folds and intervals, and whether trees are wanted or a scorecard."""

    content: str
    told: TableMap
    seed: int = 20200221
    boosted: bool = False


Table: TypeAlias = tuple[pl.DataFrame, BuildRequest]
"""A table's text, every column of it, and what is asked of it."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What became of the table's rows."""

    rows: int
    labelled: int
    unlabelled: int
    quarantined: int
    shown: tuple[Quarantined, ...]
    faults: tuple[FaultCount, ...]


@dataclass(frozen=True, slots=True)
class Scored:
    """One record scored: points, PD in millionths, and the reasons for points lost, the dearest first."""

    points: int
    pd_ppm: int
    reasons: tuple[Reason, ...]


def silent(done: int, total: int, what: str) -> None:
    """Nobody watches."""


def mapping_of(document: object) -> TableMap:
    """The mapping a document states; `Invalid` points at the entry that cannot be read."""
    told = read_table_map(document)
    if told.market == HOME_MARKET:
        raise _lends_there(told.market)
    return told


def _lends_there(market: str) -> Invalid:
    todo = "Name a market of its own, like CN-SHOPS: it reads its own columns, not the bank's evidence."
    return Invalid("home_market", f"A model from a table cannot decide for {market}, where the bank lends.", todo, field="market")


def drafted_mapping(text: pl.DataFrame) -> Draft:
    """A first mapping of a table, for a person to correct, and what it leaves out."""
    return draft(text)


def build_model(house: House, actor: Actor, table: Table, key: str, progress: Progress = silent) -> tuple[ModelCard, Reading]:
    """Read, check, fit, test, and save the draft with its card; the same table and mapping give the same model.

    `Invalid` when it leaks, has too few outcomes, or nothing in it tells bads from goods.
    """
    require(actor, Role.RISK_MANAGER)
    text, request = table
    if request.told.market in markets(house) | RESERVED:
        raise _lends_there(request.told.market)
    made = make(house, actor.name, text, request, progress)
    card, artefact = card_of_table(made), encode(made.model)

    def save(transaction: Transaction) -> ModelCard:
        transaction.lock_models()
        known = house.registry.model(card.id)
        if known is not None and not redrafts(known[0], card, actor):
            return known[0]
        transaction.save_model(card, artefact)
        drafted = ModelDrafted(card.id, card.artefact, canon.digest(card).hex(), card.accountable.owner)
        transaction.append(card.id, house.clock.today(), drafted)
        return card

    inputs = (request.content, request.told.digest(), request.seed, *((True,) if request.boosted else ()))
    saved = house.commands.run(Command(key, "build_model", actor, inputs), save, ModelCard)
    return saved, _reading(made.read)


def redrafts(known: ModelCard, card: ModelCard, actor: Actor) -> bool:
    """Does this card replace the one there is? The same table gives the same model: its owner's draft may be told otherwise, with another
    title or more columns watched; one that somebody agreed to stays as it is. `Conflict` where it would be told of another market."""
    if known.status is ModelStatus.DRAFT and is_owner(known, actor):
        return known != card
    if known.market != card.market:
        told = f"The same table gave {known.id} before, which is {known.status.value} in {known.market}."
        raise Conflict("model_known", told, f"Keep its market in the mapping, or bring the cases of {card.market}.", field="market")
    return False


def make(house: House, owner: str, text: pl.DataFrame, request: BuildRequest, progress: Progress = silent) -> Built:
    """Everything but saving."""
    told = request.told
    read = read_table(text, told)
    progress(0, 1, "leaks")
    sample = sample_of_table(read.frame, told.columns, BAD, WEIGHT if told.weight else None)
    settings = settings_for(sample)
    found = suspicions(sample, told.columns, settings)
    refuse_leaks(found, dict(told.keep))
    validation = validate_table(read, told, cards(told, settings), request.seed, progress)
    made = Built(
        told, read, validation, _card(told, validation), found, house.clock.today(), Accountable(owner, NOBODY_YET), request.seed
    )  # fmt: skip
    return _with_trees(made, progress) if request.boosted else made


def _card(told: TableMap, validation: TableValidation) -> Scorecard:
    assert isinstance(validation.fitted, Fitted), "cards were asked for"
    rate = told.bad_rate_ppm or round(validation.fitted.rate * PPM)
    return named(freeze(validation.fitted, Calibration(validation.line, rate)))


def _with_trees(card: Built, progress: Progress) -> Built:
    """Trees of the same table, tested on the same cases as the scorecard was, which stands beside them."""
    told, seed = card.told, card.seed
    found = validate_table(card.read, told, lambda sample: grow_on_table(sample, told.columns, seed), seed, progress)
    made, tested = found.fitted, found.tested
    assert isinstance(made, GrownOnTable), "trees were asked for"
    certain = thresholds(np.rint(tested.eta.mean(axis=0) * UNIT).astype(np.int64), tested.bad, Terms().error_ppm)
    rate = told.bad_rate_ppm or round(made.rate * PPM)
    frozen = freeze_trees(made.forest, Fit(found.line, rate, certain), as_read(made.columns, found.sample))
    order = np.arange(len(tested.bad), dtype=np.float64)
    beside = {
        "scorecard_auc": card.validation.measures["auc"],
        "auc_less_scorecard": bootstrap(auc_difference(tested.eta, card.validation.tested.eta), order, tested.bad, seed, DRAWS),
    }
    return replace(card, validation=found, model=name_of(TableTrees("", made.columns, frozen)), beside=beside)


def score_rows(house: House, actor: Actor, model: Id, rows: Sequence[Mapping[str, object]]) -> tuple[Scored, ...]:
    """Score records by a model in use, columns as its table had them; what is not there is missing. `Conflict` unless two people agreed to
    it and it is valid today."""
    if not 0 < len(rows) <= MOST_ROWS:
        raise Invalid("too_many_rows", f"{len(rows)} records were given.", f"Give from 1 to {MOST_ROWS:,} at a time.", field="rows")
    return _score(_in_use(house, actor, model), rows)


def score_table(house: House, actor: Actor, model: Id, text: pl.DataFrame) -> tuple[Scored, ...]:
    """Score every row of a file. `Invalid` where it has no such column as the model reads: it would be missing of everybody unseen."""
    used = _in_use(house, actor, model)
    lacking = [name for name in used.features if name not in text.columns]
    if lacking:
        raise Invalid("no_column", f"The table has no column {lacking[0]!r}.", f"It has: {', '.join(text.columns)}.", field=lacking[0])
    return _score(used, text.rows(named=True))


def _in_use(house: House, actor: Actor, model: Id) -> Scorecard | TableTrees:
    require(actor, Role.CREDIT_OFFICER, Role.RISK_MANAGER, Role.SYSTEM)
    card, artefact = card_of(house, model)
    if card.status is not ModelStatus.APPROVED or not card.usable(card.market, house.clock.today()):
        told = f"{card.id} is {card.status.value}, valid until {card.valid_until}: it scores nobody."
        raise Conflict("model_not_in_use", told, "Appoint it (two people), or review it.")
    found = decode(artefact)
    if not isinstance(found, Scorecard | TableTrees):
        raise Invalid("not_of_table", f"{card.id} is no model of a table.", "It scores those who apply.", field="model")
    return found


def _score(model: Scorecard | TableTrees, rows: Sequence[Mapping[str, object]]) -> tuple[Scored, ...]:
    columns = columns_of(model)
    records = (whole_row(row, columns) for row in read_rows(rows, columns))
    if isinstance(model, Scorecard):
        return tuple(_scored(model, record) for record in records)
    told = map(TableScorer(model).score, records)
    return tuple(Scored(one.points, one.pd_ppm, tuple(Reason(*reason) for reason in one.reasons)) for one in told)


def columns_of(card: Scorecard | TableTrees) -> tuple[Column, ...]:
    """The columns that a model reads, as its table declared them."""
    if isinstance(card, TableTrees):
        return tuple(Column(one.name, one.kind, one.scale, unit=one.unit, zh=one.zh, en=one.en) for one in card.columns)
    return tuple(
        Column(one.feature, Kind.NUMERIC if one.other is None else Kind.CATEGORY, one.scale, unit=one.unit, zh=one.zh, en=one.en)
        for one in card.attributes
    )


def _scored(card: Scorecard, facts: Mapping[str, int | str | None]) -> Scored:
    score = score_one(card, facts)
    words: dict[str, Attribute | Crossing] = {one.feature: one for one in card.attributes}
    words |= {one.feature: one for one in card.crossings}
    lost = sorted((one for one in score.contributions if one.shortfall > 0), key=lambda one: (-one.shortfall, one.feature))[:4]
    reasons = tuple(_reason(words[one.feature], one) for one in lost)
    return Scored(score.points, score.pd_ppm, reasons)


def _reason(column: Attribute | Crossing, lost: Contribution) -> Reason:
    few = lost.shortfall
    return Reason(lost.feature, f"{column.zh}：{lost.bin}（少 {few} 分）", f"{column.en}: {lost.bin} ({few} points fewer)")


def _reading(read: TableRead) -> Reading:
    return Reading(read.rows, read.frame.height, read.unlabelled.height, read.quarantined, read.shown[:20], read.faults)
