"""Sheets of A4 with a heading, tables that go on over pages, and a foot on each: the same bytes for the same words.

Chinese is set in STSong-Light, which readers of PDF know by name (Adobe's GB1 collection), all else in Helvetica, whose figures are of
one width: no font file is needed here, none is embedded, and the bytes do not depend on the machine. The file carries no instant and no
compression.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import TypeAlias

from reportlab.lib.pagesizes import A4
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.pdfmetrics import registerFont, stringWidth
from reportlab.pdfgen.canvas import Canvas

CHINESE, LATIN, BOLD = "STSong-Light", "Helvetica", "Helvetica-Bold"
WIDTH, HEIGHT = A4
LEFT, RIGHT, TOP, BOTTOM = 42.0, WIDTH - 42.0, HEIGHT - 42.0, 74.0
INK, MUTED, LINE = (0.12, 0.14, 0.16), (0.36, 0.39, 0.43), (0.85, 0.86, 0.88)
ACCENT, WARN = (0.48, 0.29, 0.13), (0.42, 0.31, 0.0)
_WIDEST_ASCII = 0x2E80

registerFont(UnicodeCIDFont(CHINESE))


@dataclass(frozen=True, slots=True)
class Style:
    """How a line of text looks."""

    size: float = 9.0
    bold: bool = False
    colour: tuple[float, float, float] = INK


@dataclass(frozen=True, slots=True)
class Text:
    """A line of text from (or, aligned right, up to) a point."""

    x: float
    y: float
    text: str
    style: Style
    right: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """A thin line across."""

    y: float


@dataclass(frozen=True, slots=True)
class Path:
    """A line through points, broken into dashes where it is only to be read against."""

    points: tuple[tuple[float, float], ...]
    colour: tuple[float, float, float] = INK
    thick: float = 1.0
    dashed: bool = False


Mark: TypeAlias = Text | Rule | Path


@dataclass(frozen=True, slots=True)
class Col:
    """A column: its heading, its share of the width, and whether figures stand in it."""

    title: str
    share: float
    right: bool = False


SMALL, QUIET, HEAD = Style(8.0), Style(8.0, colour=MUTED), Style(11.0, bold=True)


@dataclass(slots=True)
class Sheets:
    """Pages that fill from the top; `foot` stands on each of them."""

    title: str
    foot: Sequence[str]
    pages: list[list[Mark]] = field(default_factory=lambda: [[]])
    y: float = TOP

    def room(self, height: float) -> None:
        """Begin a new page if so much does not fit on this one."""
        if self.y - height < BOTTOM:
            self.pages.append([])
            self.y = TOP

    def text(self, text: str, style: Style = SMALL, *, x: float = LEFT, right: bool = False) -> None:
        """A line at the present height, which stays."""
        self.pages[-1].append(Text(x, self.y, text, style, right))

    def line(self, text: str, style: Style = SMALL) -> None:
        """Lines of their own, broken where they are too long."""
        for part in broken(text, style, RIGHT - LEFT):
            self.room(style.size * 1.5)
            self.y -= style.size * 1.5
            self.text(part, style)

    def gap(self, height: float) -> None:
        """Leave some room."""
        self.y -= height

    def put(self, mark: Mark) -> None:
        """A mark where it says, on the present page."""
        self.pages[-1].append(mark)

    def rule(self) -> None:
        """A thin line across."""
        self.pages[-1].append(Rule(self.y))

    def table(self, title: str, columns: Sequence[Col], rows: Sequence[Sequence[str]], none: str = "") -> None:
        """A table that repeats its head on each page it goes on to; long cells are broken. Without a title it follows what stands above."""
        self.room(70)
        if title:
            self.gap(12)
            self.line(title, HEAD)
        self.gap(4)
        if not rows:
            self.line(none, QUIET)
            return
        self._head(columns)
        for row in rows:
            parts = [broken(cell, SMALL, col.share * (RIGHT - LEFT) - 6) for cell, col in zip(row, columns, strict=True)]
            height = 12.0 * max(map(len, parts))
            if self.y - height - 3 < BOTTOM:
                self.room(HEIGHT)
                self._head(columns)
            for number in range(max(map(len, parts))):
                self.y -= 12
                self._cells(columns, [part[number] if number < len(part) else "" for part in parts], SMALL)
            self.y -= 3

    def _head(self, columns: Sequence[Col]) -> None:
        self.y -= 11
        self._cells(columns, [col.title for col in columns], QUIET)
        self.y -= 4
        self.rule()

    def _cells(self, columns: Sequence[Col], cells: Sequence[str], style: Style) -> None:
        x = LEFT
        for cell, col in zip(cells, columns, strict=True):
            wide = col.share * (RIGHT - LEFT)
            self.text(cell, style, x=x + wide - (2 if col is columns[-1] else 8) if col.right else x, right=col.right)
            x += wide

    def pdf(self, page_of: str) -> bytes:
        """The file; `page_of` says the number of a page and how many there are."""
        out = io.BytesIO()
        canvas = Canvas(out, pagesize=A4, invariant=True, pageCompression=0)
        canvas.setTitle(self.title)
        canvas.setAuthor("Farthing")
        for number, page in enumerate(self.pages, 1):
            for one in (*page, *self._foot(page_of.format(page=number, pages=len(self.pages)))):
                _draw(canvas, one)
            canvas.showPage()
        canvas.save()
        return out.getvalue()

    def _foot(self, numbered: str) -> Iterator[Mark]:
        y = BOTTOM - 12
        yield Rule(y + 10)
        for line in self.foot:
            yield Text(LEFT, y, line, Style(6.5, colour=MUTED))
            y -= 9
        yield Text(RIGHT, 30, numbered, Style(7.5, colour=MUTED), right=True)


def runs(text: str, *, bold: bool = False) -> Iterator[tuple[str, str]]:
    """(font, text) in order: each letter in the font that has it."""
    for chinese, letters in groupby(text, lambda letter: not _western(letter)):
        yield CHINESE if chinese else BOLD if bold else LATIN, "".join(letters)


def width(text: str, style: Style) -> float:
    """How wide a line comes out."""
    return float(sum(stringWidth(part, font, style.size) for font, part in runs(text, bold=style.bold)))


def broken(text: str, style: Style, wide: float) -> list[str]:
    """The text in lines no wider than this: broken between words, and between any two Chinese letters."""
    lines, line = [], ""
    for word in _words(text):
        if line and width(line + word.rstrip(), style) > wide:
            lines.append(line.rstrip())
            line = word.lstrip()
        else:
            line += word
    return [*lines, line.rstrip()]


def _words(text: str) -> Iterator[str]:
    word = ""
    for letter in text:
        if ord(letter) >= _WIDEST_ASCII:
            yield from filter(None, (word, letter))
            word = ""
        else:
            word += letter
            if letter == " ":
                yield word
                word = ""
    if word:
        yield word


def _western(letter: str) -> bool:
    try:
        return ord(letter) < _WIDEST_ASCII and bool(letter.encode("cp1252"))
    except UnicodeEncodeError:
        return False


def _draw(canvas: Canvas, one: Mark) -> None:
    if isinstance(one, Rule):
        canvas.setStrokeColorRGB(*LINE)
        canvas.setLineWidth(0.6)
        canvas.line(LEFT, one.y, RIGHT, one.y)
        return
    if isinstance(one, Path):
        _draw_path(canvas, one)
        return
    canvas.setFillColorRGB(*one.style.colour)
    x = one.x - width(one.text, one.style) if one.right else one.x
    for font, part in runs(one.text, bold=one.style.bold):
        canvas.setFont(font, one.style.size)
        canvas.drawString(x, one.y, part)
        x += stringWidth(part, font, one.style.size)


def _draw_path(canvas: Canvas, one: Path) -> None:
    canvas.setStrokeColorRGB(*one.colour)
    canvas.setLineWidth(one.thick)
    canvas.setDash((2.5, 2) if one.dashed else ())
    path = canvas.beginPath()
    path.moveTo(*one.points[0])
    for point in one.points[1:]:
        path.lineTo(*point)
    canvas.drawPath(path)
    canvas.setDash()
