"""A first mapping for a table nobody described yet: what each column seems to be, for a person to correct."""

from __future__ import annotations

import re

import polars as pl

from farthing.models.own_table.mapping import MISSING
from farthing.models.own_table.reading import FORMATS, _number

FEW = 12
MOST_SCALE, MOST_OUTCOMES = 6, 4
BAD_WORDS = ("1", "yes", "true", "bad", "default", "y", "chgoff", "坏", "违约", "是")
GOOD_WORDS = ("0", "no", "false", "good", "n", "pif", "好", "正常", "否")
CODES = (-9, -8, -7, -99, -999, 999, 9999)
ENOUGH = 0.98
PROTECTED = re.compile(r"(?i)(^|[^a-z])(gender|sex|age|ethnicity|race|religion|marriage|marital|nationality)([^a-z]|$)|性别|年龄|民族|婚")
"""What a model should be compared over, not read, until somebody says otherwise."""


def draft(text: pl.DataFrame) -> dict[str, object]:
    """A mapping document: numbers with their decimals, categories, codes that look special, the day, the likeliest outcome."""
    columns: dict[str, object] = {}
    time, outcome, watch = None, None, list[str]()
    for name in text.columns:
        column = text[name].cast(pl.String).str.strip_chars()
        known = column.filter(~column.is_in(MISSING) & column.is_not_null())
        distinct = known.n_unique()
        if not len(known) or distinct <= 1:
            continue
        if outcome is None and 2 <= distinct <= MOST_OUTCOMES and _looks_like_outcome(name):
            outcome = name
        elif time is None and _is_day(known):
            time = name
        else:
            entry = _entry(known, distinct)
            if entry is not None and PROTECTED.search(name):
                watch.append(name)
            elif entry is not None:
                columns[name] = entry
    bad, good = _ends(text, outcome)
    told: dict[str, object] = {"title": "我的评分卡 My scorecard", "market": "CN-TRIAL"}
    told["outcome"] = {"column": outcome or "WHICH COLUMN", "bad": bad, "good": good}
    return told | ({"time": time} if time else {}) | ({"watch": watch} if watch else {}) | {"columns": columns}


def _ends(text: pl.DataFrame, outcome: str | None) -> tuple[list[str], list[str]]:
    """The words of a bad and of a good case: known ones, else the rarer and the more frequent."""
    if outcome is None:
        return ["1"], ["0"]
    counts = text[outcome].cast(pl.String).drop_nulls().value_counts(sort=True)
    words = [word for word in counts[outcome].to_list() if word not in MISSING]
    good = next((word for word in words if word.lower() in GOOD_WORDS), words[0])
    left = [word for word in words if word != good]
    return [next((word for word in left if word.lower() in BAD_WORDS), left[0])], [good]


def _looks_like_outcome(name: str) -> bool:
    return any(word in name.lower() for word in ("default", "bad", "target", "outcome", "违约", "坏", "label", "status"))


def _is_day(known: pl.Series) -> bool:
    """Nearly all of it reads as days of one form."""
    return any(_share(known.str.to_date(pattern, strict=False, exact=True).is_not_null()) >= ENOUGH for pattern in FORMATS)


def _share(marks: pl.Series) -> float:
    return int(marks.sum()) / max(len(marks), 1)


def _entry(known: pl.Series, distinct: int) -> dict[str, object] | None:
    number = _number(known)
    if _share(number.is_not_null()) >= ENOUGH:
        if distinct == len(known) and _scale(known) == 0 and len(known) > FEW:
            return None  # a number of its own for each case: a key
        codes = [code for code in CODES if (number == code).any()]
        scale = _scale(known)
        return {"kind": "numeric"} | ({"scale": scale} if scale else {}) | ({"specials": [[code] for code in codes]} if codes else {})
    if distinct == len(known) or distinct > max(FEW, len(known) // 20):
        return None  # a name or a number of its own for nearly every case tells nothing of the next one
    return {"kind": "category"}


def _scale(known: pl.Series) -> int:
    """How many decimals its numbers have, at most six."""
    decimals = known.str.extract(r"\.(\d+)", 1).str.len_chars().fill_null(0).to_list()
    return min(max(decimals, default=0), MOST_SCALE)
