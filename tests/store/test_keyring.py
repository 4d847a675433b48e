"""The bank's own keys: made once, kept private, rotated in order."""

from __future__ import annotations

from pathlib import Path

import pytest

from farthing.domain.errors import Broken, Unavailable
from farthing.sources.entropy import SystemEntropy
from farthing.store import keyring

ENTROPY = SystemEntropy()


def test_keys_are_made_once_and_only_their_owner_reads_them(tmp_path: Path) -> None:
    made = keyring.make(tmp_path / "secrets", ENTROPY)
    assert keyring.make(tmp_path / "secrets", ENTROPY) == made == keyring.read(tmp_path / "secrets")
    assert [(tmp_path / "secrets" / name).stat().st_mode & 0o777 for name in (keyring.MASTER, keyring.INDEX)] == [0o600, 0o600]
    assert made.newest != made.index_id


def test_a_keyring_shows_no_key(tmp_path: Path) -> None:
    made = keyring.make(tmp_path, ENTROPY)
    assert made.index.hex() not in repr(made)
    assert made.masters[made.newest].hex() not in repr(made)


def test_a_new_master_key_comes_first_until_the_old_one_is_dropped(tmp_path: Path) -> None:
    old = keyring.make(tmp_path, ENTROPY)
    newest = keyring.add_master(tmp_path, ENTROPY)
    both = keyring.read(tmp_path)
    assert list(both.masters) == [newest, old.newest]
    assert both.index == old.index
    keyring.drop_old(tmp_path)
    assert list(keyring.read(tmp_path).masters) == [newest]


def test_a_missing_file_is_never_made_in_passing(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="Restore it"):
        keyring.read(tmp_path)


def test_keys_that_others_may_read_are_refused(tmp_path: Path) -> None:
    keyring.make(tmp_path, ENTROPY)
    (tmp_path / keyring.MASTER).chmod(0o640)
    with pytest.raises(Broken, match="chmod 600"):
        keyring.read(tmp_path)


@pytest.mark.parametrize("content", ["", "not hexadecimal", "abcd"])
def test_a_damaged_file_is_refused(tmp_path: Path, content: str) -> None:
    keyring.make(tmp_path, ENTROPY)
    (tmp_path / keyring.INDEX).write_text(content)
    with pytest.raises(Broken, match="does not hold keys"):
        keyring.read(tmp_path)
