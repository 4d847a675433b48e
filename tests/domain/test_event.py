from __future__ import annotations

import datetime as dt

import pytest

from farthing.domain.event import BODIES, Body, Event, decode_event, encode_event
from farthing.domain.facility import LineTerms
from farthing.domain.line_event import Drawn, Opened
from farthing.domain.product import RepaymentMethod
from farthing.domain.rate import Basis, Rate

TERMS = LineTerms(
    "lin_a", "pty_a", "revolving", "dec_a", 100_000, Rate(30_000, Basis.DAY), dt.date(2024, 1, 2), dt.date(2025, 1, 2), 12, 100,
    RepaymentMethod.INTEREST_MONTHLY, 21, 0, True,
)  # fmt: skip


@pytest.mark.parametrize("body", [Opened(TERMS), Drawn("lin_a", 1, 5_000)])
def test_an_event_reads_back_from_its_bytes(body: Body) -> None:
    event = Event("evt_a", "lin_a", 1, dt.date(2024, 1, 2), dt.datetime(2024, 1, 2, 3, tzinfo=dt.UTC), "stf_a", "key-1", body)
    assert decode_event(encode_event(event)) == event


def test_the_union_is_closed_and_named_by_its_classes() -> None:
    assert all(name == cls.__name__ for name, cls in BODIES.items())
    assert set(BODIES.values()) == set(Body.__args__)  # type: ignore[attr-defined]


def test_no_event_can_hold_personal_data() -> None:
    """Fields that could carry a name, a number or an address have no place in an event."""
    personal = {"name", "id_number", "phone", "address", "external_key"}
    fields = {field for cls in BODIES.values() for field in cls.__dataclass_fields__}
    assert fields.isdisjoint(personal)
