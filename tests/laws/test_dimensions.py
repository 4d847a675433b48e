"""The laws of a score of dimensions: parts add up, off is neutral, better is never worse, a good (bad) event never lowers (raises) it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace

import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.features.rows import DAYS, START, rows_of
from tests.models.dimension.cards import card_about, card_of

from farthing.domain.evidence import EvidenceKind
from farthing.features.catalogue import CATALOGUE
from farthing.features.daily import daily
from farthing.features.live import live
from farthing.models.dimension.card import Allowed, DimensionCard, ScoreKind, Standing, decode, encode, named, score_dimensions
from farthing.models.dimension.signals import TRENDS

Row = dict[str, object]
AS_OF = START + dt.timedelta(DAYS - 30)
TODAY = {"known_on": AS_OF}
BUREAU, COURT = (EvidenceKind.BUREAU_ACCOUNT, EvidenceKind.BUREAU_ENQUIRY), EvidenceKind.COURT_CASE
NAMES = sorted(TRENDS)
SEEDS = st.integers(0, 10**6)


# ---- events: what is known with the worse one, and with the better one ------------------------------------------------


def sued(rows: pl.DataFrame) -> tuple[list[Row], list[Row]]:
    """One more case as defendant, against none more."""
    case = rows.row(0, named=True)
    new = {**case, "party": "p", "docket": "of the test", "role": "defendant", "filed_on": AS_OF - dt.timedelta(3), **TODAY}
    return [new], []


def enforced(rows: pl.DataFrame) -> tuple[list[Row], list[Row]]:
    """One more judgment to be enforced, against none more."""
    (new,), _ = sued(rows)
    return [{**new, "role": "debtor"}], []


def asked_elsewhere(rows: pl.DataFrame) -> tuple[list[Row], list[Row]]:
    """One more lender asked for the credit report, against none more."""
    return [{**rows.row(0, named=True), "party": "p", "reason": "loan", "enquired_on": AS_OF, **TODAY}], []


def paid_late(rows: pl.DataFrame) -> tuple[list[Row], list[Row]]:
    """The newest report of a loan shows its last month a month late, against paid."""
    account = rows.row(0, named=True) | {"party": "p", "account": "of the test", "reported_on": AS_OF, **TODAY}
    plain = account | {"state": "normal", "type": "business_loan", "status_24m": "N" * 24, "overdue_fen": 0}
    return [plain | {"status_24m": "N" * 23 + "1"}], [plain]


def filed_late(rows: pl.DataFrame) -> tuple[list[Row], list[Row]]:
    """A return of VAT a week late and not paid, against in time and paid."""
    filing = rows.row(0, named=True) | {"party": "p", "tax": "vat", "period_on": AS_OF - dt.timedelta(20), **TODAY}
    filing |= {"declared_fen": 50_000_00, "due_fen": 6_000_00}
    return [filing | {"late_days": 7, "paid_fen": 0}], [filing | {"late_days": 0, "paid_fen": 6_000_00}]


def made_void(rows: pl.DataFrame) -> tuple[list[Row], list[Row]]:
    """An invoice of a sale written and made void, against never written, where another sale is known: the first word of one is news."""
    sale = rows.row(0, named=True) | {"party": "p", "side": "sale", "gross_fen": 3_000_00, "net_fen": 3_000_00, "tax_fen": 0, **TODAY}
    known, void = ({**sale, "status": how, "issued_on": AS_OF - dt.timedelta(days)} for how, days in (("valid", 3), ("void", 2)))
    return [known, void], [known]


def overdrawn(rows: pl.DataFrame) -> tuple[list[Row], list[Row]]:
    """The account falls below zero by a withdrawal, against staying above by the same."""
    taken = rows.row(0, named=True) | {"party": "p", "direction": "debit", "amount_fen": 1_000_00, "booked_on": AS_OF, **TODAY}
    return [taken | {"balance_fen": -500_00}], [taken | {"balance_fen": 500_00}]


EVENTS: dict[str, tuple[EvidenceKind, Callable[[pl.DataFrame], tuple[list[Row], list[Row]]], int]] = {
    "sued": (COURT, sued, 0), "enforced": (COURT, enforced, 0), "asked_elsewhere": (EvidenceKind.BUREAU_ENQUIRY, asked_elsewhere, 1),
    "paid_late": (EvidenceKind.BUREAU_ACCOUNT, paid_late, 0), "filed_late": (EvidenceKind.TAX_FILING, filed_late, 0),
    "made_void": (EvidenceKind.INVOICE, made_void, 1), "overdrawn": (EvidenceKind.TRANSACTION, overdrawn, 0),
}  # fmt: skip
"""Each with its kind, and how many rows of the kind must be there before: the first word of a kind is news, neither good nor bad."""


def vector(kind: EvidenceKind, base: pl.DataFrame, more: Sequence[Row], numbers: Sequence[str]) -> dict[str, int | None]:
    """What is known of the party with these rows as well."""
    rows = pl.concat([base, pl.DataFrame(more, schema=base.schema)]) if more else base
    features = tuple(CATALOGUE[name] for name in numbers)
    return live({kind: daily(kind, rows) if rows.height else None}, AS_OF, features)


@pytest.mark.parametrize("event", EVENTS)
@settings(max_examples=12, deadline=None)
@given(st.integers(0, 25), SEEDS, SEEDS)
def test_a_bad_event_never_raises_and_a_good_one_never_lowers_the_score(event: str, count: int, seed: int, points: int) -> None:
    kind, happens, least = EVENTS[event]
    rows = rows_of(kind, max(count, least, 1), seed, "p")
    base = rows.head(max(count, least))
    worse, better = happens(rows)
    read = [name for name in NAMES if kind in CATALOGUE[name].sources]
    after, before = vector(kind, base, worse, read), vector(kind, base, better, read)
    for score_kind in ScoreKind:
        card = card_about([before, after], points, score_kind)
        everything = Allowed()
        assert score_dimensions(card, after, everything).points <= score_dimensions(card, before, everything).points


# ---- the card --------------------------------------------------------------------------------------------------------


@st.composite
def cases(draw: st.DrawFn) -> tuple[DimensionCard, dict[str, int | None]]:
    """A card about some features, and what is known of somebody."""
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=12, unique=True))
    value = st.one_of(st.none(), st.integers(-(10**7), 10**7))
    known = {name: draw(value) for name in names}
    return card_about([known], draw(SEEDS), draw(st.sampled_from(ScoreKind))), known


@settings(max_examples=60, deadline=None)
@given(cases(), st.data())
def test_points_of_features_and_dimensions_add_up_to_the_total(
    case: tuple[DimensionCard, dict[str, int | None]], data: st.DataObject
) -> None:
    card, known = case
    codes = [facet.code for facet in card.facets]
    allowed = Allowed(data.draw(st.sets(st.sampled_from(codes))), data.draw(st.sets(st.sampled_from(sorted(known)))))
    found = score_dimensions(card, known, allowed)
    assert found.points == card.base_points + sum(one.points for one in found.facets)
    for facet, one in zip(card.facets, found.facets, strict=True):
        own = facet.own_points if one.standing is Standing.ON else 0
        assert one.points == own + sum(part.points for part in one.contributions)
    low, high = (card.floor, card.ceiling) if card.kind is ScoreKind.PERSONAL else (found.points, found.points)
    assert found.score == min(max(found.points, low or 0), high or 0)


@settings(max_examples=60, deadline=None)
@given(cases(), st.data())
def test_a_dimension_that_is_off_is_neutral_and_the_total_is_less_sure(
    case: tuple[DimensionCard, dict[str, int | None]], data: st.DataObject
) -> None:
    """Neutral: nothing that it holds matters any more, and it adds as much as when nothing of it is there."""
    card, known = case
    whole = score_dimensions(card, known, Allowed())
    facet = data.draw(st.sampled_from(card.facets))
    off = score_dimensions(card, known, Allowed(off={facet.code}))
    part = next(one for one in whole.facets if one.code == facet.code)
    assert off.points == whole.points - part.points
    silent = {name: value for name, value in known.items() if name not in {one.feature for one in facet.attributes}}
    assert score_dimensions(card, silent, Allowed(off={facet.code})).points == off.points
    assert off.high_pd_ppm >= off.pd_ppm >= off.low_pd_ppm
    sure = replace(card, facets=tuple(replace(one, spread_milli=0) for one in card.facets))
    surer = score_dimensions(sure, known, Allowed(off={facet.code}))
    assert off.high_pd_ppm >= surer.high_pd_ppm
    assert off.low_pd_ppm <= surer.low_pd_ppm


@settings(max_examples=60, deadline=None)
@given(cases(), st.data())
def test_a_better_dimension_never_makes_the_total_worse(case: tuple[DimensionCard, dict[str, int | None]], data: st.DataObject) -> None:
    card, known = case
    held = [one for one in card.facets if one.attributes]
    assume(held)
    facet = data.draw(st.sampled_from(held))
    other = {**known, **{one.feature: data.draw(st.integers(-(10**7), 10**7)) for one in facet.attributes}}
    one, two = (score_dimensions(card, facts, Allowed()) for facts in (known, other))
    at = card.facets.index(facet)
    if one.facets[at].points <= two.facets[at].points:
        assert one.points <= two.points
        assert one.pd_ppm >= two.pd_ppm
        told = one.facets[at].pd_ppm, two.facets[at].pd_ppm
        assert None in told or told[0] >= told[1]  # type: ignore[operator]


@settings(max_examples=30, deadline=None)
@given(cases())
def test_a_frozen_card_scores_the_same_ever_after(case: tuple[DimensionCard, dict[str, int | None]]) -> None:
    card, known = named(case[0]), case[1]
    again = decode(encode(card))
    assert again == card
    assert score_dimensions(again, known) == score_dimensions(card, known)
    assert card_of(card.facets, card.kind).facets == card.facets
