"""A table's mapping document: which column is the outcome, which may be read and how, when cases began, and what is only watched.

The same words stand in `docs/first-scorecard.md`, beside a table to try them on.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from farthing.domain import canon
from farthing.domain.errors import Invalid
from farthing.domain.model_card import HOME_MARKET
from farthing.models.table import Code, Column, Kind, Unseen
from farthing.quant.binning import Trend

MARKET = re.compile(r"^[A-Z][A-Z0-9-]{1,19}$")
MISSING = ("", ".", "NA", "N/A", "null", "NULL", "None", "NaN", "nan", "缺失", "空")
TOP = {"title", "source", "market", "outcome", "time", "weight", "bad_rate", "missing", "columns", "watch", "keep"}
COLUMN = {"kind", "scale", "trend", "specials", "cuts", "groups", "unseen", "zh", "en", "unit"}


@dataclass(frozen=True, slots=True)
class TableMap:
    """How a table is read. `bad` are the words of the outcome that mean a bad case, `good` those of a good one; a case with neither has
    no outcome, such as one that was turned down.

    `time` is the column of the day on which a case began, by which it is split; `watch` are columns that no model may read and
    every model is compared over (fairness). `keep` are suspects that somebody answers for keeping, with the reason. `source` is what
    the table is called on the card; a file's own name may name a customer.
    """

    title: str
    outcome: str
    bad: tuple[str, ...]
    good: tuple[str, ...]
    columns: tuple[Column, ...]
    market: str = HOME_MARKET
    time: str | None = None
    weight: str | None = None
    bad_rate_ppm: int | None = None
    missing: tuple[str, ...] = MISSING
    watch: tuple[str, ...] = ()
    keep: tuple[tuple[str, str], ...] = ()
    source: str = "table"

    def digest(self) -> str:
        """What identifies this way of reading."""
        return canon.digest(self).hex()


def read_table_map(document: object) -> TableMap:
    """The mapping a document states; `Invalid` names the entry at fault and what may stand there."""
    top = _section(document, "The mapping", TOP)
    outcome = _section(top.get("outcome"), "outcome", {"column", "bad", "good"})
    columns = tuple(_column(str(name), told) for name, told in _section(top.get("columns"), "columns", None).items())
    if not columns:
        raise _wrong("columns", "The mapping names no column that a model may read.", "Name at least one.")
    told = TableMap(
        title=_text(top, "title"), outcome=_text(outcome, "column"), bad=_words(outcome.get("bad", ["1"]), "outcome.bad"),
        good=_words(outcome.get("good", ["0"]), "outcome.good"), columns=columns, market=_market(top),
        time=_some(top, "time"), weight=_some(top, "weight"), bad_rate_ppm=_rate(top.get("bad_rate")),
        missing=_words(top.get("missing", list(MISSING)), "missing"), watch=_words(top.get("watch", []), "watch"),
        keep=tuple((str(name), str(why)) for name, why in _section(top.get("keep", {}), "keep", None).items()),
        source=_some(top, "source") or "table",
    )  # fmt: skip
    _refuse_overlap(told)
    return told


def _refuse_overlap(told: TableMap) -> None:
    """No column in two roles: a model that reads its outcome is no model."""
    roles = [told.outcome, *(one for one in (told.time, told.weight) if one), *told.watch]
    read = [column.name for column in told.columns]
    twice = sorted({name for name in (*roles, *read) if (*roles, *read).count(name) > 1})
    if twice:
        raise _wrong("columns", f"{twice[0]} stands in two places of the mapping.", "A column is read, or watched, or the outcome.")
    both = sorted({*told.bad} & {*told.good})
    if both or not told.bad or not told.good:
        raise _wrong("outcome", f"The words of bad and of good cases are {both or 'not both given'}.", "Give different words for both.")
    stray = [name for name, _ in told.keep if name not in read]
    if stray:
        raise _wrong("keep", f"{stray[0]} is kept and not read.", "Keep only columns that the model may read.")


def _column(name: str, told: object) -> Column:
    where = f"columns.{name}"
    entry = _section({} if told is None else told, where, COLUMN)
    kind = _choice(Kind, entry.get("kind", "numeric"), f"{where}.kind")
    specials = entry.get("specials", [])
    try:
        return Column(
            name, kind, scale=int(entry.get("scale", 0)), trend=_choice(Trend, entry.get("trend", "auto"), f"{where}.trend"),
            specials=tuple(tuple(_codes(group, kind)) for group in specials),
            cuts=None if entry.get("cuts") is None else tuple(_codes(entry["cuts"], Kind.NUMERIC)),
            groups=None if entry.get("groups") is None else tuple(tuple(map(str, group)) for group in entry["groups"]),
            unseen=_choice(Unseen, entry.get("unseen", "worst"), f"{where}.unseen"), unit=str(entry.get("unit", "number")),
            zh=str(entry.get("zh", name)), en=str(entry.get("en", name)),
        )  # fmt: skip
    except (TypeError, ValueError):
        raise _wrong(where, f"{where} has a list or a number that cannot be read.", "See docs/first-scorecard.md.") from None


def _codes(told: object, kind: Kind) -> list[Code]:
    """Codes as the table writes them; one alone stands for a list of one."""
    return [str(code) if kind is Kind.CATEGORY else code if isinstance(code, int) else str(code) for code in _list(told)]


def _list(told: object) -> list[Any]:
    return list(told) if isinstance(told, list | tuple) else [told]


def _market(top: Mapping[str, Any]) -> str:
    market = str(top.get("market", HOME_MARKET))
    if not MARKET.match(market):
        raise _wrong("market", f"{market[:20]!r} is no market.", "Write capitals, digits and dashes: KE, CN-SHOPS.")
    return market


def _rate(told: object) -> int | None:
    if told is None:
        return None
    try:
        found = round(float(str(told)) * 1_000_000)
    except ValueError:
        found = 0
    if not 0 < found < 1_000_000:
        raise _wrong("bad_rate", f"{str(told)[:20]!r} is no rate of bads.", "Write a number between 0 and 1, like 0.05.")
    return found


def _section(told: object, name: str, allowed: set[str] | None) -> Mapping[str, Any]:
    if not isinstance(told, Mapping):
        raise _wrong(name, f"{name} is not a list of `name: value` entries.", "See docs/first-scorecard.md for an example.")
    unknown = [str(key) for key in told if allowed is not None and key not in allowed]
    if unknown:
        raise _wrong(name, f"{name} has entries nobody reads: {', '.join(unknown)}.", f"Entries are: {', '.join(sorted(allowed or ()))}.")
    return told


def _text(entry: Mapping[str, Any], key: str) -> str:
    found = _some(entry, key)
    if found is None:
        raise _wrong(key, f"The mapping does not say {key}.", "Write it in a word.")
    return found


def _some(entry: Mapping[str, Any], key: str) -> str | None:
    found = entry.get(key)
    if isinstance(found, Mapping | list | tuple):
        raise _wrong(key, f"{key} is one word.", "Write one word, no list.")
    return None if found is None or not str(found).strip() else str(found)


def _words(told: object, name: str) -> tuple[str, ...]:
    if isinstance(told, Mapping):
        raise _wrong(name, f"{name} is a list of words.", "Write them in square brackets.")
    return tuple(_plain(word) for word in _list(told))


def _plain(word: object) -> str:
    """A word as a file holds it: YAML reads bare true and false as such."""
    return str(word).lower() if isinstance(word, bool) else str(word)


def _choice(kind: Any, told: object, name: str) -> Any:
    try:
        return kind(_plain(told))
    except ValueError:
        raise _wrong(name, f"{str(told)[:20]!r} is not a value of {name}.", f"Values are: {', '.join(kind)}.") from None


def _wrong(field: str, message: str, remedy: str) -> Invalid:
    return Invalid("bad_mapping", message, remedy, field=field)
