"""Fraud in a bank: signs come from the lake as they come from the world, the model is kept with its card, and a decision may read it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import polars as pl
import pytest
from tests.flows.applicants import ready
from tests.flows.bank import AUDITOR, BORROWER, OFFICER, RISK, SYSTEM
from tests.flows.fraud.conftest import KINDS, PLAN
from tests.models.fraud.made_up import cases

from farthing.domain.errors import Conflict, Forbidden, Invalid, NotFound
from farthing.domain.event import PartyRestricted
from farthing.domain.evidence import EvidenceKind
from farthing.domain.ids import Id
from farthing.domain.model_card import ModelAppointed, ModelCard, ModelClass, ModelStatus
from farthing.domain.policy import Outcome
from farthing.features.catalogue import CORE
from farthing.flows.apply import ApplyRequest, apply
from farthing.flows.consent import WithdrawRequest, withdraw
from farthing.flows.erase import EraseRequest, erase
from farthing.flows.estimates import DESK
from farthing.flows.fraud import around as around_module
from farthing.flows.fraud.around import CIRCLED_PPM, KEPT, RESTS_ON, gather, network_on, readable_network, signs_of
from farthing.flows.fraud.assess import as_facts, assess
from farthing.flows.fraud.rule import rule, signs_on
from farthing.flows.identity.verify import verify as verify_identity
from farthing.flows.imagine import Imagined
from farthing.flows.model import fraud_of_own
from farthing.flows.model.appoint import check_appointment
from farthing.flows.model.develop_fraud import save
from farthing.flows.model.fraud_of_own import Confirmed, OwnCases, OwnRequest, train_own
from farthing.flows.observe import features_of_all
from farthing.flows.ports import Command, House, Transaction
from farthing.flows.prove import replay, verify
from farthing.flows.publish import PublishRequest, publish_policy
from farthing.flows.queries.models import inventory, model, model_sql
from farthing.flows.queries.party import surroundings as around_page
from farthing.flows.queries.party.overview import overview
from farthing.flows.queries.party.rings import all_rings
from farthing.flows.queries.party.surroundings import surroundings
from farthing.graph.network import KINDS as OF_NETWORK
from farthing.graph.network import MEASURES, network
from farthing.graph.network import around as around_party
from farthing.graph.rings import RECENT_DAYS, TieKind
from farthing.models.fraud.card import Developed
from farthing.sources.catalogue import packaged_policies
from farthing.world.told import tell


def ring(imagined: Imagined) -> list[str]:
    return imagined.truth.filter(pl.col("ring"))["party"].to_list()


def id_of(house: House, key: str) -> Id:
    party = house.parties.find(key)
    assert party is not None
    return party.id


@pytest.fixture(scope="module")
def card(house: House, developed: Developed) -> ModelCard:
    return save(house, SYSTEM, developed, "save")


def test_signs_of_the_lake_are_those_of_the_world(house: House, imagined: Imagined) -> None:
    """Pseudonyms change no tie: what is counted around a party by stand-ins is what is counted by names."""
    told = tell(PLAN, every=True)
    tables = {kind: frame for kind, frame in told.tables.items() if kind in KINDS}
    net = network(tables, PLAN.end, {party: party for party in told.truth["party"]})
    for key in (*ring(imagined), *told.truth["party"].head(10)):
        party = house.parties.find(key)
        assert party is not None
        signs = signs_of(house, party, house.parties.consents(party.id), PLAN.end)
        assert {name: signs.values[name] for name in MEASURES} == dict(around_party(net, key).measures), key


def test_the_network_is_read_once_a_day(house: House) -> None:
    assert network_on(house, PLAN.end) is network_on(house, PLAN.end)


def test_today_is_kept_whoever_turns_the_pages_of_other_days(house: House) -> None:
    today = network_on(house, house.clock.today())
    for ago in range(KEPT + 2):
        network_on(house, PLAN.start + dt.timedelta(days=ago))
    assert network_on(house, house.clock.today()) is today
    assert len(around_module._KEPT) <= KEPT


def test_the_network_is_ready_where_it_was_asked_for(house: House) -> None:
    around_module._KEPT.clear()
    gather(house)
    assert not around_module._KEPT, "nobody asked"
    network_on(house, PLAN.start)
    gather(house)
    assert (house.lake, house.clock.today()) in around_module._KEPT


def test_the_ring_is_told_with_its_members(house: House, card: ModelCard, imagined: Imagined) -> None:
    members = {house.parties.get(id_of(house, key)).subject for key in ring(imagined)}
    for key in ring(imagined):
        view = assess(house, OFFICER, id_of(house, key))
        assert view.card == card
        assert view.ring is not None
        assert members <= set(view.ring.members)
        assert view.circle is not None
        assert set(view.circle.members) == members
        assert view.assessment.fraud_ppm > card_rate(card)


def card_rate(card: ModelCard) -> int:
    return next(round(float(one.value) * 1e6) for one in card.measures if one.name == "fraud_rate")


def test_nobody_but_staff_is_told(house: House, card: ModelCard, imagined: Imagined) -> None:
    with pytest.raises(Forbidden):
        assess(house, BORROWER, id_of(house, ring(imagined)[0]))
    with pytest.raises(Forbidden):
        rule(house, OFFICER, ring(imagined))


def test_the_card_says_how_it_did_apart_and_that_it_is_made_up(house: House, card: ModelCard, developed: Developed) -> None:
    told = {one.name: one for one in card.measures}
    assert {"auc", "recall_at_1pct", "recall_false_sales", "plain_auc", "look_from", "stop_from"} <= set(told)
    assert float(told["auc"].low) <= float(told["auc"].value) <= float(told["auc"].high)
    assert (card.model_class, card.synthetic, card.status) == (ModelClass.ANTI_FRAUD, True, ModelStatus.APPROVED)
    assert model(house, AUDITOR, card.id).card == card
    assert dict(inventory(house, AUDITOR).classes)[ModelClass.ANTI_FRAUD][0].card == card
    with pytest.raises(Invalid, match="no scorecard"):
        model_sql(house, AUDITOR, "applicants", card.id)
    with pytest.raises(Conflict, match="estimates"):
        check_appointment(house, ModelAppointed(card.id, ModelStatus.CHALLENGER, "CN", dt.date(2026, 6, 30), "tried"))


def test_a_rule_of_the_ring_tells_it_from_everybody_else(house: House, imagined: Imagined) -> None:
    found = rule(house, RISK, ring(imagined)).rules[0]
    assert (found.caught, found.cases) == (5, 5)
    assert found.bothered <= 1
    with pytest.raises(NotFound, match="nobody-knows"):
        rule(house, RISK, ["nobody-knows"])


RULES = """access:
  - {name: fraud, when: "fraud_ring OR fraud_ppm >= 0.5", missing: approve, outcome: refer, reason: TO_BE_CHECKED}
  - {name: identity, when: "identity_level < 2", missing: refer, outcome: refer, reason: IDENTITY_UNSURE}
"""
TEXT = next(text for text in packaged_policies() if "product: sme_term" in text)


def with_rules(text: str) -> str:
    head, rest = text.replace("version: 1", "version: 2").split("access:", 1)
    return head + RULES + rest.split("\n", 1)[1]


def test_a_decision_reads_estimates_where_its_policy_names_them_and_replays(house: House, card: ModelCard, imagined: Imagined) -> None:
    """A record without them stays as it was; one with them says which model gave what, and comes out the same byte for byte."""
    ready(house)
    party = id_of(house, ring(imagined)[0])
    before = apply(house, OFFICER, ApplyRequest(party, "sme_term", 20_000_000), "before")
    assert before.estimated == ()
    publish_policy(house, RISK, PublishRequest(with_rules(TEXT)), "v2")
    after = apply(house, OFFICER, ApplyRequest(party, "sme_term", 20_000_000), "after")
    recorded = house.decisions.get(after.id)
    assert recorded is not None
    values = recorded[2].values
    assert (values["fraud_ring"], values["identity_level"]) == (True, verify_identity(house, OFFICER, party).identity.level)
    assert values["fraud_ppm"] == assess(house, OFFICER, party).assessment.fraud_ppm
    given = {one.model: one.facts for one in after.estimated}
    assert given == {card.id: ("fraud_ppm", "fraud_ring"), "identity_checks_1": ("identity_level",)}
    assert next(step for step in after.steps if step.name == "fraud").value == 1
    assert after.outcome is not Outcome.APPROVE
    replayed = replay(house, AUDITOR)
    assert (replayed.same, replayed.findings) == (2, ())
    assert verify(house, AUDITOR).findings == ()
    assert DESK.id in {row["actor"] for row in house.parties.reads(party)}, "who opened the applicant's data is on record"


def test_without_a_model_the_chance_is_missing_and_the_ring_is_told(house: House, imagined: Imagined) -> None:
    party = house.parties.get(id_of(house, ring(imagined)[0]))
    model_id, told = as_facts(house, party, "NOWHERE", PLAN.end)
    assert (model_id, told["fraud_ppm"], told["fraud_ring"]) == (None, None, True)


# ---- for a person to look at -----------------------------------------------------------------------------------------


def test_surroundings_say_who_shares_what_and_by_which_evidence(house: House, card: ModelCard, imagined: Imagined) -> None:
    keys = ring(imagined)
    view = surroundings(house, OFFICER, id_of(house, keys[0]))
    assert view.assessment == assess(house, OFFICER, view.party).assessment
    assert (view.suspicious, view.withheld, view.told_until) == (True, (), PLAN.end)
    assert [one.number for one in view.neighbours] == list(range(1, len(view.neighbours) + 1))
    assert {one.party.id for one in view.neighbours if one.party} >= {id_of(house, key) for key in keys}
    assert view.ring_size >= len(keys)
    for mark in view.marks:
        assert len(mark.members) > 1
        assert mark.since <= PLAN.end
        assert all(one.kind in (EvidenceKind.DEVICE, EvidenceKind.CONTACT_POINT) and rows for one, rows in mark.evidence)
        assert sum(rows for _, rows in mark.evidence) >= len(mark.members), "each of them is told of by a row or more"
    assert [step.seller for step in view.steps] == [view.steps[-1].buyer, *(step.buyer for step in view.steps[:-1])], "it comes back"
    assert min(step.fen for step in view.steps) == view.round_fen
    assert all(step.invoices for step in view.steps)
    assert len(view.signs) == 50
    assert {sign.group for sign in view.signs if sign.value} >= {"ring", "circle", "contradiction"}
    assert any(sign.found and sign.value for sign in view.signs if sign.group == "ring"), "the model holds it against the party"


def test_of_a_large_ring_the_nearest_are_told(house: House, imagined: Imagined, monkeypatch: pytest.MonkeyPatch) -> None:
    """Looked at on the day it was tied, when nothing went round yet."""
    one = id_of(house, ring(imagined)[0])
    day = max(mark.since for mark in surroundings(house, OFFICER, one).marks)
    whole = surroundings(house, OFFICER, one, day)
    monkeypatch.setattr(around_page, "MOST", 3)
    view = surroundings(house, OFFICER, one, day)
    assert (whole.steps, whole.more, len(whole.neighbours)) == ((), 0, whole.ring_size)
    assert (view.ring_size, view.more, len(view.neighbours)) == (whole.ring_size, whole.ring_size - 3, 3)
    assert view.marks and all(len(mark.members) > 1 for mark in view.marks)  # noqa: PT018
    assert {number for mark in view.marks for number, _ in mark.members} == {1, 2, 3}


def test_surroundings_of_an_earlier_day_know_nothing_later(house: House, imagined: Imagined) -> None:
    one = id_of(house, ring(imagined)[0])
    early = surroundings(house, OFFICER, one, PLAN.start)
    assert (early.on, early.marks, early.steps) == (PLAN.start, (), ())
    assert surroundings(house, OFFICER, one, dt.date(2999, 1, 1)).on == PLAN.end


def test_the_list_of_rings_leads_to_its_members(house: House, imagined: Imagined) -> None:
    members = {id_of(house, key) for key in ring(imagined)}
    view = all_rings(house, RISK)
    around = [(row, {one.party.id for one in surroundings(house, RISK, row.party).neighbours if one.party}) for row in view.rings]
    row = next(row for row, parties in around if members <= parties)
    assert row.members >= len(members)
    assert row.newest <= view.on == PLAN.end
    assert row.fresh == ((view.on - row.newest).days < RECENT_DAYS)
    tied = {mark.since for mark in surroundings(house, RISK, row.party).marks}
    assert any(one.fresh for day in tied for one in all_rings(house, RISK, day).rings), "when it was tied it was to be looked at first"
    assert {row.party for row in view.circles} & members
    assert all(row.share_ppm >= CIRCLED_PPM for row in view.circles)
    with pytest.raises(Forbidden):
        all_rings(house, BORROWER)


def test_every_kind_of_the_network_can_be_taken_back() -> None:
    assert set(RESTS_ON) == set(OF_NETWORK)


def test_of_a_restricted_party_nothing_is_read(house: House, imagined: Imagined) -> None:
    party = next(one for one in house.parties.list(limit=200) if signs_of(house, one, (), PLAN.end).around.ring)
    closed = signs_of(house, replace(party, restricted_until=PLAN.end), (), PLAN.end)
    assert (set(closed.values.values()), closed.around.ring, closed.around.circle) == ({None}, None, None)


def test_what_was_taken_back_is_not_looked_at(house: House, card: ModelCard, imagined: Imagined) -> None:
    """Not on an earlier day either: the consent that counts is today's."""
    one = id_of(house, ring(imagined)[1])
    kinds = (EvidenceKind.DEVICE, EvidenceKind.INVOICE)
    assert surroundings(house, OFFICER, one).marks
    withdraw(house, OFFICER, WithdrawRequest(one, kinds, "told_by_phone"), "withdraw")
    for day in (None, PLAN.end):
        view = surroundings(house, OFFICER, one, day)
        assert (set(view.withheld), view.marks, view.steps) == (set(kinds), (), ())
        assert not any(sign.value for sign in view.signs if sign.group in ("ring", "circle", "voids"))
    assert as_facts(house, house.parties.get(one), "CN", PLAN.end)[1]["fraud_ring"] is None


def test_what_one_took_back_its_neighbours_do_not_show(house: House, imagined: Imagined) -> None:
    """The ring is told without it, the circle through it is gone, the list counts it no more, and no rule is made of it."""
    gone, other = (house.parties.get(id_of(house, key)) for key in ring(imagined)[1:3])
    said = house.parties.spoken([gone.subject, other.subject, "nobody"])
    assert {subject: closed for subject, (closed, _) in said.items()} == {gone.subject: False, other.subject: False}
    assert any(one.withdrawn_on for one in said[gone.subject][1])
    everything = network_on(house, PLAN.end)
    before, after = around_party(everything, other.subject), signs_of(house, other, (), PLAN.end).around
    assert gone.subject in before.ring.members and gone.subject in before.circle.members  # type: ignore[union-attr]  # noqa: PT018
    assert all(gone.subject not in one.parties for one in after.ring.shared if one.kind is not TieKind.CONTACT)  # type: ignore[union-attr]
    assert after.circle is None or gone.subject not in after.circle.members
    listed = readable_network(house, PLAN.end)
    assert gone.subject in everything.trade.sales
    assert gone.subject not in listed.trade.sales
    assert {kind for kind, _ in listed.ties.of_party[gone.subject]} == {TieKind.CONTACT}
    sales = tuple(feature for feature in CORE if feature.sources == (EvidenceKind.INVOICE,))
    assert {gone.subject, other.subject} & set(features_of_all(house, PLAN.end, sales)["subject"]) == {other.subject}
    signs = next(signs_on(house, (PLAN.end,))).filter(pl.col("party") == gone.subject)
    assert set(signs.select(one for one in RESTS_ON[EvidenceKind.INVOICE] if one in signs.columns).row(0)) == {None}


def test_a_party_on_one_page_with_its_name_read_under_the_readers_own(house: House, imagined: Imagined) -> None:
    one = id_of(house, ring(imagined)[2])
    view = overview(house, AUDITOR, one)
    assert (view.party.id, bool(view.name), view.decisions, view.lines) == (one, True, (), ())
    assert AUDITOR.id in {row["actor"] for row in house.parties.reads(one)}


# ---- a model of the bank's own cases ---------------------------------------------------------------------------------


def test_few_cases_of_its_own_make_no_model(house: House, imagined: Imagined) -> None:
    told = tuple(Confirmed(key, PLAN.end) for key in ring(imagined))
    with pytest.raises(Invalid, match="5 confirmed cases, of which 1 have nothing to do with each other"):
        train_own(house, RISK, OwnRequest(told, "王敏", "李强"), "own")
    with pytest.raises(Invalid, match="yet to come"):
        train_own(house, RISK, OwnRequest((Confirmed("W00001", dt.date(2999, 1, 1)),), "王敏", "李强"), "later")
    with pytest.raises(NotFound, match="nobody-knows"):
        train_own(house, RISK, OwnRequest((Confirmed("nobody-knows", PLAN.end),), "王敏", "李强"), "stranger")
    with pytest.raises(Forbidden):
        train_own(house, OFFICER, OwnRequest(told, "王敏", "李强"), "officer")


def test_enough_cases_of_its_own_make_a_draft_beside_the_model_in_use(
    house: House, card: ModelCard, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their signs are made up here: how they are gathered is tested by itself."""
    sample, group = cases()
    told = OwnCases(sample, group, sample.bad & (group < 4), 900)
    monkeypatch.setattr(fraud_of_own, "ENOUGH", told.independent)
    monkeypatch.setattr(fraud_of_own, "_own_cases", lambda *_: told)
    made = train_own(house, RISK, OwnRequest((Confirmed("W00001", PLAN.end),), "王敏", "李强"), "enough")
    assert (made.status, made.accountable.owner, made.synthetic) == (ModelStatus.DRAFT, RISK.name, True)
    assert (made.bads, made.as_of) == (int(sample.bad.sum()), PLAN.end)
    measures = {one.name: float(one.value) for one in made.measures}
    assert {"plain_auc", "used_auc", "recall_alone", "recall_gang"} <= set(measures)
    assert measures["auc"] > 0.9
    assert measures["fraud_rate"] == made.bads * 1_000_000 // 900 / 1e6
    assert any("nobody found count as honest" in sentence for sentence in made.cannot_support)
    assert not any("made-up worlds" in sentence for sentence in (*made.cannot_support, *made.supports))
    assert model(house, AUDITOR, made.id).card == made
    assert assess(house, OFFICER, id_of(house, "W00001")).card == card, "nobody uses a draft"


# ---- last, since a restriction stays ---------------------------------------------------------------------------------


def test_of_a_restricted_neighbour_nothing_is_seen(house: House, imagined: Imagined) -> None:
    one, other = (house.parties.get(id_of(house, key)) for key in ring(imagined)[2:4])
    assert one.subject in signs_of(house, other, (), PLAN.end).around.ring.members  # type: ignore[union-attr]

    def restrict(transaction: Transaction) -> None:
        transaction.restrict_party(one.id, PLAN.end)
        transaction.append(one.id, house.clock.today(), PartyRestricted(one.id, PLAN.end, "customer_request"), synthetic=True)

    house.commands.run(Command("restrict", "restrict", SYSTEM, {}), restrict, type(None))
    seen = signs_of(house, other, (), PLAN.end).around
    assert seen.ring is None or one.subject not in seen.ring.members


def test_of_an_erased_neighbour_nothing_is_seen(house: House, imagined: Imagined) -> None:
    """Nor of one who had taken back what it told: with who it was, the record that it did is gone."""
    gone, other = (house.parties.get(id_of(house, key)) for key in (ring(imagined)[1], ring(imagined)[4]))
    assert gone.subject in network_on(house, PLAN.end).ties.of_party
    erase(house, RISK, EraseRequest(gone.id, "customer_request"), "erase")
    assert house.parties.get(gone.id).erased
    seen, listed = signs_of(house, other, (), PLAN.end).around, readable_network(house, PLAN.end)
    assert seen.ring is None or gone.subject not in seen.ring.members
    assert gone.subject not in {*listed.ties.of_party, *listed.trade.sales, *listed.turnover_fen, *listed.traces.came}
    assert gone.subject not in set(next(signs_on(house, (PLAN.end,)))["party"])
