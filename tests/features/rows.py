"""Rows of any kind of evidence, made from its canonical table: valid, seeded, dated over three years, some told late or again."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Mapping, Sequence

import polars as pl

from farthing.domain.evidence import EvidenceKind
from farthing.evidence.bureau import CODES
from farthing.evidence.kinds import TABLES
from farthing.evidence.table import Field, FieldType

START = dt.date(2021, 3, 1)
DAYS = 1100
TIGHT = {
    "hour": 23,
    "stars": 5,
    "first_hour": 23,
    "last_hour": 23,
    "items": 20,
    "days": 20,
    "late_days": 30,
    "pieces": 50,
    "left": 3,
    "used_wh": 500_000_000,
}
UNIQUE = frozenset({"order_no", "reference", "docket", "tracking_no", "policy_no", "parcel", "account"})


def rows_of(kind: EvidenceKind, count: int, seed: int, subjects: Sequence[str] = "pq") -> pl.DataFrame:
    """Canonical rows with `party`, `known_on` and `row`; about one in six tells an earlier one of the same key anew."""
    chance, table = random.Random(f"{kind}{seed}"), TABLES[kind]
    rows: list[dict[str, object]] = []
    for number in range(count):
        made = {field.name: _value(field, chance) for field in table.fields}
        if rows and table.key and chance.random() < 0.16:
            made |= {name: rows[-1][name] for name in table.key}
        made["party"] = rows[-1]["party"] if rows and rows[-1]["party"] == made.get("party") else chance.choice(subjects)
        if rows and table.key and all(made[name] == rows[-1][name] for name in table.key if name != "party"):
            made["party"] = rows[-1]["party"]
        _sound(made, chance)
        day = made[table.effective] if table.effective else START
        assert isinstance(day, dt.date)
        rows.append({**made, "known_on": day + dt.timedelta(chance.choice([0, 0, 1, 9, 90])), "row": number})
    return pl.DataFrame(rows, schema=table.schema())


def _value(field: Field, chance: random.Random) -> object:
    if not field.required and chance.random() < 0.25:
        return None
    return _MAKE[field.type](field, chance)


def _date(field: Field, chance: random.Random) -> dt.date:
    return START + dt.timedelta(chance.randrange(DAYS) if field.name != "reported_on" else 91 * chance.randrange(DAYS // 91))


def _amount(field: Field, chance: random.Random) -> int:
    if field.name in ("gross_fen", "balance_fen", "declared_fen", "paid_fen", "overdue_fen") and chance.random() < 0.3:
        return chance.choice([0, -chance.randrange(1, 9_000_000) if field.name in ("gross_fen", "balance_fen") else 0])
    return chance.choice([chance.randrange(1, 10_000), chance.randrange(1, 50_000_000), 10_000 * chance.randrange(1, 90)])


def _count(field: Field, chance: random.Random) -> int:
    if field.name == "used_wh" and chance.random() < 0.1:
        return 0
    return chance.randrange(1 if field.name == "stars" else 0, TIGHT.get(field.name, 500) + 1)


def _text(field: Field, chance: random.Random) -> str:
    if field.name == "status_24m":
        late = chance.choice((0.0, 0.05, 0.3))
        return "".join(chance.choice(CODES if chance.random() < late else "N*") for _ in range(24))
    return f"{field.name}{chance.randrange(10**9 if field.name in UNIQUE else 9)}"


_MAKE: Mapping[FieldType, Callable[[Field, random.Random], object]] = {
    FieldType.DATE: _date,
    FieldType.AMOUNT: _amount,
    FieldType.COUNT: _count,
    FieldType.FLAG: lambda _, chance: chance.random() < 0.5,
    FieldType.CHOICE: lambda field, chance: chance.choice(field.choices),
    FieldType.TEXT: _text,
}


def _sound(made: dict[str, object], chance: random.Random) -> None:
    """What a table's own checks ask of a row."""
    for first, last in (("confirmed_on", "ends_on"), ("signed_on", "ends_on"), ("issued_on", "ends_on")):
        begun, ended = made.get(first), made.get(last)
        if isinstance(begun, dt.date) and isinstance(ended, dt.date) and ended < begun:
            made[first], made[last] = ended, begun
    if isinstance(made.get("reported_on"), dt.date):
        made["opened_on"] = made["reported_on"] - dt.timedelta(chance.randrange(900))  # type: ignore[operator]
    for part, whole in (("peak_wh", "used_wh"), ("night_sessions", "sessions")):
        if isinstance(made.get(part), int) and isinstance(made.get(whole), int):
            made[part] = chance.randrange(made[whole] + 1)  # type: ignore[operator]
