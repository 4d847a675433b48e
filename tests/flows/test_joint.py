"""Lending with partners: only with one on the list, and only while both limits are kept (IL-07, IL-08, IL-14)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.flows.bank import AUDITOR, OFFICER, RISK, SYSTEM, open_bank, opened, organisation
from tests.store_fixture import Database

from farthing.domain.bank.bank_event import CapitalStated, PartnerDelisted, PartnerListed
from farthing.domain.errors import Conflict, Forbidden, Invalid
from farthing.domain.ids import Id
from farthing.domain.party import PartyKind
from farthing.domain.product import Share
from farthing.flows.joint.partners import capital, listed
from farthing.flows.joint.room import admit, joint
from farthing.flows.line.draw import DrawRequest, draw
from farthing.flows.line.propose import BankAct, ResolveRequest, propose, resolve
from farthing.flows.ports import Command, House, Transaction
from farthing.sources.catalogue import packaged_products, read_products

TODAY = dt.date(2026, 3, 2)


@pytest.fixture
def house(database: Database, tmp_path: Path) -> Iterator[House]:
    with open_bank(database, tmp_path, TODAY) as made:
        yield made


def agreed(house: House, body: BankAct) -> None:
    """Proposed by an officer, agreed to by a risk manager."""
    asked = propose(house, OFFICER, body, f"ask {body}")
    resolve(house, RISK, ResolveRequest(asked.id, agree=True), f"yes {body}")


def with_partner(house: House, partner: Id) -> House:
    """The same bank with a product of which a partner bears half."""
    usual = packaged_products()["revolving"]
    return replace(house, products={**house.products, "joint": replace(usual, code="joint", shares=(Share(partner, 500_000),))})


def refused(house: House, line: Id, fen: int) -> str:
    """The code that a draw is refused with."""
    with pytest.raises(Conflict) as error:
        draw(house, SYSTEM, DrawRequest(line, fen), f"refused {line} {fen}")
    return error.value.code


def test_il_07_il_08_il_14_a_joint_draw_is_refused_by_name_until_everything_is_in_order(house: House) -> None:
    partner = organisation(house, "合作银行")
    bank = with_partner(house, partner)
    alone, shared = opened(bank, 1), opened(bank, 2, product="joint", shares=(Share(partner, 500_000),))
    draw(bank, SYSTEM, DrawRequest(alone.line, 1_000_000), "alone")
    assert refused(bank, shared.line, 100_000) == "partner_not_listed"
    agreed(bank, PartnerListed(partner, "board_approved"))
    assert refused(bank, shared.line, 100_000) == "capital_not_stated"
    agreed(bank, CapitalStated(dt.date(2025, 12, 31), 2_000_000, 1_600_000))
    draw(bank, SYSTEM, DrawRequest(shared.line, 800_000), "a quarter of tier 1 is 400,000 fen, the bank's half")
    assert refused(bank, shared.line, 100_000) == "joint_partner_limit"
    agreed(bank, CapitalStated(dt.date(2026, 2, 28), 20_000_000, 16_000_000))
    draw(bank, SYSTEM, DrawRequest(shared.line, 1_200_000), "1,000,000 of 2,000,000")
    assert refused(bank, shared.line, 100_000) == "joint_total_limit"
    view = joint(bank, AUDITOR)
    assert (view.partners, view.book.joint_fen, view.book.loans_fen) == ((partner,), 1_000_000, 2_000_000)
    agreed(bank, PartnerDelisted(partner, "contract_ended"))
    assert refused(bank, shared.line, 100) == "partner_not_listed"


def test_il_14_no_line_opens_with_a_partner_off_the_list_from_the_day_of_the_rule_on(house: House) -> None:
    partner = organisation(house, "合作银行")

    def opening(bank: House, key: str) -> None:
        def think(transaction: Transaction) -> str:
            admit(bank, transaction, (Share(partner, 500_000),), 0)
            return "admitted"

        assert bank.commands.run(Command(key, "opening", SYSTEM, key), think, str) == "admitted"

    with pytest.raises(Conflict) as error:
        opening(house, "now")
    assert error.value.code == "partner_not_listed"
    early = replace(house, clock=_At(house, dt.date(2021, 12, 31)))
    opening(early, "before the limits and the list")


class _At:
    """The bank's clock on another day."""

    def __init__(self, house: House, day: dt.date) -> None:
        self.now, self.open_day = house.clock.now, house.clock.open_day
        self.day = day

    def today(self) -> dt.date:
        return self.day


def test_capital_is_dated_and_the_newest_that_was_stated_by_a_day_counts(house: House) -> None:
    assert capital(house, TODAY) is None
    agreed(house, CapitalStated(dt.date(2025, 12, 31), 2_000, 1_000))
    house.clock.open_day(dt.date(2026, 4, 1))
    agreed(house, CapitalStated(dt.date(2026, 3, 31), 3_000, 1_500))
    assert [one and one.net_tier1_fen for one in (capital(house, TODAY), capital(house, dt.date(2026, 4, 1)))] == [1_000, 1_500]
    assert capital(house, dt.date(2026, 3, 1)) is None


def test_il_07_capital_of_an_earlier_day_stated_late_takes_nothing_from_the_newer(house: House) -> None:
    agreed(house, CapitalStated(dt.date(2026, 2, 28), 3_000, 1_500))
    agreed(house, CapitalStated(dt.date(2025, 12, 31), 9_000, 8_000))
    found = capital(house, TODAY)
    assert found is not None
    assert (found.reported_on, found.net_tier1_fen) == (dt.date(2026, 2, 28), 1_500), "what was restated is over"
    agreed(house, CapitalStated(dt.date(2026, 2, 28), 3_000, 1_400))
    found = capital(house, TODAY)
    assert found is not None
    assert found.net_tier1_fen == 1_400, "of one day the newest counts"


@pytest.mark.parametrize(
    "body",
    [CapitalStated(dt.date(2026, 3, 3), 2, 1), CapitalStated(dt.date(2025, 12, 31), 1, 2), CapitalStated(dt.date(2025, 12, 31), 1, -1),
     PartnerListed("王五", "board_approved")],
)  # fmt: skip
def test_what_cannot_govern_is_not_even_proposed(house: House, body: BankAct) -> None:
    with pytest.raises(Invalid):
        propose(house, OFFICER, body, "p")


def test_il_14_a_partner_is_an_organisation_listed_once_by_two_people(house: House) -> None:
    partner = organisation(house, "合作银行")
    with pytest.raises(Invalid):
        propose(house, OFFICER, PartnerListed(organisation(house, "王五", PartyKind.PERSON), "board_approved"), "person")
    asked = propose(house, RISK, PartnerListed(partner, "board_approved"), "p")
    with pytest.raises(Forbidden):
        resolve(house, RISK, ResolveRequest(asked.id, agree=True), "own")
    assert listed(house) == ()
    agreed(house, PartnerListed(partner, "tender_won"))
    assert listed(house) == (partner,)
    with pytest.raises(Conflict):
        propose(house, OFFICER, PartnerListed(partner, "board_approved"), "again")
    with pytest.raises(Conflict):
        propose(house, OFFICER, PartnerDelisted(organisation(house), "contract_ended"), "never")


def test_a_catalogue_names_its_partners_by_their_ids() -> None:
    row = """products:
  - {code: joint, name_zh: 联合, name_en: Joint, parties: [enterprise], limit_min_yuan: 1, limit_max_yuan: 100, draw_min_yuan: 1,
     rate_basis: day, rate_min: 0.0002, rate_max: 0.0003, tenor_months: 12, line_months: 12, repayments: [at_maturity], due_day: 21,
     business_days: "true", same_day_days: 0, grace_days: 0, waterfall: [penalty, interest, principal], prepayment_fee_yuan: 0,
     penalty: 0.5, all_in_cap: 0.24, consumption_cap_yuan: 0, revolving: "true", partners: {PARTNER: 0.3}}
"""
    assert read_products(row.replace("PARTNER", "pty_aaaaaaaaaaaaaaaa"))["joint"].shares == (Share("pty_aaaaaaaaaaaaaaaa", 300_000),)
    with pytest.raises(Invalid):
        read_products(row.replace("PARTNER", "某银行"))
