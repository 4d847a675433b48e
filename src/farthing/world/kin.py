"""The bank's insiders, their kin and holdings: declared relations, with some merchants hidden two steps away."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from farthing.domain.party import BANK_KEY as BANK
from farthing.domain.party import RelationKind
from farthing.world.economy import Economy, stream


@dataclass(frozen=True, slots=True)
class Kin:
    """`relations` lacks `known_on` and `row`; `people` are the insiders and relatives; `related` the merchants they reach."""

    relations: pl.DataFrame
    people: tuple[tuple[str, str], ...]
    related: frozenset[str]


def kin(economy: Economy) -> Kin:
    """Six insiders, a spouse or sibling for each, and eight merchants they own or run."""
    rng = stream(economy.plan, "kin")
    posts = (
        RelationKind.DIRECTOR,
        RelationKind.SUPERVISOR,
        RelationKind.MANAGER,
        RelationKind.CREDIT_STAFF,
        RelationKind.CREDIT_STAFF,
        RelationKind.MANAGER,
    )
    ties = (RelationKind.SPOUSE, RelationKind.SIBLING, RelationKind.CHILD, RelationKind.SPOUSE, RelationKind.PARENT, RelationKind.SPOUSE)
    picks = [economy.merchants[int(i)].key for i in rng.choice(len(economy.merchants), 8, replace=False)]
    rows: list[tuple[str, str, str, int | None]] = []
    people: list[tuple[str, str]] = []
    for number, (post, tie) in enumerate(zip(posts, ties, strict=True), start=1):
        insider, relative = f"N{number:03d}", f"K{number:03d}"
        people += [(insider, f"内部人{number:02d}"), (relative, f"内部人亲属{number:02d}")]
        rows += [(insider, BANK, post.value, None), (relative, insider, tie.value, None)]
        rows.append(
            (relative, picks[number - 1], RelationKind.CONTROLS.value, None)
            if number % 2
            else (relative, picks[number - 1], RelationKind.HOLDS.value, 350_000)
        )
    rows += [("N001", picks[6], RelationKind.HOLDS.value, 300_000), ("N002", picks[7], RelationKind.SENIOR_POST.value, None)]
    frame = pl.DataFrame(rows, schema={"party": pl.String, "other": pl.String, "relation": pl.String, "share_ppm": pl.Int64}, orient="row")
    return Kin(frame, tuple(people), frozenset(picks))
