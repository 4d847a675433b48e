"""Borrowing: a slider for the amount and the day, the exact cost underneath, and the whole cost before consent (PR-01, PR-03)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from nicegui import ui

from farthing.domain.calendar import add_months
from farthing.domain.errors import FarthingError
from farthing.domain.money import FEN_PER_YUAN, parse_yuan
from farthing.flows.line.draw import DrawRequest, draw
from farthing.flows.line.seen import seen
from farthing.flows.queries.lines import LineView
from farthing.flows.queries.my import kept
from farthing.flows.quote import DrawQuote, quote_draw
from farthing.web import figures, tables, theme
from farthing.web.tables import Cell, Column
from farthing.web.text import Words, explain
from farthing.web.visit import Visit

USUAL_DAYS = 30


@dataclass(slots=True)
class _Form:
    """What stands in the form."""

    visit: Visit
    view: LineView
    today: dt.date
    use: ui.radio | None = None

    @property
    def consumption(self) -> bool:
        """Is it for consumption? Only where the product allows it is that asked."""
        return self.use is not None and self.use.value == "consumption"


def form(visit: Visit, view: LineView, today: dt.date) -> None:
    """Amount and days by slider or by hand; the cost follows at once."""
    words, filled = visit.words, _Form(visit, view, today)
    least, most = yuan_up(view.terms.draw_min_fen), view.state.headroom_fen // FEN_PER_YUAN
    days_most = (add_months(today, view.terms.tenor_months) - today).days
    with ui.element("section").classes("card w-full flex flex-col gap-2"):
        theme.heading(words("draw.title"))
        step = step_of(most)
        start = min(max(most // 4 // step * step, least), most)
        amount = ui.input(words("draw.amount"), value=str(start)).props('outlined inputmode="decimal" prefix="¥"').classes("w-full")
        slide = ui.slider(min=least, max=most, step=step, value=start).props(f'aria-label="{words("draw.amount")}"')
        days_told = ui.label().classes("text-sm")
        days = ui.slider(min=1, max=days_most, step=1, value=min(USUAL_DAYS, days_most)).props(f'aria-label="{words("draw.days.label")}"')
        cost = ui.label().classes("text-lg font-semibold").props('role="status"')
        ui.label(words("draw.note")).classes("muted text-sm")
        filled.use = _use(words, view)

        async def reckon() -> None:
            until = today + dt.timedelta(days=int(days.value or 1))
            days_told.set_text(words("draw.days", days=int(days.value or 1), day=figures.day(until)))
            cost.set_text(await _cost(filled, amount.value or "", until))

        async def slid() -> None:
            amount.set_value(str(int(slide.value or least)))
            await reckon()

        slide.on("update:model-value", slid, throttle=0.2, leading_events=False)
        days.on("update:model-value", reckon, throttle=0.2, leading_events=False)
        amount.on("update:model-value", reckon, throttle=0.4, leading_events=False)
        ui.timer(0.05, reckon, once=True)
        button = ui.button(words("draw.look")).props("unelevated no-caps").classes("w-full py-3")

        async def look() -> None:
            await _look(filled, amount)

        button.on_click(look)


def _use(words: Words, view: LineView) -> ui.radio | None:
    """Business or consumption, where the line may be used for either."""
    cap_fen = view.terms.consumption_cap_fen
    if not cap_fen:
        return None
    ui.label(words("draw.use")).classes("text-sm")
    uses = {"business": words("draw.use.business"), "consumption": words("draw.use.consumption", amount=figures.money(cap_fen))}
    return ui.radio(uses, value="business").props("inline dense")


def yuan_up(amount_fen: int) -> int:
    """Whole yuan that are at least the amount."""
    return -(-amount_fen // FEN_PER_YUAN)


def step_of(most: int) -> int:
    """A round step that gives a slider some hundred places."""
    step = 1
    while most // step > 300:
        step *= 10
    return step


async def _cost(filled: _Form, text: str, until: dt.date) -> str:
    words = filled.visit.words
    try:
        found = await filled.visit.ask(kept, filled.view.terms.line, parse_yuan(text), until)
    except FarthingError as refused:
        return " ".join(explain(words, refused))
    return words("draw.cost", interest=figures.money(found.interest_fen), total=figures.money(found.amount_fen + found.interest_fen))


async def _look(filled: _Form, amount: ui.input) -> None:
    """The whole cost, and only then the button that borrows."""
    visit, words = filled.visit, filled.visit.words
    try:
        amount_fen = parse_yuan(amount.value or "")
        quote = await visit.ask(quote_draw, filled.view.terms.line, amount_fen, consumption=filled.consumption)
    except FarthingError as refused:
        theme.trouble(words, *explain(words, refused))
        return
    if quote.refusal is not None:
        known = words.knows(f"error.{quote.refusal.code}")
        message = words(f"error.{quote.refusal.code}") if known else quote.refusal.message
        theme.trouble(words, message, words(f"error.{quote.refusal.code}.todo") if known else quote.refusal.remedy)
        return
    with ui.dialog(value=True) as asked, ui.element("div").classes("card bg-white w-full flex flex-col gap-3"):
        theme.heading(words("draw.sure"))
        columns, rows = disclosure(words, filled.view, quote)
        tables.table(columns, rows, words("draw.sure"))
        _plan(words, quote)
        ui.label(words("draw.consent")).classes("text-sm")
        button = ui.button(words("draw.yes", amount=figures.money(amount_fen))).props("unelevated no-caps").classes("w-full py-3")
        ui.button(words("word.back"), on_click=asked.close).props("flat no-caps").classes("w-full")

        async def go() -> None:
            button.disable()
            wanted = DrawRequest(filled.view.terms.line, amount_fen, seen(filled.view.state), filled.consumption)
            made = await visit.act(draw, wanted, visit.key("draw"))
            asked.close()
            if made is not None:
                ui.notify(words("draw.done", amount=figures.money(made.amount_fen)), type="positive", position="top")
                ui.navigate.to("/my")

        button.on_click(go)


def disclosure(words: Words, view: LineView, quote: DrawQuote) -> tuple[list[Column], list[list[Cell]]]:
    """Every part of the cost, the yearly rates first; what costs nothing says so."""
    cost = quote.cost
    rows: list[list[Cell]] = [
        [words("cost.simple"), figures.share(cost.simple_ppm)],
        [words("cost.effective"), figures.share(cost.effective_ppm)],
        [words("cost.daily"), f"{view.terms.rate.daily_percent():.4f} %"],
        [words("cost.received"), figures.money(cost.received_fen)],
        [words("cost.interest"), figures.money(cost.interest_fen)],
        [words("cost.fees"), figures.money(0)],
        [words("cost.early"), figures.money(0)],
        [words("cost.total"), figures.money(cost.received_fen + cost.interest_fen)],
    ]
    return [Column(words("word.what")), Column(words("word.value"), right=True)], rows


def _plan(words: Words, quote: DrawQuote) -> None:
    rows: list[list[Cell]] = [[figures.day(due.due_on), figures.money(due.total_fen)] for due in quote.cost.schedule]
    with ui.element("details").classes("w-full"):
        with ui.element("summary"):
            ui.label(words("cost.plan", count=len(rows))).classes("inline")
        tables.table([Column(words("word.day")), Column(words("word.total"), right=True)], rows, words("cost.plan", count=len(rows)))
