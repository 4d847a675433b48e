"""Insiders and their kin: eight merchants reached by kinship or holdings, and every relation a word the bank knows."""

from __future__ import annotations

import polars as pl

from farthing.domain.party import RelationKind
from farthing.world.economy import Economy
from farthing.world.kin import BANK, kin


def test_kin_is_fixed_by_the_plan(economy: Economy) -> None:
    one, other = kin(economy), kin(economy)
    assert one.relations.equals(other.relations)
    assert (one.people, one.related) == (other.people, other.related)


def test_eight_merchants_are_related_and_each_is_reached_from_an_insider(economy: Economy) -> None:
    family = kin(economy)
    insiders = set(family.relations.filter(pl.col("other") == BANK)["party"])
    assert len(insiders) == 6
    ties = {(one, other) for one, other in family.relations.select("party", "other").iter_rows() if other != BANK}
    kinsfolk = insiders | {one for one, other in ties if other in insiders}
    assert {other for one, other in ties if one in kinsfolk} - insiders == family.related
    assert len(family.related) == 8
    assert family.related <= {merchant.key for merchant in economy.merchants}


def test_every_relation_is_a_word_and_shares_are_shares(economy: Economy) -> None:
    relations = kin(economy).relations
    assert set(relations["relation"]) <= {kind.value for kind in RelationKind}
    held = relations.filter(pl.col("relation") == RelationKind.HOLDS.value)
    assert held["share_ppm"].is_between(1, 1_000_000).all()
    assert relations.filter(pl.col("relation") != RelationKind.HOLDS.value)["share_ppm"].null_count() == relations.height - held.height
