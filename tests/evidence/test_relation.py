"""Which way round a tie stands."""

from __future__ import annotations

import polars as pl
import pytest

from farthing.domain.party import PartyKind
from farthing.evidence.relation import kinds_told, turned

KNOWN = {"FIRM": PartyKind.ENTERPRISE, "BANK": PartyKind.ENTERPRISE, "CHEN": PartyKind.PERSON, "STALL": PartyKind.PERSON}


def ties(*told: tuple[str, str, str]) -> pl.DataFrame:
    return pl.DataFrame(told, schema=["party", "other", "relation"], orient="row").with_row_index("row", offset=1)


@pytest.mark.parametrize(
    "tie",
    [
        ("FIRM", "CHEN", "director"), ("FIRM", "CHEN", "holds"), ("FIRM", "CHEN", "controls"), ("FIRM", "STRANGER", "manager"),
        ("STRANGER", "CHEN", "supervisor"),
    ],
)  # fmt: skip
def test_a_firm_serves_and_holds_nobody(tie: tuple[str, str, str]) -> None:
    assert turned(ties(tie), KNOWN) == [1]


@pytest.mark.parametrize(
    "tie",
    [
        ("CHEN", "FIRM", "director"), ("CHEN", "BANK", "credit_staff"), ("STRANGER", "FIRM", "director"),
        ("STRANGER", "ANOTHER", "manager"),
        ("FIRM", "ANOTHER", "holds"), ("CHEN", "STALL", "senior_post"), ("STRANGER", "CHEN", "spouse"), ("FIRM", "CHEN", "spouse"),
    ],
)  # fmt: skip
def test_what_stands_the_right_way_round_or_cannot_be_told_is_let_be(tie: tuple[str, str, str]) -> None:
    assert turned(ties(tie), KNOWN) == []


def test_another_row_tells_that_a_stranger_is_a_person() -> None:
    told = ties(("LI", "BANK", "director"), ("FIRM", "LI", "holds"), ("SHOP", "LI", "director"), ("WANG", "SUN", "spouse"))
    assert turned(told, KNOWN) == [2, 3]
    assert kinds_told(told)["LI"] is PartyKind.PERSON
