"""The trial balance, and down from any of its figures: an account's days, the lines under a day's posting, the event with its proof."""

from __future__ import annotations

import datetime as dt

from markupsafe import Markup
from nicegui import ui

from farthing.domain.errors import Invalid
from farthing.domain.ids import Prefix
from farthing.domain.staff import Role
from farthing.flows import prove
from farthing.flows.queries import log
from farthing.flows.queries import trial_balance as reading
from farthing.flows.queries.trial_balance import Asked, Breakdown, TrialBalance
from farthing.web import audit, figures, tables, theme
from farthing.web.lines import short
from farthing.web.tables import Cell, Column, Link, Place
from farthing.web.text import Words
from farthing.web.visit import Visit

SIZE = 60


async def show(visit: Visit) -> None:
    """Every account over some closed days; today's is the last close."""
    words = visit.words
    last = day_of(visit, "to") or await visit.ask(reading.last_closed)
    view = await visit.ask(reading.trial_balance, day_of(visit, "from") or last, last)
    with theme.workbench(visit.reader, words("books.title"), "/books"):
        with ui.row().classes("items-end gap-3"):
            _days(words, view)
            if visit.reader.actor.role is not Role.CREDIT_OFFICER:
                ui.space()
                ui.link(words("months.title"), "/months")
        with ui.element("section").classes("card w-full flex flex-col gap-2"):
            theme.heading(words("books.over", first=figures.day(view.first), last=figures.day(view.last)))
            said = words("books.balanced") if view.balanced else words("books.unbalanced")
            ui.label(f"{'✓' if view.balanced else '✗'} {said}").classes("approve" if view.balanced else "decline").style(
                "white-space:normal"
            )
            ui.label(words("books.sign")).classes("muted text-sm")
            columns, rows = sheet(words, view)
            tables.table(columns, rows, words("books.title"))
            tables.export(columns, rows, f"trial-balance-{view.last}", words)


def _days(words: Words, view: TrialBalance) -> None:
    first, last = (
        ui.input(words(key), value=figures.day(day)).props("outlined dense type=date stack-label").classes("w-44")
        for key, day in (("books.from", view.first), ("books.to", view.last))
    )
    place = Place("/books", {}, 0, 0)
    ui.button(
        words("books.show"), on_click=lambda: ui.navigate.to(place.href(**{"from": first.value or "", "to": last.value or ""}))
    ).props("outline no-caps")


def sheet(words: Words, view: TrialBalance) -> tuple[list[Column], list[list[Cell]]]:
    """The trial balance as a table: debits and credits of the days, balances with their sign."""
    columns = [Column(words("word.code")), Column(words("word.account")),
               *(Column(words(f"books.{name}"), right=True, roomy=name != "closing")
                 for name in ("opening", "debits", "credits", "closing"))]  # fmt: skip
    rows: list[list[Cell]] = []
    for row in view.rows:
        target = Place("/books/account", {"account": row.account.value[:4], "from": str(view.first), "to": str(view.last)}, 0, 0).href()
        moved = (row.debits_fen, row.credits_fen)
        rows.append(
            [
                row.account.value[:4], Link(words.pick(row.name_zh, row.name_en), target), figures.money(row.opening_fen),
                *(figures.money(fen) if fen else "—" for fen in moved), figures.money(row.closing_fen),
            ]
        )  # fmt: skip
    total = (view.opening_fen, view.debits_fen, view.credits_fen, view.closing_fen)
    rows.append(["", words("word.total"), *map(figures.money, total)])
    return columns, rows


async def show_account(visit: Visit) -> None:
    """What was posted to an account, day by day and product by product."""
    words, account, product = visit.words, reading.account_of(visit.query("account")), visit.query("product")
    first, last = _needed(visit, "from"), _needed(visit, "to")
    rows = await visit.ask(reading.daily, account, (first, last), product or None)
    asked = {name: visit.query(name) for name in ("account", "from", "to", "product", "offset")}
    place = Place("/books/account", asked, len(rows), SIZE)
    with theme.workbench(visit.reader, f"{account.value[:4]} {words.pick(*account.names)}", "/books"):
        ui.link(words("books.back"), Place("/books", {"from": str(first), "to": str(last)}, 0, 0).href())
        if not rows:
            theme.empty(words("books.account.none"), words("books.account.none.todo"))
            return
        with ui.element("section").classes("card w-full flex flex-col gap-2"):
            theme.heading(words("books.over", first=figures.day(first), last=figures.day(last)))
            ui.label(words("books.lines")).classes("muted text-sm")
            columns = [Column(words("word.day")), Column(words("word.product")), Column(words("books.debits"), right=True),
                       Column(words("books.credits"), right=True)]  # fmt: skip
            cells: list[list[Cell]] = [
                [
                    Link(figures.day(row.booked_on), _under(Asked(row.booked_on, row.product, account))),
                    figures.product(visit.house.products.get(row.product), row.product, words),
                    figures.money(row.amount_fen) if row.amount_fen > 0 else "",
                    figures.money(-row.amount_fen) if row.amount_fen < 0 else "",
                ]
                for row in rows[place.start : place.start + SIZE]
            ]  # fmt: skip
            tables.table(columns, cells, words("books.under"))
            with ui.row().classes("w-full items-center justify-between"):
                tables.pager(place, words)
                tables.export(columns, cells, f"account-{account.value[:4]}", words)


def _under(asked: Asked, after: str = "") -> str:
    told = {"day": str(asked.day), "product": asked.product, "account": asked.account.value[:4], "after": after}
    return Place("/books/posting", told, 0, 0).href()


async def show_posting(visit: Visit) -> None:
    """The lines that a day's posting is made of, and whether they add up to it."""
    words = visit.words
    asked = Asked(_needed(visit, "day"), visit.query("product"), reading.account_of(visit.query("account")))
    found = await visit.ask(reading.breakdown, asked, after=visit.query("after"))
    product = figures.product(visit.house.products.get(asked.product), asked.product, words)
    title = words("books.posting", account=words.pick(*asked.account.names), product=product, day=figures.day(asked.day))
    with theme.workbench(visit.reader, title, "/books"):
        days = {"account": asked.account.value[:4], "from": str(asked.day), "to": str(asked.day)}
        ui.link(words("books.back.account"), Place("/books/account", days, 0, 0).href())
        _adds_up(words, found)
        with ui.element("section").classes("card w-full flex flex-col gap-2"):
            if any(one.synthetic for one in found.parts):
                theme.synthetic_label(words)
            ui.label(words("books.parts.note", since=figures.day(found.since))).classes("muted text-sm")
            columns, cells = parts(words, found)
            tables.table(columns, cells, title)
            with ui.row().classes("w-full items-center justify-between"):
                ui.label(words("books.looked", looked=found.looked, of=found.candidates)).classes("muted text-sm")
                if found.more:
                    ui.link(words("table.on"), _under(asked, found.more))
                tables.export(columns, cells, f"posting-{asked.day}-{asked.account.value[:4]}", words)


def _adds_up(words: Words, found: Breakdown) -> None:
    with ui.element("div").classes("w-full flex flex-wrap gap-4"):
        theme.figure(words("books.posted"), figures.money(found.posted_fen), words("word.as_of", day=figures.day(found.asked.day)))
        if found.summed_fen is None:
            theme.figure(
                words("books.summed"),
                "—",
                words("books.summed.many", count=found.candidates) if found.candidates else words("books.no_lines"),
            )
            return
        missing = found.posted_fen - found.summed_fen
        note = f"✓ {words('books.adds_up')}" if not missing else f"✗ {words('books.differs', amount=figures.money(missing))}"
        theme.figure(words("books.summed"), figures.money(found.summed_fen), note)


def parts(words: Words, found: Breakdown) -> tuple[list[Column], list[list[Cell]]]:
    """Each line's part, by time with what it was reckoned from, and by the events that became known."""
    named = ("books.part", "books.before", "books.by_time", "books.by_events", "books.after")
    columns = [Column(words("word.line")), *(Column(words(key), right=True) for key in named), Column(words("books.how"))]
    rows: list[list[Cell]] = []
    for one in found.parts:
        moved = (one.by_time_fen, one.by_events_fen)
        events = Markup(" · ").join(
            Markup('<a class="row nowrap" href="/events/{}">{} {}</a>').format(
                event.id, figures.day(event.effective_on), words(f"event.{event.kind}")
            )
            for event in one.events
        )
        time = words("books.accrual", principal=figures.money(one.principal_fen), rate=f"{one.rate.daily_percent():.4f}", days=one.days)
        how = Markup(" · ").join(part for part in (time if one.by_time_fen and one.principal_fen else "", events) if part)
        amounts = (figures.money(one.part_fen), figures.money(one.before_fen), *(figures.money(fen) if fen else "—" for fen in moved))
        place = "bills" if one.line.startswith(Prefix.BILL) else "lines"
        rows.append([Link(short(one.line), f"/{place}/{one.line}"), *amounts, figures.money(one.after_fen), how])
    return columns, rows


async def show_event(visit: Visit) -> None:
    """One event: what it says, and where it stands in the journal."""
    words, sealed = visit.words, await visit.ask(prove.proof, visit.path("event"))
    event = sealed.event
    with theme.workbench(visit.reader, words(f"event.{event.kind}"), "/books"):
        if event.synthetic:
            theme.synthetic_label(words)
        with ui.element("section").classes("card w-full flex flex-col gap-2"):
            rows: list[list[Cell]] = [
                [words("word.day"), figures.day(event.effective_on)], [words("audit.known"), event.known_at.isoformat(sep=" ",
                timespec="seconds")[:19]],
                [words("word.who"), event.actor],
                [words("audit.stream"), Link(event.stream, f"/lines/{event.stream}") if event.stream.startswith("lin_") else event.stream],
            ]  # fmt: skip
            rows += [[name, str(value)] for name, value in log.told(event).items()]
            tables.table([Column(words("word.what")), Column(words("word.value"))], rows, event.id)
        audit.sealed_card(visit, sealed)


def day_of(visit: Visit, name: str) -> dt.date | None:
    """A day after the question mark; None when there is none. `Invalid` for what is no day."""
    text = visit.query(name)
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError:
        raise Invalid("bad_date", f"{text[:20]!r} is not a date.", "Write it like 2020-02-21.", field=name) from None


def _needed(visit: Visit, name: str) -> dt.date:
    day = day_of(visit, name)
    if day is None:
        raise Invalid("bad_date", f"{name} is not said.", "Come here from the trial balance.", field=name)
    return day
