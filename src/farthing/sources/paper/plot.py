"""A picture on paper: axes, lines, and what they are read against."""

from __future__ import annotations

import math
from dataclasses import dataclass

from farthing.flows.queries.model.paper import Line, Plot
from farthing.sources.paper.sheet import ACCENT, LINE, MUTED, Mark, Path, Style, Text, width

PPM = 1_000_000
HEIGHT = 148.0
_TICK, _NAME = Style(6.5, colour=MUTED), Style(7.0, colour=MUTED)
_COLOURS = (ACCENT, (0.31, 0.45, 0.56), (0.55, 0.56, 0.35))
_BESIDE = (0.55, 0.57, 0.6)
_ROOM = 34.0
_MOST_MARKS = 6


@dataclass(frozen=True, slots=True)
class Frame:
    """Where a picture stands, and what its words are in one language."""

    left: float
    top: float
    wide: float
    say: dict[str, str]


@dataclass(frozen=True, slots=True)
class _Scale:
    """From values to points on paper."""

    left: float
    bottom: float
    wide: float
    high: float
    x_top: float
    y_low: float
    y_top: float

    def at(self, x: float, y: float) -> tuple[float, float]:
        spread = self.y_top - self.y_low
        return self.left + self.wide * x / self.x_top, self.bottom + self.high * (y - self.y_low) / spread


def marks_of(plot: Plot, frame: Frame) -> list[Mark]:
    """Everything a picture is drawn with; names of lines stand above it, those of axes beside and below."""
    scale = _scale(plot, frame)
    found = [*_axes(plot, frame, scale), *_legend(plot, frame, scale)]
    colours = iter(_COLOURS)
    for line in plot.lines:
        colour = _BESIDE if line.beside else next(colours)
        found.append(Path(_points(plot, line, scale), colour, 0.8 if line.beside else 1.4, dashed=line.beside))
    return found


def _scale(plot: Plot, frame: Frame) -> _Scale:
    values = [value for line in plot.lines for value in line.y]
    top = max(values)
    low = math.floor(min(0, *values) / PPM * 10) / 10 * PPM
    x_top = float(max(len(plot.marks) - 1, 1)) if plot.marks else float(max(max(line.x) for line in plot.lines))
    nice = _step(top - low)
    return _Scale(frame.left + _ROOM, frame.top - HEIGHT + 26, frame.wide - _ROOM - 8, HEIGHT - 52, x_top, low,
                  low + math.ceil(max(top - low, 1) / nice) * nice)  # fmt: skip


def _step(spread: float) -> float:
    """A round distance between ticks that leaves four to eight of them."""
    raw = max(spread, 1) / 5
    size: float = 10.0 ** math.floor(math.log10(raw))
    return next(size * times for times in (1, 2, 2.5, 5, 10) if size * times >= raw)


def _axes(plot: Plot, frame: Frame, scale: _Scale) -> list[Mark]:
    found: list[Mark] = []
    step, value = _step(scale.y_top - scale.y_low), scale.y_low
    while value <= scale.y_top + 1:
        _, y = scale.at(0, value)
        found.append(Path(((scale.left, y), (scale.left + scale.wide, y)), LINE, 0.5))
        found.append(Text(scale.left - 4, y - 2.2, _told(value, plot), _TICK, right=True))
        value += step
    for x, name in _ticks(plot, scale):
        found.append(Text(x + width(name, _TICK) / 2, scale.bottom - 9, name, _TICK, right=True))
    across = frame.say["x"]
    found.append(Text(scale.left + scale.wide / 2 + width(across, _NAME) / 2, scale.bottom - 19, across, _NAME, right=True))
    return found


def _ticks(plot: Plot, scale: _Scale) -> list[tuple[float, str]]:
    if plot.marks:
        every = max(1, math.ceil(len(plot.marks) / _MOST_MARKS))
        return [(scale.at(place, 0)[0], mark) for place, mark in enumerate(plot.marks) if place % every == 0]
    step = _step(scale.x_top)
    return [(scale.at(step * place, 0)[0], f"{step * place / 10_000:g} %") for place in range(int(scale.x_top / step + 1e-9) + 1)]


def _told(value: float, plot: Plot) -> str:
    return f"{value / PPM:g}" if plot.marks else f"{value / 10_000:g} %"


def _legend(plot: Plot, frame: Frame, scale: _Scale) -> list[Mark]:
    """Each line's name by a piece of it, from the left, as many as there is room for."""
    found: list[Mark] = []
    x, y, colours = scale.left, frame.top - 14, iter(_COLOURS)
    for place, line in enumerate(plot.lines):
        name, colour = frame.say[f"line{place}"], _BESIDE if line.beside else next(colours)
        if x > scale.left and x + 16 + width(name, _NAME) > scale.left + scale.wide:
            x, y = scale.left, y - 8
        found.append(Path(((x, y + 2), (x + 11, y + 2)), colour, 1.4, dashed=line.beside))
        found.append(Text(x + 14, y, name, _NAME))
        x += 24 + width(name, _NAME)
    return found


def _points(plot: Plot, line: Line, scale: _Scale) -> tuple[tuple[float, float], ...]:
    if not plot.marks:
        return tuple(scale.at(x, y) for x, y in zip(line.x, line.y, strict=True))
    return tuple(scale.at(place, y) for place, y in enumerate(line.y))
