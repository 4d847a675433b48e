"""Sealing, blind indexes, commitments, destruction, and rotation of the master key while the bank works."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from tests.people_fixture import CHEN, OFFICER, People

from farthing.domain.errors import Broken, Unavailable
from farthing.domain.party import PersonalData, normalised
from farthing.domain.staff import Purpose
from farthing.sources.entropy import SystemEntropy
from farthing.store import keyring
from farthing.store.vault import Place, SubjectKey, Vault, destroy_key, key_of, rotate

PLACE = Place("pty_a", "party", "personal")
ELSEWHERE = (
    Place("pty_b", "party", "personal"),
    Place("pty_a", "decision_record", "personal"),
    Place("pty_a", "party", "sealed"),
    Place("pty_a", "party", "personal", "2"),
)


@pytest.fixture(scope="module")
def vault(tmp_path_factory: pytest.TempPathFactory) -> Vault:
    secrets = tmp_path_factory.mktemp("secrets")
    keyring.make(secrets, SystemEntropy())
    return Vault(secrets, SystemEntropy())


@given(plain=st.binary(max_size=300))
def test_what_is_sealed_opens_in_its_place_and_nowhere_else(vault: Vault, plain: bytes) -> None:
    key = vault.fresh("pty_a")
    sealed = vault.seal(key, PLACE, plain)
    assert key.open(PLACE, sealed) == plain
    for place in ELSEWHERE:
        with pytest.raises(Broken):
            key.open(place, sealed)
    with pytest.raises(Broken):
        vault.fresh("pty_a").open(PLACE, sealed)


@given(at=st.integers(0, 40), bit=st.integers(0, 7))
def test_a_changed_bit_is_noticed(vault: Vault, at: int, bit: int) -> None:
    key = vault.fresh("pty_a")
    sealed = bytearray(vault.seal(key, PLACE, b"thirteen byte"))
    assert len(sealed) == 1 + 12 + 13 + 16
    sealed[at] ^= 1 << bit
    with pytest.raises(Broken):
        key.open(PLACE, bytes(sealed))


def test_nothing_sealed_twice_looks_the_same(vault: Vault) -> None:
    key = vault.fresh("pty_a")
    assert vault.seal(key, PLACE, b"same") != vault.seal(key, PLACE, b"same")
    assert b"" not in (key.key, key.salt)
    assert key.key.hex() not in repr(key)


def test_a_wrapped_key_opens_for_its_owner_only(vault: Vault) -> None:
    key = vault.fresh("pty_a")
    row = vault.wrap(key)
    wrapped, key_id = row["wrapped"], row["key_id"]
    assert isinstance(wrapped, bytes)
    assert isinstance(key_id, str)
    assert vault.unwrap("pty_a", wrapped, key_id) == key
    with pytest.raises(Broken):
        vault.unwrap("pty_b", wrapped, key_id)
    with pytest.raises(Unavailable, match="is not in"):
        vault.unwrap("pty_c", wrapped, "0" * 16)


@pytest.mark.parametrize(("spelled", "also"), [("Ａ１２", " a12 "), ("ﬁrm", "FIRM"), ("STRASSE", "straße")])
def test_one_value_in_two_spellings_has_one_index(vault: Vault, spelled: str, also: str) -> None:
    assert normalised(spelled) == normalised(also)
    assert vault.blind("name", spelled) == vault.blind("name", also) != vault.blind("phone", spelled)


def test_an_index_depends_on_the_banks_key_and_a_blank_has_none(vault: Vault, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = tmp_path_factory.mktemp("other")
    keyring.make(other, SystemEntropy())
    assert vault.blind("phone", "13800000001") != Vault(other, SystemEntropy()).blind("phone", "13800000001")
    assert (vault.blind("phone", None), vault.blind("phone", " \u3000")) == (None, None)


def test_a_commitment_is_bound_to_salt_and_digest(vault: Vault) -> None:
    one, other = vault.fresh("pty_a"), vault.fresh("pty_a")
    assert one.commit(b"d") == SubjectKey("pty_a", other.key, one.salt).commit(b"d")
    assert len({one.commit(b"d"), one.commit(b"e"), other.commit(b"d")}) == 3


def test_a_destroyed_key_is_gone_from_memory_too(people: People) -> None:
    chen = people.add()
    with people.engine.begin() as connection:
        assert key_of(connection, people.vault, chen.id) is not None
        assert destroy_key(connection, people.vault, chen.id)
        assert not destroy_key(connection, people.vault, chen.id)
        assert key_of(connection, people.vault, chen.id) is None


def test_the_master_key_rotates_while_others_work(people: People) -> None:
    elsewhere = people.another()
    before = [people.add(PersonalData(f"旧{number}")) for number in range(5)]
    newest = keyring.add_master(people.home / "secrets", SystemEntropy())
    assert elsewhere.parties.personal(before[0].id, OFFICER, Purpose.SERVICING).name == "旧0", "not yet wrapped anew"
    with people.engine.begin() as connection:
        assert [rotate(connection, people.vault, batch=3) for _ in range(3)] == [3, 2, 0]
        assert set(connection.scalars(text("SELECT key_id FROM subject_key"))) == {newest}
    assert elsewhere.parties.personal(before[1].id, OFFICER, Purpose.SERVICING).name == "旧1", "reads the new key by itself"
    keyring.drop_old(people.home / "secrets")
    after = people.another()
    assert [after.parties.personal(one.id, OFFICER, Purpose.SERVICING).name for one in before] == [f"旧{number}" for number in range(5)]


def test_the_wrong_keys_are_refused_at_the_start(people: People) -> None:
    people.add(CHEN)
    secrets = people.home / "secrets"
    right = (secrets / keyring.MASTER).read_text()
    (secrets / keyring.MASTER).write_text("00" * 32)
    with pytest.raises(Unavailable, match="is not in"):
        people.another()
    (secrets / keyring.MASTER).write_text(right)
    (secrets / keyring.INDEX).write_text("00" * 32)
    with pytest.raises(Broken, match="index key"):
        people.another()
