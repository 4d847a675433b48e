"""The story of a line in words: what was taken back is struck through, penalty has a column where there is some, grounds are told."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import cast

from farthing.domain.facility import Coupon
from farthing.domain.line_event import CouponGranted, Repaid, Reversed
from farthing.flows.queries.lines import LineView
from farthing.ledger.statement import Entry
from farthing.web.line.story import story
from farthing.web.text import Words

DAY, LATER = dt.date(2026, 3, 23), dt.date(2026, 4, 23)
LINE = "lin_a"


def entry(kind: str, event: str, **more: object) -> Entry:
    plain = {
        "on": DAY, "kind": kind, "event": event, "amount_fen": 0, "interest_fen": 0, "principal_fen": 0, "surplus_fen": 0,
        "principal_after_fen": 100, "interest_after_fen": 0, "headroom_after_fen": 0, "known_on": DAY,
    }  # fmt: skip
    return Entry(**{**plain, **more})  # type: ignore[arg-type]


def view(*entries: Entry, bodies: dict[str, object]) -> LineView:
    return cast("LineView", SimpleNamespace(timeline=entries, bodies=bodies, synthetic=False))


def test_what_was_taken_back_is_struck_through_and_said_in_words() -> None:
    shown = view(
        entry("Repaid", "evt_1", amount_fen=7_125, taken_back=True), entry("Reversed", "evt_2", ground="returned_by_bank", known_on=LATER),
        bodies={"evt_1": Repaid(LINE, 7_125), "evt_2": Reversed(LINE, "evt_1", "returned_by_bank")},
    )  # fmt: skip
    columns, (back, paid) = story(Words("en"), shown)
    assert "<s>Repaid</s>" in str(paid[1])
    assert "<s>¥71.25</s>" in str(paid[2])
    for told in ("Repaid of 2026-03-23, ¥71.25", "Returned by the other bank", "(learned 2026-04-23)"):
        assert told in str(back[1])
    assert "Penalty" not in [column.title for column in columns]


def test_penalty_has_its_column_where_some_was_paid_and_unknown_grounds_keep_their_code() -> None:
    coupon = Coupon("C1", DAY, LATER, 300_000)
    shown = view(
        entry("Repaid", "evt_1", amount_fen=900, penalty_fen=100), entry("CouponGranted", "evt_2"),
        entry("Frozen", "evt_3", ground="by_api"),
        bodies={"evt_1": Repaid(LINE, 900), "evt_2": CouponGranted(LINE, coupon)},
    )  # fmt: skip
    columns, (frozen, granted, paid) = story(Words("zh"), shown)
    place = [column.title for column in columns].index("罚息")
    assert (paid[place], granted[place]) == ("¥1.00", "—")
    assert "¥3,000.00 以内的本金" in str(granted[1])
    assert "by_api" in str(frozen[1])
