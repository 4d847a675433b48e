from __future__ import annotations

import polars as pl

from farthing.domain.party import PartyKind
from farthing.world.economy import Economy
from farthing.world.ground import insurance_claims, insurance_policies, land_transfers, parcels


def test_only_farms_have_ground_and_every_farm_has_some(economy: Economy) -> None:
    farms = {merchant.key for merchant in economy.merchants if merchant.kind is PartyKind.FARM}
    assert set(parcels(economy)["party"]) == farms
    assert set(land_transfers(economy)["party"]) <= farms


def test_a_claim_is_made_under_a_policy_while_it_runs(economy: Economy) -> None:
    policies = insurance_policies(economy, parcels(economy))
    claims = insurance_claims(economy, policies).join(policies, on=["party", "policy_no"], how="left")
    assert claims.height > 0
    assert claims.filter(~pl.col("occurred_on").is_between("issued_on", "ends_on")).is_empty()
    assert (claims["claimed_fen"] <= claims["insured_fen"]).all()


def test_the_whole_titled_ground_is_what_is_insured(economy: Economy) -> None:
    titled = parcels(economy)
    whole = titled.group_by("party").agg(whole=pl.col("area_m2").sum())
    insured = insurance_policies(economy, titled).join(whole, on="party")
    assert (insured["area_m2"] == insured["whole"]).all()
