"""A model's validation report: the page, and the paper that comes from the same parts."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from nicegui import ui

from farthing import wiring
from farthing.domain.errors import FarthingError, Forbidden, NotFound, Unavailable
from farthing.domain.staff import Role
from farthing.flows.queries.model import report as reading
from farthing.flows.queries.model.paper import Grid, Plot, Said, Section, Text, spoken
from farthing.web import charts, tables, theme
from farthing.web.away import away, plain
from farthing.web.charts import Figures, Options, Picture
from farthing.web.model.named import called
from farthing.web.session import LANGUAGE_COOKIE, Sessions
from farthing.web.tables import Cell, Column
from farthing.web.text import Words, explain, language_of
from farthing.web.visit import Visit, writable

STATUS = {NotFound: 404, Forbidden: 403}
PPM = 1_000_000
READERS = (Role.RISK_MANAGER, Role.AUDITOR)
Speak = Callable[[Text], str]


async def show(visit: Visit) -> None:
    """What it is, then each question with what answers it."""
    found = await visit.ask(reading.report, visit.path("model"))
    words, card = visit.words, found.card

    def speak(text: Text) -> str:
        return spoken(text, words, zh=words.language == "zh")

    with theme.workbench(visit.reader, words("report.title"), "/models"):
        with ui.row().classes("w-full items-center gap-3"):
            theme.heading(called(words, card))
            if card.synthetic:
                theme.synthetic_label(words, "synthetic.data")
            ui.element("div").classes("grow")
            ui.link(words("report.drift"), f"/models/{card.id}/drift")
            ui.button(words("report.save"), on_click=lambda: ui.download(f"/models/{card.id}/report.pdf")).props("unelevated no-caps")
        with ui.element("section").classes("card w-full flex flex-col gap-2"):
            columns = [Column(words("word.what")), Column(words("word.value"))]
            tables.table(columns, [[speak(name), speak(value)] for name, value in found.facts], words("report.title"))
        for number, section in enumerate(found.sections, 1):
            _section(words, number, section, speak, card.synthetic)


def _section(words: Words, number: int, section: Section, speak: Speak, synthetic: bool) -> None:
    with ui.element("section").classes("w-full flex flex-col gap-3"):
        ui.label(f"{number}. {speak(section.title)}").classes("text-lg").props("role=heading aria-level=2")
        with ui.element("div").classes("w-full flex flex-wrap gap-5 items-start"):
            for part in section.parts:
                if isinstance(part, Plot):
                    _picture(words, part, speak, synthetic)
                else:
                    _card(part, speak, titled=part.title != section.title)


def _picture(words: Words, plot: Plot, speak: Speak, synthetic: bool) -> None:
    columns, rows = _table(plot.grid, speak)
    picture = Picture(speak(plot.title), speak(plot.note), _drawn(plot, speak), Figures(columns, rows), synthetic, label="synthetic.data")
    charts.draw(picture, words)


def _card(part: Grid | Said, speak: Speak, *, titled: bool) -> None:
    with ui.element("section").classes("card flex flex-col gap-2 grow basis-[420px] min-w-0"):
        if titled:
            theme.heading(speak(part.title))
        if isinstance(part, Said):
            for sentence in part.sentences:
                ui.label(speak(sentence)).classes("text-sm").style("white-space:normal")
            return
        columns, rows = _table(part, speak)
        tables.table(columns, rows, speak(part.title))
        if part.note:
            ui.label(speak(part.note)).classes("muted text-xs").style("white-space:normal")


def _table(grid: Grid, speak: Speak) -> tuple[list[Column], list[list[Cell]]]:
    columns = [Column(speak(head.title), right=head.right, roomy=head.roomy) for head in grid.heads]
    return columns, [[speak(cell) for cell in row] for row in grid.rows]


def _drawn(plot: Plot, speak: Speak) -> Options:
    if plot.marks:
        return charts.lines(plot.marks, {speak(line.name): [round(one / PPM, 3) for one in line.y] for line in plot.lines}, "")
    return charts.shares_against({speak(line.name): _percents(line.x, line.y) for line in plot.lines})


def _percents(x: tuple[int, ...], y: tuple[int, ...]) -> list[tuple[float, float]]:
    return [(round(100 * one / PPM, 2), round(100 * other / PPM, 2)) for one, other in zip(x, y, strict=True)]


def router(sessions: Sessions) -> APIRouter:
    """`/models/{model}/report.pdf`, in the reader's language."""
    papers = APIRouter(include_in_schema=False)

    @papers.get("/models/{model}/report.pdf")
    def paper(request: Request, model: str) -> Response:
        words = Words(language_of(request.cookies.get(LANGUAGE_COOKIE)))
        try:
            reader = sessions.reader(request)
            if reader is None:
                return RedirectResponse("/login", 303)
            content = wiring.report_paper(reading.report(sessions.house, reader.actor, writable(model)), words.language)
        except Unavailable as down:
            return away(request, down)
        except FarthingError as refused:
            return plain(words, explain(words, refused), STATUS.get(type(refused), 422), ("/models", words("trouble.home")))
        headers = {"content-disposition": f'attachment; filename="report-{model}.pdf"', "cache-control": "no-store"}
        return Response(content, media_type="application/pdf", headers=headers)

    return papers
