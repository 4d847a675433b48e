"""What the auditor's check says of houses and of the sales they were valued by."""

from __future__ import annotations

from pathlib import Path

from tests.flows.bank import RISK
from tests.flows.collateral.owners import by_sales, offered, owner

from farthing.flows.ports import House
from farthing.flows.prove import verify


def test_a_file_of_sales_that_is_gone_or_was_changed_is_found(house: House, tmp_path: Path) -> None:
    by_sales(house, offered(house, owner(house).party))
    assert verify(house, RISK).findings == ()
    (file,) = (tmp_path / "sales").glob("*.csv")
    kept = file.read_bytes()
    for change, code in ((lambda: file.write_bytes(kept + b"x"), "sales_changed"), (file.unlink, "no_sales")):
        change()
        assert [(one.check, one.found) for one in verify(house, RISK).findings] == [("sales are on their shelf", code)]
