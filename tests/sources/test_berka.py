from __future__ import annotations

import datetime as dt
import gzip
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from farthing.domain.errors import Invalid, NotFound
from farthing.evidence.intake import take_in
from farthing.sources.berka import ENDS_ON, read

FILES = {
    "account.csv": "account_id,district_id,frequency,date\n1,5,POPLATEK MESICNE,930101\n2,5,POPLATEK MESICNE,930102\n3,5,X,930103\n",
    "disp.csv": "disp_id,client_id,account_id,type\n1,10,1,OWNER\n2,11,2,OWNER\n3,12,2,DISPONENT\n4,13,3,OWNER\n",
    "district.csv": "A1,A2,A3\n5,Tabor,south\n",
    "loan.csv": "loan_id,account_id,date,amount,duration,payments,status\n7,1,940131,1000,1,1.0,B\n8,2,981130,1000,24,1.0,C\n",
}
FLOWS = """trans_id,account_id,date,type,operation,amount,balance,k_symbol,bank,partner_account
71,1,930205,credit,,9.5,9.5,interest credited,,
72,2,930206,withdrawal in cash,withdrawal in cash,5.0,-4.5, ,AB,123
"""


def small(directory: Path) -> Path:
    for name, text in FILES.items():
        (directory / name).write_text(text)
    (directory / "trans_preloan_354.csv.gz").write_bytes(gzip.compress(FLOWS.encode()))
    return directory


def test_borrowers_outcomes_and_flows(tmp_path: Path) -> None:
    people, outcomes, flows = (take_in(table, ENDS_ON).accepted for table in read(small(tmp_path)))
    assert people.select("party", "name", "kind", "county", "known_on", "row").rows() == [
        ("berka-1", "client 10", "person", "Tabor", dt.date(1993, 1, 1), 1),
        ("berka-2", "client 11", "person", "Tabor", dt.date(1993, 1, 2), 2),
    ]
    assert outcomes.select("party", "defaulted", "rating", "known_on").rows() == [
        ("berka-1", True, None, dt.date(1994, 2, 28)),
        ("berka-2", False, None, ENDS_ON),
    ]
    wanted = ("reference", "booked_on", "direction", "operation", "amount_fen", "balance_fen", "counterparty", "purpose", "known_on")
    assert flows.select(wanted).rows() == [
        ("71", dt.date(1993, 2, 5), "credit", "interest credited", 950, 950, None, "interest credited", dt.date(1993, 2, 5)),
        ("72", dt.date(1993, 2, 6), "debit", "withdrawal in cash", 500, -450, "AB 123", None, dt.date(1993, 2, 6)),
    ]


def test_amounts_are_in_crowns_and_lags_assumed(tmp_path: Path) -> None:
    assert all(table.map.currency == "CZK" and table.map.lag.assumed for table in read(small(tmp_path)))


def test_another_set_in_the_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        read(tmp_path)
    (small(tmp_path) / "loan.csv").write_text("a,b\n1,2\n")
    with pytest.raises(Invalid, match=r"loan.csv has no column account_id") as refused:
        read(tmp_path)
    assert "a, b" in refused.value.remedy


@pytest.mark.real
def test_the_published_set_is_taken_in_whole(public_data: Callable[[str], Path]) -> None:
    people, outcomes, flows = (take_in(table, ENDS_ON) for table in read(public_data("berka_pkdd99")))
    assert people.quarantined_rows == outcomes.quarantined_rows == flows.quarantined_rows == 0
    assert set(flows.accepted.get_column("party")) <= set(outcomes.accepted.get_column("party"))
    granted = outcomes.accepted.select("party", ended="known_on")
    assert flows.accepted.join(granted, on="party").filter(pl.col("booked_on") > pl.col("ended")).is_empty()
    assert outcomes.accepted.get_column("defaulted").mean() == pytest.approx(0.111, abs=0.001)
