"""Aggregates come back as they were put, for whoever still has a key."""

from __future__ import annotations

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from sqlalchemy import text
from tests.people_fixture import People, invoices

from farthing.domain.errors import Broken
from farthing.domain.evidence import EvidenceKind
from farthing.domain.party import PersonalData

INVOICE, TRANSACTION = EvidenceKind.INVOICE, EvidenceKind.TRANSACTION


def test_what_was_put_is_got_and_a_newer_one_replaces_it_everywhere(people: People) -> None:
    subject = people.add().subject
    elsewhere = people.another()
    for count in (20_000, 3):
        frame = invoices(subject, 3) if count == 3 else pl.concat([invoices(subject, 100)] * 200)
        people.aggregates.put(INVOICE, {subject: frame})
        for bank in (people, elsewhere, elsewhere):
            got = bank.aggregates.get(INVOICE, subject)
            assert got is not None
            assert_frame_equal(got, frame)
    assert people.aggregates.get(TRANSACTION, subject) is None


def test_a_frame_got_twice_is_decoded_once(people: People) -> None:
    subject = people.add().subject
    people.aggregates.put(INVOICE, {subject: invoices(subject)})
    assert people.aggregates.get(INVOICE, subject) is people.aggregates.get(INVOICE, subject)


def test_many_at_once_and_none_for_the_unknown(people: People) -> None:
    subjects = [people.add(PersonalData(f"户{number}")).subject for number in range(30)]
    people.aggregates.put(INVOICE, {**{one: invoices(one) for one in subjects}, "sub_unknown": invoices("x")})
    people.aggregates.put(INVOICE, {})
    assert all(people.aggregates.get(INVOICE, one) is not None for one in subjects)
    assert people.aggregates.get(INVOICE, "sub_unknown") is None


def test_after_erasure_nothing_is_got_even_where_it_was_remembered(people: People) -> None:
    chen = people.add()
    people.aggregates.put(INVOICE, {chen.subject: invoices(chen.subject)})
    elsewhere = people.another()
    assert elsewhere.aggregates.get(INVOICE, chen.subject) is not None
    people.parties.erase(chen.id)
    assert elsewhere.aggregates.get(INVOICE, chen.subject) is None
    people.aggregates.put(INVOICE, {chen.subject: invoices(chen.subject)})
    assert people.aggregates.get(INVOICE, chen.subject) is None


def test_a_blob_moved_to_another_kind_does_not_open(people: People) -> None:
    subject = people.add().subject
    people.aggregates.put(INVOICE, {subject: invoices(subject)})
    with people.engine.begin() as connection:
        connection.execute(text("INSERT INTO aggregate SELECT subject, 'transaction', 1, blob FROM aggregate"))
    with pytest.raises(Broken):
        people.aggregates.get(TRANSACTION, subject)


def test_frames_of_several_kinds_come_together_some_newer_some_remembered_some_gone(people: People) -> None:
    subject, shelf = people.add().subject, people.another().aggregates
    sold, paid = invoices(subject, 3), invoices(subject, 5)
    people.aggregates.put(INVOICE, {subject: sold})
    people.aggregates.put(TRANSACTION, {subject: sold})
    assert shelf.of(subject, (INVOICE, TRANSACTION, EvidenceKind.ORDER)).keys() == {INVOICE, TRANSACTION}
    people.aggregates.put(TRANSACTION, {subject: paid})
    found = shelf.of(subject, (INVOICE, TRANSACTION))
    assert_frame_equal(found[INVOICE], sold)
    assert_frame_equal(found[TRANSACTION], paid)
    with people.engine.begin() as connection:
        connection.execute(text("DELETE FROM aggregate WHERE kind = 'invoice'"))
    assert shelf.of(subject, (INVOICE, TRANSACTION)).keys() == {TRANSACTION}
