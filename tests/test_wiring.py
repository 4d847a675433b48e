"""Opening the bank: its keys, its secrets, and the thread that seals."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from tests.flows.bank import open_bank, opened
from tests.store_fixture import Database, scratch

from farthing import wiring
from farthing.domain.errors import FarthingError, Unavailable
from farthing.domain.evidence import EvidenceKind
from farthing.flows.ports import House
from farthing.settings import Settings, read
from farthing.store.postgres import server as postgres
from farthing.store.postgres.roles import create_database, drop_database
from farthing.store.postgres.server import OWNER, Server


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


def test_what_goes_wrong_again_and_again_is_said_once(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setattr(wiring, "SEAL_EVERY_S", 0.001)
    tries, fifth = [], threading.Event()

    def seal() -> None:
        tries.append(1)
        fifth.set() if len(tries) > 4 else None
        raise Unavailable("database", "The database does not answer.")

    with wiring.sealing(cast(House, SimpleNamespace(journal=SimpleNamespace(seal=seal)))):
        assert fifth.wait(30)
    assert caplog.text.count("The database does not answer.") == 1, "and closing the bank does not fail for it"


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """A home with a running database of its own, looked at every moment."""
    monkeypatch.setattr(wiring, "REVIVE_EVERY_S", 0.01)
    with scratch() as directory:
        postgres.start(directory / "home")
        yield Settings(directory / "home", None, "127.0.0.1", 1)


def test_a_database_that_died_is_started_again(alone: Settings, caplog: pytest.LogCaptureFixture) -> None:
    died = postgres.status(alone.home).pid
    assert died is not None
    with wiring.reviving(alone), wiring.open_house(alone) as house:
        os.kill(died, signal.SIGKILL)
        deadline = time.monotonic() + 120
        while "is back" not in caplog.text and time.monotonic() < deadline:
            time.sleep(0.01)
        assert postgres.status(alone.home).state == "running"
        assert postgres.status(alone.home).pid != died
        with suppress(Unavailable):  # a connection that died with the old one
            house.staff.list()
        assert house.staff.list() == []
    assert "died; starting it again" in caplog.text


def test_a_database_that_was_stopped_stays_stopped(alone: Settings) -> None:
    postgres.stop(alone.home)
    with wiring.reviving(alone):
        time.sleep(0.2)
    assert postgres.status(alone.home).state == "stopped"


def test_what_the_bank_keeps_secret_only_its_own_account_reads(database: Database, tmp_path: Path) -> None:
    home = tmp_path / "bank"
    with open_bank(database, home):
        wiring.web_secret(Settings(home=home, database_url=None, host="", port=1))
    secrets = {path.name: path.stat().st_mode & 0o777 for path in (home / "secrets").iterdir()}
    assert secrets.pop("journal.pub") & 0o022 == 0, "whoever checks may read the public half, nobody writes it"
    assert secrets == dict.fromkeys(("index.key", "journal.key", "master.key", "web.secret"), 0o600)
    assert (home / "secrets").stat().st_mode & 0o777 == 0o700


def test_each_database_url_is_a_bank_of_its_own(new_database: Callable[[], Database], tmp_path: Path) -> None:
    """`FARTHING_DATABASE_URL` decides where everything is recorded."""
    first, second = new_database(), new_database()

    def settings(of: Database) -> Settings:
        return read({"FARTHING_HOME": str(tmp_path / of.name), "FARTHING_DATABASE_URL": of.owner_url})

    with open_bank(first, tmp_path / first.name) as house:
        line = opened(house).line
    with wiring.open_house(settings(second)) as house:
        assert (house.lines.ids(), [*house.journal.each()]) == ([], [])
    with wiring.open_house(settings(first)) as house:
        assert list(house.lines.ids()) == [line]
    assert wiring.database_runs(settings(first))
    assert not wiring.stop_database(settings(first)), "an outside server is not ours to stop"
    assert not (tmp_path / first.name / "postgres").exists()


def test_the_bank_of_one_home_does_not_open_the_database_of_another(database: Database, tmp_path: Path) -> None:
    with open_bank(database, tmp_path / "one") as house:
        opened(house)
    with pytest.raises(Unavailable) as refused, open_bank(database, tmp_path / "other"):
        pass
    assert refused.value.code == "key_missing"
    assert not list((tmp_path / "other").rglob("*.key"))


def test_an_outside_database_is_brought_up_to_date(postgres_server: Server, tmp_path: Path) -> None:
    create_database(postgres_server, "bare")
    settings = Settings(home=tmp_path, database_url=postgres_server.url(OWNER, "bare"), host="", port=1)
    told: list[str] = []
    wiring.migrate_database(settings, told.append)
    with wiring.open_house(settings) as house:
        assert opened(house).line in house.lines.ids()
    assert told
    drop_database(postgres_server, "bare")


def test_a_server_that_does_not_answer_is_told(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, database_url=f"postgresql://nobody@/farthing?host={tmp_path}", host="", port=1)
    with pytest.raises(Unavailable) as refused, wiring.open_house(settings):
        pass
    assert refused.value.remedy


def test_files_and_data_sets_are_read_by_their_own_readers(tmp_path: Path) -> None:
    (tmp_path / "sales.csv").write_text("who,what\nA1,12.50\n", encoding="utf-8")
    mapping = {
        "fields": {"party": "who", "name": {"constant": "A"}, "kind": {"constant": "enterprise"}},
        "known": {"lag_days": 0, "assumed": True},
    }
    (tmp_path / "map.yaml").write_text(json.dumps(mapping), encoding="utf-8")
    (table,) = wiring.own_file(EvidenceKind.ENTERPRISE, tmp_path / "sales.csv", tmp_path / "map.yaml")
    assert table.frame.rows() == [("A1", "12.50")]
    assert sorted(wiring.DATA_SETS) == ["berka", "cumcm2020c"]
    with pytest.raises(FarthingError) as refused:
        wiring.data_set("berka", tmp_path)
    assert str(tmp_path) in refused.value.message


def test_without_data_the_demonstration_is_the_seeded_world() -> None:
    request = wiring.demo_of(None)
    assert all(table.synthetic for table in request.tables)
    assert {table.kind for table in request.tables} == set(EvidenceKind)
    assert [text.split("product: ")[1].split()[0] for text in request.policies]
    assert request.train_as_of is not None
    assert request.train_as_of < max(table.ends_on for table in request.tables if table.ends_on)
