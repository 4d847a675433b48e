"""Those outside remember what they were told, in plain sums, and notice when they are told something else."""

from __future__ import annotations

import datetime as dt
import json

from farthing.domain.line_event import WrittenOff
from farthing.flows.day_end import DayEndRequest
from farthing.flows.line.correct import MoveRequest, RefundRequest, ReverseRequest
from farthing.flows.line.draw import DrawRequest
from farthing.flows.line.propose import ResolveRequest
from farthing.flows.line.repay import RepayRequest
from farthing.flows.simulation.message import Answer, Ask, Message, written
from farthing.flows.simulation.notebook import Notebook

A, B = "lin_aaaaaaaaaaaaaaaa", "lin_bbbbbbbbbbbbbbbb"


def _told(book: Notebook, message: Message, **result: object) -> None:
    book.hear(message, Answer(message.key, json.dumps(result)))


def test_money_is_summed_as_it_was_answered() -> None:
    book = Notebook()
    _told(book, written("1", Ask.DRAW, A, DrawRequest(A, 500)), event="evt_1")
    _told(book, written("2", Ask.REPAY, A, RepayRequest(A, 300)), event="evt_2")
    _told(book, written("3", Ask.REPAY, A, RepayRequest(A, 40)), event="evt_3")
    _told(book, written("4", Ask.REVERSE, A, ReverseRequest(A, "evt_2", "test_ground")), event="evt_4")
    _told(book, written("5", Ask.REFUND, A, RefundRequest(A, 7)), event="evt_5")
    line = book.lines[A]
    assert (line.drawn, line.repaid, line.refunded_fen, line.events) == ({"evt_1": 500}, {"evt_3": 40}, 7, 5)
    assert book.standing(A) == ["evt_1", "evt_3"]
    assert book.standing(B) == []


def test_a_moved_payment_is_on_the_other_line() -> None:
    book = Notebook()
    _told(book, written("1", Ask.REPAY, A, RepayRequest(A, 300)), event="evt_1")
    assert book.made["1"] == "evt_1"
    _told(book, written("2", Ask.MOVE, A, MoveRequest(A, "evt_1", B)), from_line={"event": "evt_2"}, to_line={"event": "evt_3"})
    assert (book.lines[A].repaid, book.lines[A].events) == ({}, 2)
    assert (book.lines[B].repaid, book.lines[B].events) == ({"evt_3": 300}, 1)


def test_only_a_consent_writes_on_the_line() -> None:
    book = Notebook()
    _told(book, written("1", Ask.WRITE_OFF, A, WrittenOff(A, "test_ground")), id="prp_1")
    assert book.made == {"1": "prp_1"}
    assert book.lines[A].events == 0
    _told(book, written("2", Ask.RESOLVE, A, ResolveRequest("prp_1", agree=False)))
    assert book.lines[A].events == 0
    _told(book, written("3", Ask.RESOLVE, A, ResolveRequest("prp_1", agree=True)))
    _told(book, written("4", Ask.NIGHT, "", DayEndRequest(dt.date(2025, 1, 6))))
    book.relieved([A, B])
    assert (book.lines[A].events, book.lines[B].events) == (2, 1)
    assert "" not in book.lines


def test_another_answer_to_the_same_key_is_a_finding_and_a_refusal_counts_nothing() -> None:
    book, asked = Notebook(), written("1", Ask.DRAW, A, DrawRequest(A, 500))
    book.hear(asked, Answer("1", refused="draw_frozen"))
    book.hear(asked, Answer("1", refused="draw_frozen"))
    assert book.contradicted == []
    assert book.refused == {"1"}
    assert A not in book.lines
    _told(book, asked, event="evt_1")
    assert [(one.item, one.expected) for one in book.contradicted] == [("1", "draw_frozen")]
