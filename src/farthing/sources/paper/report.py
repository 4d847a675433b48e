"""A model's validation report on paper, in Chinese or in English: the same bytes for the same card."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from farthing.flows.queries.model.paper import Grid, Plot, Said, Section, Text, spoken, titled
from farthing.flows.queries.model.report import Report
from farthing.sources.paper.plot import HEIGHT, Frame, marks_of
from farthing.sources.paper.sheet import ACCENT, HEAD, LEFT, MUTED, RIGHT, WARN, Col, Sheets, Style, broken
from farthing.sources.paper.words import Language, Words, words_in

Speak = Callable[[Text], str]
GAP = 14.0
_QUESTION, _PICTURE, _NOTE, _BODY = Style(14.0, bold=True, colour=ACCENT), Style(9.0, bold=True), Style(7.0, colour=MUTED), Style(8.5)


def report_pdf(report: Report, language: Language) -> bytes:
    """The report as a PDF."""
    words, card = words_in(language), report.card

    def speak(text: Text) -> str:
        return spoken(text, words, zh=language == "zh")

    foot = (words("report.foot", model=card.id, artefact=card.artefact), words("report.foot.verify"))
    sheets = Sheets(f"{words('report.title')} {card.id}", foot)
    _heading(sheets, words, report, speak)
    for number, section in enumerate(report.sections, 1):
        sheets.room(110)
        sheets.gap(22)
        sheets.line(f"{number}. {speak(section.title)}", _QUESTION)
        _parts(sheets, section, speak)
    return sheets.pdf(words("paper.page"))


def _heading(sheets: Sheets, words: Words, report: Report, speak: Speak) -> None:
    card = report.card
    sheets.gap(16)
    sheets.text(words("house.name"), Style(10, colour=ACCENT))
    if card.synthetic:
        sheets.text(words("report.synthetic"), Style(10, bold=True, colour=WARN), x=RIGHT, right=True)
    sheets.gap(26)
    sheets.text(words("report.title"), Style(18, bold=True))
    sheets.gap(6)
    sheets.line(speak(titled(card.title)), Style(11))
    sheets.gap(8)
    sheets.rule()
    for name, value in report.facts:
        sheets.gap(3)
        top = sheets.y
        for part in broken(speak(value), _BODY, RIGHT - LEFT - 118):
            sheets.gap(11.5)
            sheets.text(part, _BODY, x=LEFT + 118)
        below, sheets.y = sheets.y, top - 11.5
        sheets.text(speak(name), Style(8.5, colour=MUTED))
        sheets.y = below


def _parts(sheets: Sheets, section: Section, speak: Speak) -> None:
    """Tables and sentences first, then the pictures, then what they are drawn from."""
    plots = [part for part in section.parts if isinstance(part, Plot)]
    for part in section.parts:
        if isinstance(part, Grid):
            _grid(sheets, part, speak, titled=part.title != section.title)
        elif isinstance(part, Said):
            _said(sheets, part, speak)
    for start in range(0, len(plots), 2):
        _pictures(sheets, plots[start : start + 2], speak)
    for plot in plots:
        _grid(sheets, plot.grid, speak)


def _said(sheets: Sheets, part: Said, speak: Speak) -> None:
    sheets.room(40)
    sheets.gap(8)
    sheets.line(speak(part.title), HEAD)
    for sentence in part.sentences:
        sheets.gap(2)
        sheets.line(f"- {speak(sentence)}", _BODY)


def _grid(sheets: Sheets, grid: Grid, speak: Speak, *, titled: bool = True) -> None:
    columns = [Col(speak(head.title), head.hundredths / 100, head.right) for head in grid.heads]
    sheets.table(speak(grid.title) if titled else "", columns, [[speak(cell) for cell in row] for row in grid.rows])
    if grid.note:
        sheets.gap(3)
        sheets.line(speak(grid.note), _NOTE)


def _pictures(sheets: Sheets, pair: Sequence[Plot], speak: Speak) -> None:
    """Two beside each other, each under its name and over what it rests on."""
    wide = (RIGHT - LEFT - GAP) / 2
    notes = [broken(speak(plot.note), _NOTE, wide) for plot in pair]
    sheets.room(HEIGHT + 34 + 9 * max(map(len, notes)))
    sheets.gap(22)
    top = sheets.y
    for place, (plot, note) in enumerate(zip(pair, notes, strict=True)):
        left = LEFT + place * (wide + GAP)
        sheets.y = top
        sheets.text(speak(plot.title), _PICTURE, x=left)
        say = {"x": speak(plot.x)} | {f"line{number}": speak(line.name) for number, line in enumerate(plot.lines)}
        for mark in marks_of(plot, Frame(left, top, wide, say)):
            sheets.put(mark)
        sheets.y = top - HEIGHT
        for part in note:
            sheets.gap(9)
            sheets.text(part, _NOTE, x=left)
    sheets.y = top - HEIGHT - 9 * max(map(len, notes))
