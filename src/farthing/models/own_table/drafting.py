"""A first mapping for a table nobody described yet: what each column seems to be, for a person to correct."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import polars as pl

from farthing.models.own_table.mapping import MISSING
from farthing.models.own_table.reading import FORMATS, _number

FEW = 12
MOST_SCALE, MOST_OUTCOMES = 6, 4
PLAIN_BAD = ("bad", "default", "defaulted", "overdue", "chgoff", "charged off", "坏", "违约", "逾期")
"""What only an outcome says."""
BAD_WORDS = ("1", "yes", "true", "y", "是", *PLAIN_BAD)
GOOD_WORDS = ("0", "no", "false", "good", "n", "pif", "repaid", "paid", "好", "正常", "否", "结清")
CODES = (-9, -8, -7, -99, -999, 999, 9999)
ENOUGH, MOSTLY = 0.98, 0.8
MOST_WORDS, OFTEN = 3, 2
"""In a column of numbers: so many words, each so often, are words for what is not known."""
PROTECTED = re.compile(r"(?i)(^|[^a-z])(gender|sex|age|ethnicity|race|religion|marriage|marital|nationality)([^a-z]|$)|性别|年龄|民族|婚")
"""What a model should be compared over, not read, until somebody says otherwise."""


@dataclass(slots=True)
class Draft:
    """A mapping document, and the columns it says nothing of, each with the reason."""

    document: dict[str, object]
    left_out: dict[str, str] = field(default_factory=dict)


def draft(text: pl.DataFrame) -> Draft:
    """Numbers with their decimals, categories, codes that look special, words for nothing, the day, the likeliest outcome."""
    outcome = _outcome_of(text)
    time, watch, missing = None, list[str](), dict[str, None]()
    columns: dict[str, object] = {}
    left_out: dict[str, str] = {}
    for name in text.columns:
        known = _known(text[name])
        if name == outcome:
            continue
        if known.n_unique() <= 1:
            left_out[name] = "says the same of every case"
        elif time is None and _is_day(known):
            time = name
        else:
            words = _words_for_nothing(known)
            entry = _entry(known.filter(~known.is_in(words)))
            if isinstance(entry, str):
                left_out[name] = entry
                continue
            missing |= dict.fromkeys(words)
            if PROTECTED.search(name):
                watch.append(name)
            else:
                columns[name] = entry
    bad, good = _ends(text, outcome)
    told: dict[str, object] = {"title": "我的评分卡 My scorecard", "market": "CN-TRIAL"}
    told["outcome"] = {"column": outcome or "WHICH COLUMN", "bad": bad, "good": good}
    told |= ({"time": time} if time else {}) | ({"watch": watch} if watch else {}) | ({"missing": [*MISSING, *missing]} if missing else {})
    return Draft(told | {"columns": columns}, left_out)


def _known(column: pl.Series) -> pl.Series:
    plain = column.cast(pl.String).str.strip_chars()
    return plain.filter(~plain.is_in(MISSING) & plain.is_not_null())


def _outcome_of(text: pl.DataFrame) -> str | None:
    """The column of few words that is called an outcome; failing that, the one that says what only an outcome says."""
    few = {name: known for name in text.columns if 2 <= (known := _known(text[name])).n_unique() <= MOST_OUTCOMES}
    named = (name for name in few if _looks_like_outcome(name))
    telling = (name for name, known in few.items() if known.str.to_lowercase().is_in(PLAIN_BAD).any())
    return next(named, None) or next(telling, None)


def _words_for_nothing(known: pl.Series) -> list[str]:
    """In a column that is mostly numbers, the few words that come again and again."""
    number = _number(known)
    words = known.filter(number.is_null()).value_counts(sort=True)
    if _share(number.is_not_null()) < MOSTLY or not 0 < words.height <= MOST_WORDS or (words["count"] < OFTEN).any():
        return []
    return list(words[known.name])


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


def _entry(known: pl.Series) -> dict[str, object] | str:
    """How a column is read, or why it is not."""
    number, distinct = _number(known), known.n_unique()
    if _share(number.is_not_null()) >= ENOUGH:
        if distinct == len(known) and _scale(known) == 0 and len(known) > FEW:
            return "a number of its own for each case, like a key"
        codes, scale = _codes(number), _scale(known)
        return {"kind": "numeric"} | ({"scale": scale} if scale else {}) | ({"specials": [[code] for code in codes]} if codes else {})
    if distinct == len(known) or distinct > max(FEW, len(known) // 20):
        return "a word of its own for nearly every case, which tells nothing of the next one"
    return {"kind": "category"}


def _codes(number: pl.Series) -> list[int]:
    """Known codes, and a whole number below zero that comes again where no other number is below zero."""
    below = number.filter(number < 0)
    alone = below.n_unique() == 1 and len(below) >= OFTEN and float(below[0]).is_integer()
    return [code for code in dict.fromkeys((*CODES, *([int(below[0])] if alone else []))) if (number == code).any()]


def _scale(known: pl.Series) -> int:
    """How many decimals its numbers have, at most six."""
    decimals = known.str.extract(r"\.(\d+)", 1).str.len_chars().fill_null(0).to_list()
    return min(max(decimals, default=0), MOST_SCALE)
