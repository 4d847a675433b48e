"""Parties that may apply: registered, consenting, with a year of invoices behind them, and a small approved model."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import replace

import polars as pl
from tests.flows.bank import SYSTEM

from farthing.domain import canon
from farthing.domain.consent import Consent
from farthing.domain.event import ConsentGiven, ModelApproved, PartyKnown
from farthing.domain.evidence import EvidenceKind
from farthing.domain.model_card import ModelCard, ModelClass, ModelDrafted, ModelStatus
from farthing.domain.party import Party, PartyKind, PersonalData, Relation
from farthing.domain.staff import Accountable
from farthing.features.daily import daily
from farthing.flows.know import declare_relations
from farthing.flows.ports import Command, House, Transaction
from farthing.flows.publish import install_policies
from farthing.models.scorecard import Attribute, Bin, Scorecard, encode
from farthing.sources.catalogue import packaged_policies

DAY = dt.date(2020, 2, 21)


def ready(house: House, *, model: bool = True) -> None:
    """Policies in force and, if wanted, a model."""
    install_policies(house, SYSTEM, packaged_policies())
    if model:
        approve_model(house)


def artefact(name: str = "test card") -> bytes:
    """A card on one feature: few buyers are risky. Points 600 stand for a PD of 4 %, 500 for 18 %, 400 for 40 %."""
    bins = (Bin("under 2", -200, 0, 1, 9), Bin("2 to 4", -100, 0, 5, 5), Bin("5 and more", 0, 0, 9, 1))
    buyers = Attribute("buyers_12m", 0, "count", "客户数", "buyers", (2, 5), bins, Bin("missing", -200, 0, 0, 1), 0)
    tables = tuple(400_000 - (points - 400) * 2_200 if points < 500 else 180_000 - (points - 500) * 1_400 for points in range(400, 601))
    low, high = tuple(pd // 2 for pd in tables), tuple(min(pd * 2, 1_000_000) for pd in tables)
    return encode(Scorecard(name, 600, (buyers,), 400, tables, low, high, 100_000, 100_000, 40))


CARD = ModelCard(
    id="mdl_test", title="test card", model_class=ModelClass.RATING, artefact=hashlib.sha256(artefact()).hexdigest(), trained_on="nothing",
    data_digest="0" * 64, labels=10, bads=5, as_of=DAY, features=("buyers_12m",), measures=(), supports=(), cannot_support=(),
    accountable=Accountable("模型负责人", "模型审批人"), status=ModelStatus.APPROVED, synthetic=True,
)  # fmt: skip


def approve_model(house: House) -> str:
    """The test card, in use."""
    save_model(house, CARD, artefact())
    return CARD.id


def save_model(house: House, card: ModelCard, frozen: bytes) -> None:
    """A card with its artefact, and the event that binds it."""
    card, people = replace(card, artefact=hashlib.sha256(frozen).hexdigest()), card.accountable
    digest = canon.digest(card).hex()
    drafted = ModelDrafted(card.id, card.artefact, digest, people.owner)
    approved = ModelApproved(card.id, card.artefact, digest, people.owner, people.approver)

    def think(transaction: Transaction) -> ModelCard:
        transaction.append(card.id, house.clock.today(), drafted if card.status is ModelStatus.DRAFT else approved)
        transaction.save_model(card, frozen)
        return card

    house.commands.run(Command(f"model {card.id}", "save_model", SYSTEM, card), think, ModelCard)


def known(
    house: House,
    key: str,
    *,
    buyers: int = 6,
    monthly_yuan: int = 500_000,
    months: int = 14,
    consent: bool = True,
    kind: PartyKind = PartyKind.ENTERPRISE,
) -> Party:
    """A party that sold to `buyers` in each of the last `months`, for `monthly_yuan` in all, and bought for four fifths of it."""
    made: list[Party] = []

    def think(transaction: Transaction) -> PartyKnown:
        data = PersonalData(f"商户{key}", external_key=key)
        party, commitment = transaction.add_party(kind, data, {"registered_on": dt.date(2015, 5, 1)}, synthetic=False)
        made.append(party)
        body = PartyKnown(party.id, commitment)
        transaction.append(party.id, house.clock.today(), body)
        if consent:
            kinds = (EvidenceKind.INVOICE, EvidenceKind.TRANSACTION)
            given_on = dt.date(2018, 1, 1)
            transaction.append(party.id, given_on, ConsentGiven(party.id, kinds, None))
            transaction.add_consent(Consent(party.id, kinds, given_on))
        return body

    house.commands.run(Command(f"know/{key}", "know", SYSTEM, key), think, PartyKnown)
    if months:
        rows = pl.DataFrame(list(_invoices(made[0].subject, buyers, monthly_yuan, months)))
        house.aggregates.put(EvidenceKind.INVOICE, {made[0].subject: daily(EvidenceKind.INVOICE, rows)})
    return made[0]


def related(house: House, *relations: Relation) -> None:
    """Declare relations; one that is known already is not declared twice."""
    declare_relations(house, SYSTEM, relations, "relate", synthetic=False)


def _invoices(subject: str, buyers: int, monthly_yuan: int, months: int) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for month in range(months):
        on = DAY - dt.timedelta(days=8 + 30 * month)
        sides = [("sale", f"buyer{one}", monthly_yuan * 100 // buyers) for one in range(buyers)] + [("purchase", "mill", monthly_yuan * 80)]
        for side, other, gross in sides:
            net = gross * 100 // 113
            rows.append({
                "subject": subject, "side": side, "invoice_no": f"{side}{month}{other}", "issued_on": on, "counterparty": other,
                "net_fen": net, "tax_fen": gross - net, "gross_fen": gross, "status": "valid", "known_on": on, "row": len(rows) + 1,
            })  # fmt: skip
    return rows
