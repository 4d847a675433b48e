"""The signing key: made once, private to the account, told apart by name."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from farthing.domain.errors import Broken, Unavailable
from farthing.sources.entropy import SystemEntropy
from farthing.store import keys


def test_it_is_made_once_and_signs(tmp_path: Path) -> None:
    signer = keys.make(tmp_path / "secrets", SystemEntropy())
    assert keys.make(tmp_path / "secrets", SystemEntropy()).public_key == signer.public_key
    Ed25519PublicKey.from_public_bytes(signer.public_key).verify(signer.sign(b"x"), b"x")
    assert (tmp_path / "secrets" / keys.PRIVATE).stat().st_mode & 0o777 == 0o600
    assert bytes.fromhex((tmp_path / "secrets" / keys.PUBLIC).read_text()) == signer.public_key
    assert "Ed25519PrivateKey" not in repr(signer)


def test_the_published_vector() -> None:
    """RFC 8032, section 7.1, test 1."""
    signer = keys.Signer.of(bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"))
    assert signer.public_key.hex() == "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    assert signer.sign(b"").hex().startswith("e5564300c360ac729086e2cc806e828a")


def test_a_lost_loose_or_damaged_key_is_told(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match=r"journal\.key"):
        keys.read(tmp_path)
    keys.make(tmp_path, SystemEntropy())
    (tmp_path / keys.PRIVATE).chmod(0o644)
    with pytest.raises(Broken) as loose:
        keys.read(tmp_path)
    assert loose.value.code == "key_readable"
    (tmp_path / keys.PRIVATE).chmod(0o600)
    (tmp_path / keys.PRIVATE).write_text("zz")
    with pytest.raises(Broken) as damaged:
        keys.read(tmp_path)
    assert damaged.value.code == "key_damaged"
