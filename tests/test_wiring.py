"""Opening the bank: its keys, its secrets, and the thread that seals."""

from __future__ import annotations

import threading
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from tests.flows.bank import open_bank, opened
from tests.store_fixture import Database

from farthing import wiring
from farthing.domain.errors import Unavailable
from farthing.flows.ports import House
from farthing.settings import Settings


@pytest.mark.parametrize("lost", ["journal.key", "master.key", "index.key"])
def test_a_lost_key_is_told_and_never_replaced(database: Database, tmp_path: Path, lost: str) -> None:
    secrets = tmp_path / "secrets"
    with open_bank(database, tmp_path) as house:
        opened(house)
    public = (secrets / "journal.pub").read_text()
    (secrets / lost).unlink()
    with pytest.raises(Unavailable) as refused, open_bank(database, tmp_path):
        pass
    assert refused.value.code == "key_missing"
    assert not (secrets / lost).exists()
    assert (secrets / "journal.pub").read_text() == public


def test_a_secret_cut_short_is_made_anew_and_never_used_empty(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, database_url=None, host="127.0.0.1", port=1)
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "web.secret").touch()  # what a process killed between making and filling the file would leave
    made = wiring.web_secret(settings)
    assert len(made) == 64
    assert wiring.web_secret(settings) == made
    assert (tmp_path / "secrets" / "web.secret").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in (tmp_path / "secrets").iterdir()] == ["web.secret"]


def test_sealing_goes_on_after_whatever_goes_wrong(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setattr(wiring, "SEAL_EVERY_S", 0.001)
    tries, third = [], threading.Event()

    def seal() -> None:
        tries.append(1)
        if len(tries) == 1:
            raise ValueError("a seal that is there already")
        third.set() if len(tries) > 2 else None

    with wiring.sealing(cast(House, SimpleNamespace(journal=SimpleNamespace(seal=seal)))):
        assert third.wait(30)
    assert "a seal that is there already" in caplog.text
