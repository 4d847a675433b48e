"""`farthing party face` as a person sees it."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.desk import desk, typed
from tests.flows.bank import SYSTEM, open_bank
from tests.store_fixture import Database

from farthing import wiring
from farthing.domain.party import PartyKind, PersonalData
from farthing.flows.identity.compare import Faces, Likeness
from farthing.flows.register import RegisterRequest, register


def test_faces_are_compared_and_forgotten(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with desk(database, tmp_path) as made:
        with open_bank(made.database, made.home) as house:
            party = register(house, SYSTEM, RegisterRequest(PartyKind.PERSON, PersonalData("李明", external_key="P1")), "register").id
        (tmp_path / "one.jpg").write_bytes(b"no picture")
        pictures = ("--document", tmp_path / "one.jpg", "--living", tmp_path / "one.jpg", "--form", "F-1")
        refused = typed("party", "face", "compare", "P1", *pictures)
        assert refused.code == 1
        assert "bad_picture" in refused.err or "extra_missing" in refused.err
        monkeypatch.setattr(wiring, "faces", lambda *_: Faces("d" * 64, lambda: Likeness(250_000, 600_000, "a" * 64)))
        told = typed("party", "face", "compare", "P1", *pictures)
        assert told.out == f"{party} 同一人 the same person: 距离 distance 0.250, 限 limit 0.600\n"
        assert typed("party", "face", "compare", "P1", *pictures, "--json").json["matched"] is True
        assert "no comparison of the face counts" in typed("party", "face", "forget", "P1", "--ground", "told_by_phone").out
        again = typed("party", "face", "forget", "P1", "--ground", "told_by_phone", "--json")
        assert (again.code, "no_face" in again.err) == (1, True)
