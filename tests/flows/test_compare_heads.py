"""A head that somebody kept against the journal: every answer there is, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url
from tests.flows.bank import AUDITOR, BORROWER, open_bank, opened
from tests.store_fixture import Database

from farthing.audit.merkle import consistent
from farthing.audit.signed import head_text
from farthing.domain import canon
from farthing.domain.errors import Forbidden, Invalid, NotFound
from farthing.domain.journal import SignedHead
from farthing.flows.compare_heads import SENTENCES, Answer, compare_head, compare_sizes, read_head
from farthing.flows.ports import House
from farthing.store.keys import Signer


@pytest.fixture
def house(database: Database, tmp_path: Path) -> Iterator[House]:
    """Five lines, sealed two, then three more."""
    with open_bank(database, tmp_path) as made:
        for number in range(1, 6):
            opened(made, number)
            if number == 2:
                made.journal.seal()
        made.journal.seal()
        yield made


@pytest.fixture
def tamper(house: House, database: Database) -> Iterator[Callable[[str], None]]:
    plain = make_url(database.owner_url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        for table in ("event", "seal", "head"):
            connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield lambda statement: connection.execute(statement) and None


def signed(head: SignedHead, signer: Signer) -> SignedHead:
    return replace(head, key_id=signer.key_id, signature=signer.sign(head_text(head.size, head.root, head.at, signer.key_id)))


def test_a_past_that_only_grew(house: House) -> None:
    old, new = house.journal.heads()
    grown = compare_head(house, AUDITOR, old)
    assert (grown.answer, grown.holds, grown.new) == (Answer.GROWN, True, new)
    assert grown.proof is not None
    assert consistent(2, old.root, 5, new.root, grown.proof.path)
    assert compare_sizes(house, AUDITOR, 2, 5) == grown
    assert compare_head(house, AUDITOR, new).answer is Answer.SAME
    assert compare_sizes(house, AUDITOR, 2, 2).answer is Answer.SAME
    assert "still the beginning" in grown.sentence


def test_another_key_and_a_forged_signature(house: House) -> None:
    old = house.journal.heads()[0]
    assert compare_head(house, AUDITOR, signed(old, Signer.of(b"o" * 32))).answer is Answer.OTHER_KEY
    forged = compare_head(house, AUDITOR, replace(old, root=b"x" * 32))
    assert (forged.answer, forged.holds, forged.proof) == (Answer.FORGED, False, None)


def test_a_past_that_was_cut_off(house: House, tamper: Callable[[str], None]) -> None:
    newest = house.journal.heads()[1]
    tamper("DELETE FROM event WHERE id IN (SELECT event_id FROM seal WHERE leaf_index >= 2)")
    tamper("DELETE FROM seal WHERE leaf_index >= 2")
    tamper("DELETE FROM head WHERE size > 2")
    assert compare_head(house, AUDITOR, newest).answer is Answer.SHORTER


@pytest.mark.parametrize(
    "statement",
    ["UPDATE seal SET leaf_hash = sha256('x') WHERE leaf_index = 1", "DELETE FROM seal WHERE leaf_index = 1",
     "UPDATE head SET root = sha256('x') WHERE size = 5"],
)  # fmt: skip
def test_a_past_that_was_rewritten(house: House, tamper: Callable[[str], None], statement: str) -> None:
    old, new = house.journal.heads()
    tamper(statement)
    assert compare_head(house, AUDITOR, old).answer is Answer.REWRITTEN
    assert compare_head(house, AUDITOR, new).answer is Answer.REWRITTEN


def test_what_is_no_head_is_refused(house: House) -> None:
    head = house.journal.heads()[0]
    assert read_head(canon.encode(head).decode()) == head
    for text in ("", "{}", "[" * 3_000, '"x"', "\ud800", canon.encode(replace(head, size=0)).decode(),
                 canon.encode(head).decode().replace("+00:00", "")):  # fmt: skip
        with pytest.raises(Invalid, match="not a signed head"):
            read_head(text)


def test_only_heads_that_were_signed_and_only_for_staff(house: House) -> None:
    with pytest.raises(NotFound):
        compare_sizes(house, AUDITOR, 1, 5)
    with pytest.raises(Invalid, match="5 is larger than 2"):
        compare_sizes(house, AUDITOR, 5, 2)
    with pytest.raises(Forbidden):
        compare_sizes(house, BORROWER, 2, 5)
    with pytest.raises(Forbidden):
        compare_head(house, BORROWER, house.journal.heads()[0])
    assert set(SENTENCES) == set(Answer)
