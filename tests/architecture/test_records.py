"""Decision records are numbered without gaps, fit one page, and end with what holds them."""

from __future__ import annotations

from pathlib import Path

import pytest

RECORDS = sorted(path for path in (Path(__file__).parents[2] / "docs" / "adr").glob("*.md") if path.name != "template.md")


def test_records_are_numbered_without_gaps() -> None:
    assert [path.name[:4] for path in RECORDS] == [f"{number:04}" for number in range(1, len(RECORDS) + 1)]


@pytest.mark.parametrize("path", RECORDS, ids=lambda path: path.stem)
def test_a_record_is_one_page_that_ends_with_what_holds_it(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    headings = [line for line in text.splitlines() if line.startswith("#")]
    assert headings[0].startswith(f"# {path.name[:4]}: ")
    assert headings[-1] == "## Held by", "the last part says what fails when somebody forgets"
    assert len(text.split("## Held by")[1].split()) > 5, "it names the contract, test or setting"
    assert len(text.splitlines()) <= 60
