"""`farthing book`, `month`, `listener` and `line statement` as a person types them, on a bank that lived."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import pytest
from tests.cli.desk import WIDE, typed
from tests.flows.bank import SYSTEM, open_bank
from tests.flows.closing.test_month_end import ONE, lived
from tests.store_fixture import Database

from farthing.domain.posting import Account
from farthing.domain.staff import NewStaff, Role
from farthing.flows.staff import add_staff


@pytest.fixture
def by(database: Database, tmp_path: Path) -> Iterator[str]:
    """A bank that lived to 2024-02-05, the environment in which the command line finds it, and a risk manager's id."""
    with open_bank(database, tmp_path) as house:
        lived(house, dt.date(2024, 2, 5))
        person = add_staff(house, SYSTEM, NewStaff("risk", "周明华", Role.RISK_MANAGER, "correct horse")).id
    with patch.dict(os.environ, {"FARTHING_HOME": str(tmp_path), "FARTHING_DATABASE_URL": database.owner_url, "COLUMNS": WIDE}):
        yield person


def test_the_books_go_down_to_the_events(by: str) -> None:
    assert "in balance" in typed("book", "trial-balance", "--on", "2024-01-31").out
    view = typed("book", "trial-balance", "--from", "2024-01-01", "--on", "2024-01-31", "--json").json
    assert (view["closing_fen"], view["debits_fen"] == view["credits_fen"]) == (0, True)
    head, *rows = typed("book", "trial-balance", "--csv").out.splitlines()
    assert (head.split(",")[:2], len(rows), sum(int(row.rsplit(",", 1)[1]) for row in rows)) == (["code", "name_zh"], len(Account), 0)
    assert "应收利息 Interest receivable" in typed("book", "account", "1132", "--from", "2024-01-01").out
    days = typed("book", "account", "1003", "--from", "2024-01-01", "--json").json
    assert {row["booked_on"] for row in days} == {"2024-01-10", "2024-02-03"}
    told = typed("book", "posting", "2024-02-03", "revolving", "1003").out
    assert ONE in told
    assert "posted ¥500.00; 各额度合计 all lines ¥500.00" in told
    found = typed("book", "posting", "2024-02-03", "revolving", "1003", "--whole", "--json").json
    assert [part["line"] for part in found["parts"]] == [ONE]
    assert typed("book", "account", "9999").code == 1
    assert typed("book", "trial-balance", "--on", "2031-01-01").code == 1


def test_a_month_is_shown_closed_by_name_and_its_file_written(by: str, tmp_path: Path) -> None:
    assert "2024-01  not closed" in typed("month", "list").out
    shown = typed("month", "show", "2024-01")
    assert (shown.code, "✓ provisions" in shown.out) == (0, True)
    assert "closed by 周明华" in typed("month", "end", "2024-01", "--by", by).out
    done = typed("month", "end", "2024-01", "--by", by, "--json").json
    view = typed("month", "show", "2024-01", "--json").json
    assert (view["digest"], view["kept"], view["closed"]["by"]) == (done["report"], True, by)
    file = tmp_path / "status.csv"
    assert typed("month", "status-file", "2024-01", "--out", file, "--json").json["lines"] == 3
    assert hashlib.sha256(file.read_bytes()).hexdigest() == view["report"]["status_file"]
    assert typed("month", "status-file", "2024-01", "--out", tmp_path / "no" / "such").code == 1
    assert "closed by 周明华" in typed("month", "list").out
    assert typed("month", "end", "2024-02", "--by", by).code == 1
    assert typed("month", "show", "January").code == 1


def test_a_listener_comes_and_goes(by: str) -> None:
    made = typed("listener", "add", "http://127.0.0.1:9/hook", "--kind", "Drawn", "--kind", "Repaid", "--json").json
    listener = made["listening"]["listener"]
    assert "signing key" in typed("listener", "add", "http://127.0.0.1:9/other", "--key", "k").out
    assert "Drawn, Repaid" in typed("listener", "list").out
    assert {row["listening"]["listener"] for row in typed("listener", "list", "--json").json} >= {listener}
    assert typed("listener", "letters", listener, "--json").json == []
    assert "index" in typed("listener", "letters", listener).out
    assert typed("listener", "replay", listener, "--json").json == {"replayed": 0}
    assert "told no more" in typed("listener", "remove", listener).out
    assert typed("listener", "remove", listener).code == 1
    assert typed("listener", "add", "https://10.0.0.1/").code == 1


def test_a_statement_is_printed_and_its_digest_told(by: str, tmp_path: Path) -> None:
    days = ("--from", "2024-01-10", "--to", "2024-01-31")
    told = typed("line", "statement", ONE, *days, "--pdf", tmp_path / "zh.pdf").out
    view = typed("line", "statement", ONE, *days, "--pdf", tmp_path / "en.pdf", "--english", "--json").json
    assert f"digest {view['digest']}" in told
    assert "Drawn" in told
    assert [path.read_bytes()[:5] for path in (tmp_path / "zh.pdf", tmp_path / "en.pdf")] == [b"%PDF-", b"%PDF-"]
    assert json.dumps(view["statement"]["line"]) == f'"{ONE}"'
    assert typed("line", "statement", ONE, *days, "--pdf", tmp_path / "no" / "such.pdf").code == 1
    assert typed("line", "statement", ONE, "--from", "2024-01-10", "--to", "2030-01-01").code == 1
