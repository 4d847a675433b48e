"""What the bank's records say of parties that a sample knows by pseudonyms: the groups they are compared by, read by no score."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import polars as pl

from farthing.domain.party import Party
from farthing.flows.ports import House
from farthing.models.sample import Column

Words = np.ndarray[tuple[int], np.dtype[np.str_]]
PAGE = 1_000
YOUNG_YEARS = (3, 10)
WATCHED = ("county", "industry", "kind")


def everybody(house: House) -> Iterator[Party]:
    """Every party, a page at a time."""
    page = house.parties.list(limit=PAGE)
    while page:
        yield from page
        page = house.parties.list(limit=PAGE, after=page[-1].id)


def segments_of(house: House, subjects: Sequence[str], by: str) -> Words:
    """What a party's record says of each subject; empty where it says nothing."""
    known = {one.subject: str(getattr(one, by) or "") for one in everybody(house)}
    return np.array([known.get(subject, "") for subject in subjects], dtype=np.str_)


def watched_groups(house: House, subjects: Sequence[str], as_of: dt.date) -> Mapping[str, Words]:
    """What may be compared: county, industry and kind of the public register, and the years since registration."""
    known = {one.subject: one for one in everybody(house)}
    every = [known.get(subject) for subject in subjects]
    told = {by: np.array([str(getattr(one, by, None) or "") for one in every], dtype=np.str_) for by in WATCHED}
    return told | {"years": np.array([_years(one, as_of) for one in every], dtype=np.str_)}


def _years(party: Party | None, as_of: dt.date) -> str:
    if party is None or party.registered_on is None:
        return ""
    years = (as_of - party.registered_on).days / 365.25
    young, old = YOUNG_YEARS
    return f"< {young}" if years < young else f"{young}–{old}" if years < old else f">= {old}"


def columns_of(table: pl.DataFrame, names: Sequence[str]) -> dict[str, Column]:
    """Whole numbers of each feature, and where they are missing."""
    return {name: (table[name].fill_null(0).cast(pl.Int64).to_numpy(), table[name].is_null().to_numpy()) for name in names}
