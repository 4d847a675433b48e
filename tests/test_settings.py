"""What the environment says, and what it is taken for when it says nothing or nonsense."""

from __future__ import annotations

from pathlib import Path

import pytest

from farthing.settings import BadSetting, Settings, demonstration, read


def test_the_defaults_serve_this_machine_only() -> None:
    chosen = read({})
    assert (chosen.host, chosen.port, chosen.database_url) == ("127.0.0.1", 8787, None)


@pytest.mark.parametrize("port", ["http", "0", "65536", "-1", "８０", "1e3"])
def test_a_port_that_is_none_is_refused(port: str) -> None:
    with pytest.raises(BadSetting, match="FARTHING_PORT"):
        read({"FARTHING_PORT": port})


def test_the_environment_is_read_and_an_empty_value_is_none(tmp_path: Path) -> None:
    url = "postgresql://bank@/farthing"
    chosen = read(
        {"FARTHING_HOME": str(tmp_path / "a" / ".." / "b"), "FARTHING_DATABASE_URL": url, "FARTHING_HOST": "::1", "FARTHING_PORT": "80"}
    )
    assert chosen == Settings(home=tmp_path / "b", database_url=url, host="::1", port=80)
    empty = {"FARTHING_HOME": "", "FARTHING_DATABASE_URL": "", "FARTHING_HOST": "", "FARTHING_PORT": ""}
    assert read(empty) == read({})


def test_the_hosts_that_events_may_go_to_are_listed_with_commas() -> None:
    assert read({"FARTHING_WEBHOOK_HOSTS": "ERP.internal, hooks.example.org:8443,,"}).webhook_hosts == (
        "erp.internal",
        "hooks.example.org:8443",
    )
    assert read({}).webhook_hosts == ()


def test_a_demonstration_becomes_the_current_bank_and_the_one_before_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert demonstration("world", {}).home == tmp_path / ".farthing" / "world"
    (tmp_path / ".farthing" / "world" / "kept").touch()
    assert demonstration("cumcm2020c", {}).home == tmp_path / ".farthing" / "cumcm2020c" == read({}).home
    assert demonstration("world", {}).home == tmp_path / ".farthing" / "world" == read({}).home
    assert (read({}).home / "kept").exists()
    assert read({}).home.stat().st_mode & 0o777 == 0o700
    assert sorted(path.name for path in (tmp_path / ".farthing").iterdir()) == ["cumcm2020c", "current", "world"]


def test_a_home_that_is_named_is_where_the_demonstration_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert demonstration("world", {"FARTHING_HOME": "mine"}).home == tmp_path / "mine"
    assert list(tmp_path.iterdir()) == []
