"""Files of sales on their shelf, and the lending grid's own file."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest

from farthing.domain.collateral.house import HouseKind
from farthing.domain.errors import Broken, Invalid, NotFound
from farthing.sources.house_sales import SalesShelf, packaged_grid, read_grid, read_sales_file

TEXT = (files("farthing.sources") / "catalogue" / "collateral.yaml").read_text(encoding="utf-8")
SALES = b"district,area\nD01,90\nD02,80\n"


def test_a_file_is_kept_by_its_content_and_read_back(tmp_path: Path) -> None:
    shelf = SalesShelf(tmp_path / "sales")
    digest = shelf.keep(SALES)
    assert shelf.keep(SALES) == digest
    assert len(list((tmp_path / "sales").iterdir())) == 1
    frame, unreadable = shelf.read(digest)
    assert frame.rows() == [("D01", "90"), ("D02", "80")]
    assert unreadable.is_empty()


def test_a_file_that_is_gone_or_was_changed_says_so(tmp_path: Path) -> None:
    shelf = SalesShelf(tmp_path)
    with pytest.raises(NotFound):
        shelf.read("0" * 64)
    digest = shelf.keep(SALES)
    (tmp_path / f"{digest}.csv").write_bytes(SALES + b"D03,70\n")
    with pytest.raises(Broken) as broken:
        shelf.read(digest)
    assert broken.value.code == "sales_changed"


def test_a_path_that_cannot_be_read_says_why(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        read_sales_file(tmp_path / "none.csv")
    with pytest.raises(Invalid):
        read_sales_file(tmp_path)
    (tmp_path / "sales.csv").write_bytes(SALES)
    assert read_sales_file(tmp_path / "sales.csv") == SALES


def test_the_grid_that_comes_with_the_house_lends_less_for_longer_and_for_more_special_use() -> None:
    grid = packaged_grid()
    assert (grid.ltv_ppm(HouseKind.RESIDENCE, 12), grid.ltv_ppm(HouseKind.RESIDENCE, 120)) == (700_000, 500_000)
    assert grid.ltv_ppm(HouseKind.WORKSHOP, 120) == 0
    assert grid.revalue_months == 12


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ("12: 0.70, 36: 0.65", "12: 0.60, 36: 0.65"), ("12: 0.70", "12: 1.00"), ("12: 0.70", "12: 0.70000001"), ("residence:", "castle:"),
        ("revalue_months: 12", "revalue_months: 13"), ("fresh_months: 6 ", ""),
    ],
)  # fmt: skip
def test_a_grid_that_cannot_be_right_is_refused(was: str, becomes: str) -> None:
    assert was in TEXT
    with pytest.raises(Invalid) as refused:
        read_grid(TEXT.replace(was, becomes, 1))
    assert refused.value.code == "bad_grid"
