"""Taking a bill up: what is written on it, who they are, and whether it or one of its invoices is known already."""

from __future__ import annotations

from collections.abc import Mapping

from farthing.domain.bill.bill import BillKind
from farthing.domain.calendar import add_months, business_day
from farthing.domain.errors import Invalid
from farthing.domain.money import parse_yuan
from farthing.flows.bill.act import error_of
from farthing.flows.bill.draw import DrawBillRequest, Invoice, check_bill, draw_bill
from farthing.flows.queries.bills import names_of
from farthing.flows.queries.parties import named
from farthing.web import figures, tables
from farthing.web.bill import form
from farthing.web.bill.form import Form, Looked
from farthing.web.line.fields import Field, Filled
from farthing.web.tables import Cell, Column
from farthing.web.text import Words
from farthing.web.visit import Visit

HANDS = ("drawer", "acceptor", "payee")


def dialog(visit: Visit) -> None:
    """The form, for today."""
    words, today = visit.words, visit.house.clock.today()
    yes_no = {"yes": words("word.yes"), "no": words("word.no")}
    asks = (
        Field("bill_number", "text"),
        Field("bill_kind", "choice", BillKind.COMMERCIAL, {kind.value: words(f"bill.kind.{kind.value}") for kind in BillKind}),
        *(Field(hand, "text") for hand in HANDS),
        Field("amount", "money", word="bill.face"),
        Field("drawn_on", "day", str(today)),
        Field("matures_on", "day", str(add_months(today, visit.house.bill_product.most_months))),
        Field("transferable", "choice", "yes", yes_no),
        Field("invoices", "lines"),
    )

    async def look(told: Filled) -> Looked:
        request = await _request(visit, told)
        checked = await visit.ask(check_bill, request)
        names = await visit.ask(names_of, [getattr(request, hand) for hand in HANDS])

        def paint() -> None:
            tables.table([Column(words("word.what")), Column(words("word.value"))], rows(words, request, names), words("bill.act.take_up"))
            if checked.refusal is not None:
                form.refusal(visit, error_of(checked.refusal), checked.others)

        return Looked(paint, None if checked.refusal else draw_bill, request, then=lambda made: f"/bills/{made.bill}")

    form.show(Form(visit, "take_up", asks, look))


def rows(words: Words, request: DrawBillRequest, names: Mapping[str, str]) -> list[list[Cell]]:
    """What will be taken up, with the names behind the ids."""
    hands: list[list[Cell]] = [[words(f"bill.{hand}"), names.get(getattr(request, hand)) or words("word.erased")] for hand in HANDS]
    gross = sum(one.gross_fen for one in request.invoices)
    trade = words("bill.trade.of", count=len(request.invoices), gross=figures.money(gross))
    due = figures.day(business_day(request.matures_on))
    return [*hands, [words("bill.face"), figures.money(request.amount_fen)], [words("bill.falls_due"), due], [words("bill.trade"), trade]]


def invoices(text: str) -> tuple[Invoice, ...]:
    """One invoice a line: its number, a space, its total in yuan."""
    found = []
    for line in filter(None, (line.strip() for line in text.splitlines())):
        number, _, yuan = line.rpartition(" ")
        if not number.strip():
            raise Invalid("bad_invoice_line", f"{line[:60]!r} is no invoice with its total.", "Write: number, a space, yuan.")
        found.append(Invoice(number.strip(), parse_yuan(yuan)))
    return tuple(found)


async def _request(visit: Visit, told: Filled) -> DrawBillRequest:
    drawer, acceptor, payee = [(await visit.ask(named, told.text(hand))).id for hand in HANDS]
    return DrawBillRequest(
        told.text("bill_number"), BillKind(told.text("bill_kind")), drawer, acceptor, payee, told.fen("amount"), told.day("drawn_on"),
        told.day("matures_on"), invoices(told.text("invoices")), transferable=told.text("transferable") == "yes",
    )  # fmt: skip
