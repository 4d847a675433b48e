"""The world by the door of real evidence: parties first, marked synthetic, the truth told to nobody but the script of lives."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl
import pytest
from tests.flows.bank import SYSTEM, open_bank
from tests.store_fixture import Database

from farthing.domain.evidence import EvidenceKind
from farthing.flows.imagine import Imagined, fates, imagine
from farthing.flows.intake import IntakeRequest, intake
from farthing.world.economy import Plan

PLAN = Plan(merchants=40, months=20)


@pytest.fixture(scope="module")
def imagined() -> Imagined:
    return imagine(PLAN)


def test_parties_come_before_what_is_told_of_them(imagined: Imagined) -> None:
    kinds = [table.kind for table in imagined.tables]
    assert kinds.index(EvidenceKind.ENTERPRISE) < min(kinds.index(EvidenceKind.INVOICE), kinds.index(EvidenceKind.RELATION))
    assert sorted(kinds) == sorted(set(kinds)), "one table a kind"


def test_every_table_says_that_it_is_nobodys_data(imagined: Imagined) -> None:
    assert all(table.synthetic and table.ground.startswith("synthetic") for table in imagined.tables)
    assert {table.ends_on for table in imagined.tables} == {PLAN.end}


def test_the_same_world_is_the_same_content(imagined: Imagined) -> None:
    digests = {table.source: table.digest for table in imagined.tables}
    assert {table.source: table.digest for table in imagine(PLAN).tables} == digests
    other = {table.source: table.digest for table in imagine(Plan(seed=3, merchants=40, months=20)).tables}
    assert other["world/invoice"] != digests["world/invoice"]


def test_trouble_known_to_the_world_strikes_after_the_evidence_ends(imagined: Imagined, database: Database, tmp_path: Path) -> None:
    with open_bank(database, tmp_path, dt.date(2024, 1, 1)) as house:
        assert fates(house, imagined) == {}, "nobody is known yet"
        intake(house, SYSTEM, IntakeRequest(imagined.tables[:1]), "parties")
        found = fates(house, imagined)
        keys = {party.id: key for key, party in house.parties.find_many(imagined.truth["party"].to_list()).items()}
        sound = set(imagined.truth.filter(~pl.col("defaults"))["party"])
        assert {keys[party] for party, day in found.items() if day is None} == sound
        assert len(found) == imagined.truth.height
        assert all(day > PLAN.end for day in found.values() if day is not None)
