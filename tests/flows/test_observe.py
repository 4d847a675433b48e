"""A decision records the core features, what its policy and the models read beyond them, and nothing else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from tests.features.rows import rows_of
from tests.flows.applicants import DAY, known, ready
from tests.flows.bank import OFFICER, SYSTEM, open_bank
from tests.store_fixture import Database

from farthing.decision.facts import OWN
from farthing.domain import canon
from farthing.domain.consent import Consent
from farthing.domain.evidence import EvidenceKind
from farthing.features.catalogue import CATALOGUE, CORE, FEATURES
from farthing.features.daily import daily
from farthing.flows.apply import ApplyRequest, apply
from farthing.flows.consent import GiveRequest, WithdrawRequest, give, withdraw
from farthing.flows.decide import redecide
from farthing.flows.observe import allowed, readable
from farthing.flows.ports import House
from farthing.flows.publish import install_policies
from farthing.sources.catalogue import packaged_policies

CORE_NAMES = {feature.name for feature in CORE}
ORDERS, REPORT = "order_amount_monthly_12m", "account_worst_24m"


@pytest.fixture
def house(database: Database, tmp_path: Path) -> Iterator[House]:
    with open_bank(database, tmp_path, DAY) as made:
        yield made


def sells_online(house: House) -> str:
    """A sound merchant with invoices and orders."""
    party = known(house, "m")
    on = DAY - dt.timedelta(20)
    moved = rows_of(EvidenceKind.ORDER, 30, 1).with_columns(party=pl.lit(party.subject), ordered_on=pl.lit(on), known_on=pl.lit(on))
    house.aggregates.put(EvidenceKind.ORDER, {party.subject: daily(EvidenceKind.ORDER, moved)})
    return party.id


def test_the_core_is_recorded_and_the_thousands_are_not(house: House) -> None:
    ready(house)
    made = apply(house, SYSTEM, ApplyRequest(sells_online(house), "sme_term", 40_000_000), "k")
    found = house.decisions.get(made.id)
    assert found is not None
    assert set(found[2].values) == CORE_NAMES | {spec.name for spec in OWN}
    assert canon.digest(redecide(house, *found)) == canon.digest(made)


def test_what_a_policy_reads_beyond_the_core_is_recorded_and_replayed(house: House) -> None:
    ready(house)
    rule = f'  - {{name: no_orders, when: "{ORDERS} < 1", missing: refer, outcome: refer, reason: THIN_FILE}}'
    text = next(text for text in packaged_policies() if "product: sme_term" in text).replace("version: 1", "version: 7", 1)
    before, access, after = text.partition("\naccess:")
    head, _, rules = after.partition("\n")
    install_policies(house, SYSTEM, ["\n".join((before + access + head, rule, rules))])
    party = sells_online(house)
    give(house, OFFICER, GiveRequest(party, (EvidenceKind.ORDER,), ground="signed_form"), "consent")
    made = apply(house, SYSTEM, ApplyRequest(party, "sme_term", 40_000_000), "k")
    found = house.decisions.get(made.id)
    assert found is not None
    assert set(found[2].values) == CORE_NAMES | {spec.name for spec in OWN} | {ORDERS}
    assert found[2].values[ORDERS] is not None
    assert canon.digest(redecide(house, *found)) == canon.digest(made)


def test_a_credit_report_is_read_only_where_a_consent_runs() -> None:
    features, on = (CATALOGUE[REPORT], CATALOGUE[ORDERS]), dt.date(2024, 5, 1)
    kind = EvidenceKind.BUREAU_ACCOUNT
    consent, other = (Consent("pty_x", (one,), dt.date(2024, 1, 1)) for one in (kind, EvidenceKind.ORDER))
    assert allowed(features, [other], (), on) == (CATALOGUE[ORDERS],)
    assert allowed(features, [consent], (), on) == features
    assert allowed(features, [consent], (), dt.date(2023, 12, 31)) == (CATALOGUE[ORDERS],)
    assert len(allowed(FEATURES, [], (), on)) < len(FEATURES)


def test_an_estimate_reads_nothing_that_was_taken_back_not_even_of_earlier_days(house: House) -> None:
    party = known(house, "m")
    sales = tuple(feature for feature in CORE if feature.sources == (EvidenceKind.INVOICE,))
    assert readable(house, party, sales, DAY) == sales != ()
    assert readable(house, replace(party, restricted_until=DAY), sales, DAY) == ()
    withdraw(house, OFFICER, WithdrawRequest(party.id, (EvidenceKind.INVOICE,), "told_by_phone"), "back")
    assert readable(house, party, sales, DAY) == readable(house, party, sales, DAY - dt.timedelta(100)) == ()
