"""A decision reads the figures that the monitors' last run kept: a source under the threshold is missing, recorded, and declines nobody."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.flows.applicants import CARD, DAY, artefact, known, ready, save_model
from tests.flows.bank import AUDITOR, OFFICER, RISK, SYSTEM, open_bank
from tests.store_fixture import Database

from farthing.domain import canon
from farthing.domain.bank.bank_event import SourcesWatched
from farthing.domain.decision import Decision, SourceRead
from farthing.domain.evidence import EvidenceKind, Reliability
from farthing.domain.facts import Facts
from farthing.domain.model_card import ModelStatus
from farthing.domain.party import Party
from farthing.domain.policy import Outcome
from farthing.features.catalogue import CATALOGUE
from farthing.flows.apply import ApplyRequest, apply
from farthing.flows.consent import GiveRequest, give
from farthing.flows.decide import redecide
from farthing.flows.estimate import capacity, novelty
from farthing.flows.fraud.around import signs_of
from farthing.flows.observe import may_read, readable
from farthing.flows.ports import Command, House, Transaction
from farthing.flows.prove import replay
from farthing.flows.publish import PublishRequest, publish_policy
from farthing.flows.queries.decisions import decision
from farthing.flows.reliability.rely import SOURCES, closed, last_run, lost, unread
from farthing.sources.catalogue import packaged_policies

INVOICE, FLOWS, DEVICE = EvidenceKind.INVOICE, EvidenceKind.TRANSACTION, EvidenceKind.DEVICE


@pytest.fixture
def house(database: Database, tmp_path: Path) -> Iterator[House]:
    with open_bank(database, tmp_path, DAY) as made:
        ready(made)
        yield made


def keep(house: House, **ppm: int) -> None:
    """A run of the monitors that found the sources so."""
    body = SourcesWatched(tuple(Reliability(EvidenceKind(kind), one) for kind, one in ppm.items()))

    def think(transaction: Transaction) -> SourcesWatched:
        transaction.append(SOURCES, house.clock.today(), body)
        return body

    house.commands.run(Command(f"run {ppm}", "keep_watch", SYSTEM, body), think, SourcesWatched)


def asked(house: House, party: Party, key: str = "ask") -> tuple[Decision, Facts]:
    made = apply(house, OFFICER, ApplyRequest(party.id, "sme_term", 40_000_000), key)
    found = house.decisions.get(made.id)
    assert found is not None
    assert canon.encode(redecide(house, *found)) == canon.encode(made)
    return found[1], found[2]


def test_while_no_run_was_kept_every_source_is_read(house: House) -> None:
    made, facts = asked(house, known(house, "m"))
    assert (last_run(house), made.sources, made.outcome) == (None, (), Outcome.APPROVE)
    assert facts.values["turnover_12m"] is not None


def test_a_source_under_the_threshold_is_missing_and_said_to_be(house: House) -> None:
    keep(house, invoice=400_000, transaction=900_000, device=100_000)
    made, facts = asked(house, known(house, "m"))
    assert made.sources == (SourceRead(INVOICE, 400_000, DAY, read=False), SourceRead(FLOWS, 900_000, DAY, read=True))
    assert {facts.values[name] for name in ("turnover_12m", "months_active", "buyers_12m")} == {None}
    assert made.outcome is Outcome.REFER
    assert [one.code for one in made.reasons] == ["SOURCE_UNREAD"]
    told = {fact.missing for fact in decision(house, AUDITOR, made.id).facts if fact.source is INVOICE}
    assert told == {"left_out"}, "and not that nothing was sold"
    keep(house, invoice=500_000)
    again, facts = asked(house, known(house, "n"), "n")
    assert (again.outcome, again.sources) == (Outcome.APPROVE, (SourceRead(INVOICE, 500_000, DAY, read=True),))
    assert facts.values["turnover_12m"] is not None
    replayed = replay(house, AUDITOR)
    assert (replayed.same, replayed.findings) == (2, ()), "each with what was kept when it was made"


def test_few_buyers_decline_and_a_feed_that_tells_of_none_does_not(house: House) -> None:
    few = known(house, "few", buyers=1)
    rules = '  - {name: ceiling, when: "pd_12m > 0.25", missing: decline, outcome: decline, reason: RISK_TOO_HIGH}\n'
    publish(house, access=rules)
    assert asked(house, few)[0].outcome is Outcome.DECLINE
    keep(house, invoice=400_000)
    made, facts = asked(house, few, "again")
    assert facts.values["pd_12m"] == 400_000, "the card scores who shows no buyers worst"
    assert (made.outcome, [one.code for one in made.reasons]) == (Outcome.REFER, ["SOURCE_UNREAD"])


def test_a_policy_may_ask_for_more_and_refer_by_the_number_left_out(house: House) -> None:
    keep(house, invoice=1_000_000, transaction=810_000)
    rules = '  - {name: unread, when: "sources_unread > 0", missing: refer, outcome: refer, reason: SOURCE_UNREAD}\n'
    publish(house, access=rules, numbers="  - {name: reliable_from, value: 0.85, unit: share, zh: 下限, en: Least}\n")
    made, facts = asked(house, known(house, "m"))
    assert (made.outcome, facts.values["sources_unread"]) == (Outcome.REFER, 1)
    assert [one.read for one in made.sources] == [True, False]
    assert made.steps[0].decided


def test_a_feed_that_only_a_challenger_reads_is_left_out_of_its_score_and_refers_nobody(house: House) -> None:
    """It is recorded, since the challenger is tried on the record; what it reads is off the way to an answer."""
    reads = next(name for name, feature in CATALOGUE.items() if feature.sources == (DEVICE,))
    save_model(house, replace(CARD, id="mdl_tried", status=ModelStatus.CHALLENGER, features=(reads,)), artefact("tried"))
    keep(house, invoice=1_000_000, transaction=1_000_000, device=400_000)
    publish(house, access='  - {name: unread, when: "sources_unread > 0", missing: refer, outcome: refer, reason: SOURCE_UNREAD}\n')
    made, facts = asked(house, known(house, "m"))
    assert SourceRead(DEVICE, 400_000, DAY, read=False) in made.sources
    assert (made.outcome, facts.values["sources_unread"], facts.values[reads]) == (Outcome.APPROVE, 0, None)
    keep(house, invoice=400_000, transaction=1_000_000, device=400_000)
    made, _ = asked(house, known(house, "n"), "n")
    told = " ".join([*(one.en for one in made.reasons), *(step.expression for step in made.steps if step.name == "sources")])
    assert "invoices" in told
    assert "device" not in told, "it played no part"
    replayed = replay(house, AUDITOR)
    assert (replayed.same, replayed.findings) == (2, ())


def publish(house: House, *, access: str, numbers: str = "") -> None:
    """The packaged policy with these rules of access in the place of its own."""
    text = next(text for text in packaged_policies() if "product: sme_term" in text).replace("version: 1", "version: 2")
    before, _, after = text.partition("\naccess:")
    rest = after[after.index("\nlimit:") :]
    document = before.replace("numbers:\n", "numbers:\n" + numbers, 1) + "\naccess:\n" + access + rest
    publish_policy(house, RISK, PublishRequest(document), "v2")


def test_an_estimate_leaves_out_what_is_not_read(house: House) -> None:
    party = known(house, "m")
    give(house, OFFICER, GiveRequest(party.id, (DEVICE,), ground="signed_form"), "consent")
    shut = closed(house, frozenset({INVOICE, DEVICE}))
    assert closed(house, frozenset()) is house
    assert shut.parties.get(party.id) == house.parties.get(party.id)
    assert (shut.parties, hash(shut.parties)) == (closed(house, frozenset({DEVICE, INVOICE})).parties, hash(shut.parties)), "kept as one"
    assert shut.parties != closed(house, frozenset({INVOICE})).parties
    consents = shut.parties.consents(party.id)
    assert [may_read(consents, kind, DAY) for kind in (INVOICE, DEVICE, FLOWS)] == [False, False, True]
    assert readable(house, party, novelty.READ, DAY) != readable(shut, party, novelty.READ, DAY)
    assert {INVOICE, DEVICE} <= signs_of(shut, party, consents, DAY).withheld
    assert novelty.as_facts(house, party, "CN", DAY)[1]["file_thickness"] == 1
    assert novelty.as_facts(shut, party, "CN", DAY)[1]["file_thickness"] == 0
    assert capacity.capacity_facts(shut, party, DAY) == capacity.capacity_facts(house, party, DAY), "it reads no invoices"


def test_facts_are_lost_with_what_they_rest_on(house: House) -> None:
    del house
    told = (SourceRead(FLOWS, 400_000, DAY, read=False), SourceRead(INVOICE, 900_000, DAY, read=True))
    names = ("inflow_monthly_12m", "turnover_12m", "pd_12m", "capacity_monthly_fen", "identity_level", "requested_fen", "sources_unread")
    assert unread(told) == {FLOWS}
    assert lost(told, names, {"buyers_12m"}) == {"inflow_monthly_12m", "capacity_monthly_fen"}
    assert lost(told, names, {"inflow_monthly_12m"}) == {"inflow_monthly_12m", "capacity_monthly_fen", "pd_12m"}
    assert lost([replace(one, read=True) for one in told], names, {"inflow_monthly_12m"}) == frozenset()
