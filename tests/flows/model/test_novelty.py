"""What is new to the bank: a gate from its own parties, one party at it, and its file as of a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from tests.flows.bank import BORROWER, OFFICER, RISK, SYSTEM
from tests.flows.model.test_develop import END, table
from tests.store_fixture import Database

from farthing.domain.errors import Forbidden, Invalid
from farthing.domain.evidence import EvidenceKind
from farthing.flows.intake import IntakeRequest, intake
from farthing.flows.model.novelty import Gate, decode, encode, make_gate, novelty_facts, show_novelty
from farthing.flows.ports import House
from farthing.settings import Settings
from farthing.wiring import open_house

SHOPS = 110
DAY = END + dt.timedelta(days=2)


def sales() -> list[dict[str, object]]:
    """Shops that sell alike for a year; the last sells a million times as much, on one day."""
    rng = np.random.default_rng(4)
    rows: list[dict[str, object]] = []
    for shop in range(SHOPS):
        odd = shop == SHOPS - 1
        for sale in range(2 if odd else 12):
            day = END - dt.timedelta(days=1 if odd else int(30 * sale + rng.integers(0, 20)))
            gross = 10**11 if odd else int(rng.integers(50_000, 500_000))
            rows.append({
                "party": f"S{shop:03d}", "side": "sale", "invoice_no": f"{shop}/{sale}", "issued_on": day.isoformat(),
                "counterparty": f"C{0 if odd else rng.integers(1, 6)}", "net_fen": gross, "tax_fen": 0, "gross_fen": gross,
                "status": "valid",
            })  # fmt: skip
    return rows


@pytest.fixture(scope="module")
def house(new_database: Callable[[], Database], tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    home = tmp_path_factory.mktemp("bank")
    with open_house(Settings(home=home, database_url=new_database().owner_url, host="127.0.0.1", port=0)) as found:
        intake(found, SYSTEM, IntakeRequest((table(EvidenceKind.INVOICE, sales(), "5a1e55a1"),)), "import")
        yield found


@pytest.fixture(scope="module")
def gate(house: House) -> Gate:
    return decode(encode(make_gate(house, RISK, DAY)))


def test_the_odd_shop_is_new_and_the_others_are_not(house: House, gate: Gate) -> None:
    usual, odd = (house.parties.find(key) for key in ("S007", f"S{SHOPS - 1:03d}"))
    assert usual is not None
    assert odd is not None
    first, last = (show_novelty(house, OFFICER, one.id, gate, DAY) for one in (usual, odd))
    assert first.found.known
    assert last.found.distance > first.found.distance
    assert last.found.as_far_ppm < 20_000
    assert novelty_facts(house, usual, DAY, gate) == {"segment_known": True, "file_thickness": 1}
    assert (first.file.stage.value, last.file.stage.value) == ("young", "start_up")


def test_a_day_in_the_past_sees_the_file_of_then(house: House, gate: Gate) -> None:
    usual = house.parties.find("S007")
    assert usual is not None
    view = show_novelty(house, OFFICER, usual.id, gate, END - dt.timedelta(days=500))
    assert (view.file.thickness, view.file.since, view.file.stage.value) == (0, None, "unseen")


def test_who_may_not_and_what_cannot(house: House, gate: Gate) -> None:
    usual = house.parties.find("S007")
    assert usual is not None
    with pytest.raises(Forbidden):
        show_novelty(house, BORROWER, usual.id, gate)
    with pytest.raises(Forbidden):
        make_gate(house, OFFICER, DAY)
    with pytest.raises(Invalid, match="too few to say"):
        make_gate(house, RISK, END - dt.timedelta(days=500))
