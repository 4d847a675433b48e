"""The inventory: nine classes of models, each with who answers for it and until when it may be used (IL-11)."""

from __future__ import annotations

from markupsafe import Markup
from nicegui import ui

from farthing.domain.model_card import ModelCard, ModelStatus
from farthing.flows.queries.dimension.score import MARKETS, ScoreKind
from farthing.flows.queries.models import Challenge, Inventory, InventoryRow
from farthing.web import figures, tables, theme
from farthing.web.model.named import called
from farthing.web.tables import Cell, Column
from farthing.web.text import Words

SOON_DAYS = 30
_SHAPES = {
    ModelStatus.APPROVED: ("approve", "●"), ModelStatus.CHALLENGER: ("refer", "◐"), ModelStatus.STANDBY: ("muted", "○"),
    ModelStatus.DRAFT: ("muted", "◌"), ModelStatus.RETIRED: ("muted", "×"),
}  # fmt: skip


def table(words: Words, found: Inventory) -> None:
    """A row a model, and one for each class that has none."""
    shown, roomy = ("class", "model", "status"), ("valid", "drift", "market", "reviewed", "owner", "approver")
    columns = [Column(words(f"inventory.{name}"), roomy=name in roomy) for name in (*shown, *roomy)]
    rows: list[list[Cell]] = []
    for one, models in found.classes:
        name = words(f"inventory.class.{one.value}")
        if not models:
            rows.append([name, Markup('<span class="muted">{}</span>').format(words("inventory.empty")), *[""] * 7])
        for row in models:
            rows.append(
                [
                    name,
                    _page(words, row.card),
                    status(words, row),
                    valid(words, row),
                    _alarms(words, row),
                    row.card.market,
                    _day(row),
                    *_people(row),
                ]
            )
            name = ""
    with ui.element("section").classes("card w-full flex flex-col gap-2"):
        theme.heading(words("inventory.title"))
        ui.label(words("inventory.told")).classes("muted text-sm")
        tables.table(columns, rows, words("inventory.title"))


def _page(words: Words, card: ModelCard) -> Cell:
    """What the model is called, and the way to its page."""
    return Markup('<a href="/models/{}">{}</a>').format(card.id, called(words, card))


def dimensions_of(card: ModelCard) -> ScoreKind | None:
    """Whom a card of five dimensions is for; None for any other."""
    return next((kind for kind, market in MARKETS.items() if market == card.market), None)


def status(words: Words, row: InventoryRow) -> Markup:
    """Where it stands, by word, shape and colour."""
    style, shape = _SHAPES[row.card.status]
    return Markup('<span class="{} nowrap">{} {}</span>').format(style, shape, words(f"models.{row.card.status.value}"))


def valid(words: Words, row: InventoryRow) -> Markup | str:
    """Until when, and whether that is soon or past."""
    if row.card.valid_until is None or row.days_left is None:
        return words("inventory.no_end")
    day = figures.day(row.card.valid_until)
    if row.late:
        return Markup('{} <span class="decline nowrap">{}</span>').format(day, words("inventory.late"))
    if row.card.status is not ModelStatus.RETIRED and row.days_left <= SOON_DAYS:
        return Markup('{} <span class="refer nowrap">{}</span>').format(day, words("inventory.soon", days=row.days_left))
    return day


def _alarms(words: Words, row: InventoryRow) -> Cell:
    """How many alarms its newest month raised, and the way to them; nothing of what scores nobody, or of whom nothing was counted."""
    if row.card.status is not ModelStatus.APPROVED:
        return ""
    if not row.counted:
        return "—"
    text = words("inventory.alarms", count=row.alarms) if row.alarms else words("inventory.quiet")
    mark = Markup('<a class="{}" href="/models/{}/drift">{}</a>')
    return mark.format("decline nowrap" if row.alarms else "muted nowrap", row.card.id, f"▲ {text}" if row.alarms else text)


def challenge(words: Words, one: Challenge) -> None:
    """What a challenger would have led to: nobody was told and nothing came of it."""
    with ui.element("section").classes("card w-full flex flex-col gap-2"):
        theme.heading(words("challenge.title", title=called(words, one.card)))
        since = figures.day(one.since) if one.since else "—"
        ui.label(words("challenge.told", since=since, seen=one.seen)).classes("muted text-sm")
        if not one.seen:
            ui.label(words("challenge.none")).classes("muted text-sm")
            return
        columns = [Column(words("challenge.used")), Column(words("challenge.would")), Column(words("challenge.decisions"), right=True),
                   Column(words("challenge.used_limit"), right=True), Column(words("challenge.would_limit"), right=True)]  # fmt: skip
        rows: list[list[Cell]] = [
            [theme.chip(swap.used, words), theme.chip(swap.would, words), f"{swap.decisions:,}", figures.money(swap.used_limit_fen),
             figures.money(swap.would_limit_fen)]
            for swap in one.swaps
        ]  # fmt: skip
        tables.table(columns, rows, words("challenge.title", title=called(words, one.card)))
        if one.used_pd_ppm is not None and one.would_pd_ppm is not None:
            ui.label(words("challenge.pd", used=figures.share(one.used_pd_ppm), would=figures.share(one.would_pd_ppm))).classes("text-sm")


def _day(row: InventoryRow) -> str:
    return figures.day(row.card.reviewed_on) if row.card.reviewed_on else "—"


def _people(row: InventoryRow) -> tuple[str, str]:
    return row.card.accountable.owner, row.card.accountable.approver
