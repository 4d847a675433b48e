"""Houses are valued from the newest sales the bank brought, or by an appraiser; what was made up says so."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.flows.bank import OFFICER, RISK, SYSTEM
from tests.flows.collateral.owners import appraised, by_sales, offered, owner, town

from farthing.domain.collateral.event import HouseValued, SalesBrought
from farthing.domain.collateral.house import HouseKind, HouseStage, Premises, ValuationMethod
from farthing.domain.errors import Conflict, Forbidden, Invalid, NotFound
from farthing.flows.collateral.offer import OfferRequest, offer_house
from farthing.flows.collateral.value import AppraisalRequest, ValueRequest, appraise_house, bring_sales, value_house
from farthing.flows.ports import House
from farthing.flows.queries.houses import house_view


def test_a_house_is_valued_from_sales_and_the_value_names_them(house: House) -> None:
    of = offered(house, owner(house).party)
    with pytest.raises(NotFound) as nothing:
        value_house(house, OFFICER, ValueRequest(of), "early")
    assert nothing.value.code == "no_sales"
    by_sales(house, of)
    state = house.collateral.houses.get(of)
    brought = list(house.journal.each("SalesBrought"))
    assert state.stage is HouseStage.VALUED
    value = state.valuation
    assert value is not None
    assert isinstance(brought[0].body, SalesBrought)
    assert (value.method, value.evidence) == (ValuationMethod.COMPARABLES, (brought[0].body.sales,))
    assert 0 < value.low_fen < value.mid_fen < value.high_fen
    assert value.lending_fen == value.low_fen


def test_what_rests_on_a_made_up_town_says_so_on_every_step(house: House) -> None:
    of = offered(house, owner(house).party)
    by_sales(house, of)
    events = [event for event in house.journal.each() if isinstance(event.body, SalesBrought | HouseValued)]
    assert [event.synthetic for event in events] == [True, True]
    assert house_view(house, OFFICER, of).state.synthetic
    appraised(house, of)
    assert not house.collateral.houses.get(of).synthetic, "an appraiser's value rests on no made-up sales"


def test_a_house_unlike_all_that_was_sold_is_for_an_appraiser(house: House) -> None:
    terms = owner(house)
    shop = Premises(HouseKind.SHOP, "D02", 5_000, 2010, 1)
    of = offer_house(house, OFFICER, OfferRequest(terms.party, shop, "deed-shop"), "offer").house
    bring_sales(house, SYSTEM, town(), "sales")
    with pytest.raises(Conflict) as refused:
        value_house(house, OFFICER, ValueRequest(of), "v")
    assert refused.value.code == "too_few_sales"
    appraised(house, of)
    assert house.collateral.houses.get(of).valuation is not None


def test_bad_rows_are_quarantined_and_a_file_of_nothing_else_is_refused(house: House) -> None:
    good, bad = b"D01,90,2010,3,2023-05-01,1800000\n", b"D01,90,2010,3,some day,1800000\n"
    header = b"district,area,year,floor,sold_on,price\n"
    with pytest.raises(Invalid) as refused:
        bring_sales(house, RISK, header + bad, "none")
    assert refused.value.code == "no_sales_accepted"
    told = bring_sales(house, RISK, header + good + bad, "one")
    assert (told.rows, told.accepted, told.quarantined_rows, told.synthetic) == (2, 1, 1, False)
    assert (told.quarantined[0].row, told.quarantined[0].field) == (2, "sold_on")
    with pytest.raises(Forbidden):
        bring_sales(house, OFFICER, header + good, "who")  # whoever wants a loan made does not bring the prices


def test_an_appraisal_is_of_a_day_gone_by_and_the_newest_counts(house: House) -> None:
    of, today = offered(house, owner(house).party), house.clock.today()
    with pytest.raises(Invalid):
        appraise_house(house, OFFICER, AppraisalRequest(of, 1, 2, 3, "A-0001", today + dt.timedelta(days=1)), "future")
    with pytest.raises(Invalid):
        appraise_house(house, OFFICER, AppraisalRequest(of, 3, 2, 1, "A-0001", today), "order")
    appraised(house, of)
    with pytest.raises(Conflict) as refused:
        appraise_house(house, OFFICER, AppraisalRequest(of, 1, 2, 3, "A-0001", today - dt.timedelta(days=1)), "older")
    assert refused.value.code == "older_value"


def test_the_same_key_values_once(house: House) -> None:
    of = offered(house, owner(house).party)
    bring_sales(house, SYSTEM, town(), "sales")
    first = value_house(house, OFFICER, ValueRequest(of), "v")
    assert value_house(house, OFFICER, ValueRequest(of), "v") == first
    assert len(house.journal.events(stream=of)) == 2
