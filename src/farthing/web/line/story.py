"""What happened on a line, the newest first: each event and bill in words, why, and the balance after it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from markupsafe import Markup
from nicegui import ui

from farthing.domain.arrears import Concession
from farthing.domain.event import Body
from farthing.domain.line_event import (
    Assessed,
    CouponGranted,
    Drawn,
    Extended,
    Relieved,
    Restructured,
    Reversed,
    Sold,
    Varied,
    Waived,
)
from farthing.flows.queries.lines import LineView
from farthing.web import figures, tables, theme
from farthing.web.line.terms import ground, running
from farthing.web.tables import Cell, Column
from farthing.web.text import Words


def card(words: Words, view: LineView) -> None:
    """The story as a table to read and to save."""
    with ui.element("section").classes("card w-full flex flex-col gap-2"):
        with ui.row().classes("items-center gap-3"):
            theme.heading(words("line.story"))
            if view.synthetic:
                theme.synthetic_label(words)
        columns, rows = story(words, view)
        tables.table(columns, rows, words("line.story"))
        tables.export(columns, rows, "line", words)


def story(words: Words, view: LineView) -> tuple[list[Column], list[list[Cell]]]:
    """Each event and bill with how it was split; a column of penalty only where there ever was some."""
    fined = any(one.penalty_fen or one.penalty_after_fen for one in view.timeline)
    columns = [Column(words("word.day")), Column(words("word.event")), Column(words("word.amount"), right=True),
               Column(words("word.principal"), right=True), Column(words("word.interest"), right=True),
               *([Column(words("line.penalty"), right=True)] if fined else []),
               Column(words("line.principal_after"), right=True), Column(words("word.headroom"), right=True)]  # fmt: skip
    rows: list[list[Cell]] = []
    for one in reversed(view.timeline):
        body = view.bodies.get(one.event or "")
        name = (
            Markup("<s>{}</s> {}").format(words(f"event.{one.kind}"), words("line.taken_back"))
            if one.taken_back
            else words(f"event.{one.kind}")
        )
        late = words("line.learned", day=figures.day(one.known_on)) if one.known_on > one.on and not view.synthetic else ""
        notes = [note for note in (told(words, view, body), ground(words, one.ground) if one.ground else "", late) if note]
        event = Markup('{} <span class="muted">{}</span>').format(name, " · ".join(notes)) if notes else name
        parts = (one.amount_fen, one.principal_fen, one.interest_fen, *((one.penalty_fen,) if fined else ()))
        amounts: list[Cell] = [figures.money(fen) if fen else "—" for fen in parts]
        if one.taken_back:
            amounts = [Markup("<s>{}</s>").format(amount) if amount != "—" else amount for amount in amounts]
        day = Markup('<span class="nowrap">{}</span>').format(figures.day(one.on))
        rows.append([day, event, *amounts, figures.money(one.principal_after_fen), figures.money(one.headroom_after_fen)])
    return columns, rows


def told(words: Words, view: LineView, body: Body | None) -> str:
    """What an event says besides its amount; empty where its name says all."""
    say = _SAID.get(type(body))
    return say(words, view, body) if say is not None else ""


def _reversed(words: Words, view: LineView, body: Reversed) -> str:
    gone = next((one for one in view.timeline if one.event == body.event), None)
    if gone is None:
        return ""
    return words("story.reversed", what=words(f"event.{gone.kind}"), amount=figures.money(gone.amount_fen), day=figures.day(gone.on))


def _varied(words: Words, _: LineView, body: Varied) -> str:
    parts = [
        words("story.rate", rate=words("rate.annual", percent=f"{body.rate.annual_percent():.2f}")) if body.rate else "",
        "" if body.limit_fen is None else words("story.limit", amount=figures.money(body.limit_fen)),
        words("story.expires", day=figures.day(body.expires_on)) if body.expires_on else "",
    ]
    return words("comma").join(part for part in parts if part)


def _extended(words: Words, _: LineView, body: Extended) -> str:
    return words("story.extended", number=body.number, day=figures.day(body.matures_on))


def _coupon(words: Words, _: LineView, body: CouponGranted) -> str:
    return running(words, body.coupon)


def _relieved(words: Words, _: LineView, body: Relieved) -> str:
    parts = [
        words("line.holiday.until", day=figures.day(body.holiday_until)) if body.holiday_until else "",
        words("story.later", months=body.later_months) if body.later_months else "",
        running(words, body.coupon) if body.coupon else "",
    ]
    return words("comma").join(part for part in parts if part)


_TOLD_BY_AMOUNT = (Concession.GRACE, Concession.LOWER_RATE, Concession.FORGIVENESS)


def restructured(words: Words, _: LineView | None, body: Restructured) -> str:
    """Why, what was conceded, when all of it matures, what was let go of."""
    waived = body.waived_principal_fen + body.waived_interest_fen + body.waived_penalty_fen
    given = words("list").join(words(f"concession.{one}") for one in body.concessions if one not in _TOLD_BY_AMOUNT)
    parts = [
        words(f"difficulty.{body.difficulty}"), given, words("story.matures", day=figures.day(body.matures_on)),
        words("line.holiday.until", day=figures.day(body.holiday_until)) if body.holiday_until else "",
        words("story.rate", rate=words("rate.annual", percent=f"{body.rate.annual_percent():.2f}")) if body.rate else "",
        words("story.waived", amount=figures.money(waived)) if waived else "",
    ]  # fmt: skip
    return words("comma").join(part for part in parts if part)


def waived(words: Words, _: LineView | None, body: Waived) -> str:
    """Of what so much was let go."""
    parts = [
        f"{words(key)} {figures.money(fen)}"
        for key, fen in (("word.interest", body.interest_fen), ("line.penalty", body.penalty_fen))
        if fen
    ]
    return words("comma").join(parts)


def _assessed(words: Words, _: LineView, body: Assessed) -> str:
    return f"{words(f'class.{body.floor}')}{words('comma')}{words(f'rule.{body.rule}') if words.knows(f'rule.{body.rule}') else body.rule}"


def sold(words: Words, _: LineView | None, body: Sold) -> str:
    """To whom, for how much."""
    return words("story.sold", buyer=body.buyer, price=figures.money(body.price_fen))


def _drawn(words: Words, _: LineView, body: Drawn) -> str:
    return words("story.consumption") if body.consumption else ""


_SAID: Mapping[type, Callable[[Words, Any, Any], str]] = MappingProxyType({
    Reversed: _reversed, Varied: _varied, Extended: _extended, CouponGranted: _coupon, Relieved: _relieved, Restructured: restructured,
    Waived: waived, Assessed: _assessed, Sold: sold, Drawn: _drawn,
})  # fmt: skip
