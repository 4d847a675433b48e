"""The dictionary as it is read, and a value traced to its rows through the real lake."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.flows.applicants import DAY, ready
from tests.flows.bank import OFFICER, SYSTEM, open_bank
from tests.flows.model.test_develop import END, evidence
from tests.store_fixture import Database

from farthing.domain.errors import Forbidden, NotFound
from farthing.domain.evidence import EvidenceKind
from farthing.domain.staff import Actor, Role
from farthing.features.catalogue import FEATURES
from farthing.flows.consent import WithdrawRequest, withdraw
from farthing.flows.intake import IntakeRequest, intake
from farthing.flows.observe import features_of
from farthing.flows.ports import House
from farthing.flows.queries.feature.dictionary import Wanted, feature, features, trace


@pytest.fixture
def house(database: Database, tmp_path: Path) -> Iterator[House]:
    with open_bank(database, tmp_path, DAY) as made:
        yield made


def test_features_are_found_by_word_kind_family_and_unit() -> None:
    every, total = features(OFFICER, Wanted(), limit=50)
    assert (len(every), total) == (50, len(FEATURES))
    night, count = features(OFFICER, Wanted("night share", kind="receipt"))
    assert [row.feature.name for row in night][:1] == ["receipt_night_share_3m"]
    assert count == len(night)
    assert {row.family for row in features(OFFICER, Wanted("夜间"))[0]} == {"shop", "owner"}
    assert {row.feature.unit for row in features(OFFICER, Wanted(family="land", unit="m2"))[0]} == {"m2"}
    assert features(OFFICER, Wanted("nothing like it")) == ((), 0)
    second, _ = features(OFFICER, Wanted(), limit=50, offset=50)
    assert not set(every) & set(second)
    with pytest.raises(Forbidden):
        features(Actor("pty_x", "x", Role.BORROWER), Wanted())


def test_a_feature_tells_what_it_is_made_from_and_who_reads_it(house: House) -> None:
    ready(house)
    view = feature(house, OFFICER, "buyers_12m")
    assert view.models == ("mdl_test",)
    assert feature(house, OFFICER, "months_active").policies
    trend = feature(house, OFFICER, "turnover_trend_12m")
    assert [one.text for one in trend.reductions] == ["sum sale.amount m0..11"]
    with pytest.raises(NotFound, match="no feature"):
        feature(house, OFFICER, "nothing")


def test_a_value_is_traced_to_its_manifest_and_rows(house: House) -> None:
    intake(house, SYSTEM, IntakeRequest(evidence()), "import")
    party = next(one for one in house.parties.list(limit=100) if features_of(house, one, END)["turnover_12m"])
    found = trace(house, OFFICER, party.id, "turnover_12m", END)
    assert found.value == features_of(house, party, END)["turnover_12m"]
    (source,) = found.sources
    rows = house.lake.rows_in(source.evidence, party.subject)
    assert 0 < source.rows <= rows.height
    assert set(source.numbers) <= set(rows["row"])
    assert source.last_on <= END
    assert trace(house, OFFICER, party.id, "order_amount_1m", END).sources == ()
    withdraw(house, OFFICER, WithdrawRequest(party.id, (EvidenceKind.INVOICE,), "told_by_phone"), "back")
    gone = trace(house, OFFICER, party.id, "turnover_12m", END)
    assert (gone.value, gone.sources, gone.withheld) == (None, (), True)
