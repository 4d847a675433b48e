"""A ring and a circle as one picture: parties as discs around, what they share as squares between them, sales as arrows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import cos, pi, sin

from farthing.flows.queries.party.surroundings import Mark, Surroundings
from farthing.web.charts import Figures, Options, Picture
from farthing.web.tables import Cell, Column
from farthing.web.text import Words
from farthing.web.theme import ACCENT, BAD, INK, LINE, MUTED

DISC, SQUARE = 34, 14
ASIDE = 0.32
SHAPES = {"device": "rect", "network": "triangle", "contact": "diamond", "owner": "pin"}


def called(words: Words, number: int) -> str:
    """A party of the picture; the first is the one asked about."""
    return words("ring.this") if number == 1 else words("ring.party", number=number)


def drawn(words: Words, found: Surroundings) -> Picture:
    """The picture, with what is drawn as a table."""
    columns = [Column(words("ring.number")), Column(words("ring.what")), Column(words("ring.since"))]
    rows: list[list[Cell]] = [
        [called(words, number), words(f"tie.{mark.kind.value}"), since.isoformat()]
        for mark in found.marks
        for number, since in mark.members
    ]
    note = words("ring.note")
    synthetic = any(one.party is not None and one.party.synthetic for one in found.neighbours)
    return Picture(words("ring.title"), note, options(words, found), Figures(columns, rows), synthetic, label="synthetic.data")


def options(words: Words, found: Surroundings) -> Options:
    """Places are reckoned here, so that the same ring is always the same picture."""
    at = {one.number: _place(place, len(found.neighbours)) for place, one in enumerate(found.neighbours)}
    late = {one.number for one in found.neighbours if one.dpd}
    nodes = [_disc(words, number, at[number], late=number in late) for number in at]
    links: list[Options] = []
    beside, seen = Counter(map(_sharing, found.marks)), Counter[tuple[int, ...]]()
    for place, mark in enumerate(found.marks):
        name, who = f"mark-{place}", _sharing(mark)
        aside, above = seen[who] - (beside[who] - 1) / 2, bool(seen[who] % 2)
        seen[who] += 1
        nodes.append(_mark(words, name, mark, _between([at[number] for number in who], aside), above=above))
        links += [{"source": str(number), "target": name, "lineStyle": {"color": MUTED, "width": 1}} for number, _ in mark.members]
    links += [
        {"source": str(one.seller), "target": str(one.buyer), "symbol": ["none", "arrow"], "symbolSize": 9,
         "lineStyle": {"color": ACCENT, "width": 2, "curveness": 0.15}}
        for one in found.steps
    ]  # fmt: skip
    drawn = {"type": "graph", "coordinateSystem": "cartesian2d", "data": nodes, "links": links, "emphasis": {"disabled": True}}
    return {
        "animation": False, "grid": {"left": 30, "right": 30, "top": 26, "bottom": 30}, "tooltip": {"formatter": "{b}"},
        "xAxis": {"show": False, "type": "value", "min": -1, "max": 1}, "yAxis": {"show": False, "type": "value", "min": -1, "max": 1},
        "series": [drawn],
    }  # fmt: skip


def _disc(words: Words, number: int, at: tuple[float, float], *, late: bool) -> Options:
    here = number == 1
    return {
        "id": str(number), "name": called(words, number), "value": list(at), "symbol": "circle", "symbolSize": DISC,
        "itemStyle": {"color": ACCENT if here else "white", "borderColor": BAD if late else ACCENT if here else INK,
                      "borderWidth": 3 if late else 1},
        "label": {"show": True, "formatter": str(number), "color": "white" if here else INK},
    }  # fmt: skip


def _mark(words: Words, name: str, mark: Mark, at: tuple[float, float], *, above: bool) -> Options:
    """Words stand above and below by turns, so that they do not cover each other on a phone."""
    word = words(f"tie.{mark.kind.value}")
    return {
        "id": name, "name": f"{word} · {mark.since.isoformat()}", "value": list(at), "symbol": SHAPES[mark.kind.value],
        "symbolSize": SQUARE, "itemStyle": {"color": LINE, "borderColor": MUTED},
        "label": {"show": True, "formatter": word, "position": "top" if above else "bottom", "color": MUTED, "fontSize": 11},
    }  # fmt: skip


def _sharing(mark: Mark) -> tuple[int, ...]:
    return tuple(number for number, _ in mark.members)


def _place(place: int, of: int) -> tuple[float, float]:
    """On a ring of radius 1, beginning at the top."""
    turn = pi / 2 - 2 * pi * place / of
    return round(cos(turn), 3), round(sin(turn), 3)


def _between(members: Sequence[tuple[float, float]], aside: float) -> tuple[float, float]:
    """In the middle of those who share it; what the same ones share stands side by side."""
    x, y = (sum(one[axis] for one in members) / len(members) for axis in (0, 1))
    return round(x + ASIDE * aside, 3), round(y, 3)
