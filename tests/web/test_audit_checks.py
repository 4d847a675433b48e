"""What the audit page says of each part, whatever the finding."""

from __future__ import annotations

import re
from pathlib import Path

import farthing
from farthing.domain.journal import Finding
from farthing.web.audit_checks import PART_OF, Part, by_part
from farthing.web.text import catalogue

SOURCE = Path(farthing.__file__).parent


def test_every_part_is_told_with_its_findings() -> None:
    found = [
        Finding(check, "item", "this", "that")
        for check in ("head is signed", "leaf is there", "leaf is there", "login is as it was opened")
    ]
    counts = by_part(found)
    assert list(counts) == list(Part)
    assert {part: count for part, count in counts.items() if count} == {Part.EVENTS: 2, Part.HEADS: 1, Part.RECORDS: 1}


def test_the_parts_name_checks_that_there_are() -> None:
    told = "".join(path.read_text(encoding="utf-8") for room in ("audit", "flows", "store") for path in (SOURCE / room).rglob("*.py"))
    assert [check for checks in PART_OF.values() for check in checks if f'"{check}"' not in told] == []


def test_a_part_has_its_word_for_right_and_wrong_and_progress_has_its_own() -> None:
    known = catalogue("zh")
    assert [part for part in Part if f"audit.part.{part.value}.wrong" not in known] == []
    flows = "".join((SOURCE / "flows" / name).read_text(encoding="utf-8") for name in ("prove.py", "queries/records.py", "bill/verify.py"))
    told = re.findall(r'progress\("([a-z ]+)"', flows)
    assert {"decision records", "bills"} <= set(told)
    assert [what for what in told if f"audit.{what}" not in known] == []
