"""The parts of a report that a page and a paper both show: words by key or in both languages, tables, pictures as whole numbers."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TypeAlias

from farthing.domain.party import PartyKind


@dataclass(frozen=True, slots=True)
class Say:
    """A sentence of the catalogue, with the values it names."""

    key: str
    values: Mapping[str, Text | int] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Both:
    """A sentence that came with the data in both languages."""

    zh: str
    en: str


Text: TypeAlias = Say | Both | str
"""A plain string is the same in both."""


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a column: how many hundredths of a paper's width it takes, and whether figures stand in it. A phone leaves a `roomy` one
    out."""

    title: Text
    hundredths: int
    right: bool = False
    roomy: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """A table; `note` says on what its figures rest."""

    title: Text
    heads: tuple[Head, ...]
    rows: tuple[tuple[Text, ...], ...]
    note: Text = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a picture; `beside` for what it is to be read against."""

    name: Text
    x: tuple[int, ...]
    y: tuple[int, ...]
    beside: bool = False


@dataclass(frozen=True, slots=True)
class Plot:
    """A picture: millionths against millionths, as shares of a hundred; or, with `marks` along the x axis, values in millionths there."""

    title: Text
    note: Text
    x: Text
    y: Text
    lines: tuple[Line, ...]
    grid: Grid
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Said:
    """Sentences under a heading."""

    title: Text
    sentences: tuple[Text, ...]


Part: TypeAlias = Grid | Plot | Said


@dataclass(frozen=True, slots=True)
class Section:
    """A question, and what answers it."""

    title: Text
    parts: tuple[Part, ...]


def spoken(text: Text, words: Callable[..., str], *, zh: bool) -> str:
    """A text in the reader's language; `words` is the catalogue of that language."""
    if isinstance(text, str):
        return text
    if isinstance(text, Both):
        return text.zh if zh else text.en
    return words(text.key, **{name: one if isinstance(one, int) else spoken(one, words, zh=zh) for name, one in text.values.items()})


def both(sentence: str) -> Both:
    """A card says each thing in Chinese, then in English; one that does not is shown whole to both."""
    found = re.match(r"^(.*[\u4e00-\u9fff].*?。)\s+([A-Z0-9].*)$", sentence)
    return Both(found[1], found[2]) if found else Both(sentence, sentence)


_OURS = ("county", "industry", "kind", "years")
_KINDS = frozenset(kind.value for kind in PartyKind)


def grouped(name: str) -> Text:
    """A group by what it is of, `county=青溪县` say: what the bank groups by itself in words, a table's own column by its name."""
    by, _, group = name.partition("=")
    if by not in _OURS:
        return f"{by}: {group}"
    named = Say(f"being.{group}") if by == "kind" and group in _KINDS else group
    return Say("report.group.of", {"by": Say(f"report.group.{by}"), "group": named})


def titled(title: str) -> Text:
    """A title that says itself in Chinese and then in English; any other is the same in both."""
    found = re.match(r"^(.*[\u4e00-\u9fff）])\s+([A-Z].*)$", title)
    return Both(found[1], found[2]) if found else title
