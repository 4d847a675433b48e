"""How bills look: their state told by colour, shape and word; the hands they went through; exposure as bars under its cap."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from markupsafe import Markup

from farthing.domain.bill.bill import BANK, BillState, BillStatus
from farthing.domain.ids import Id
from farthing.web import figures
from farthing.web.text import Words

CSS = """
ol.hands { list-style: none; margin: 0; padding: 0; display: flex; flex-wrap: wrap; gap: 10px 0; align-items: stretch; }
ol.hands > li { display: flex; align-items: center; }
ol.hands > li + li::before { content: "→"; color: #5c646d; padding: 0 12px; }
ol.hands > li > div { border: 1px solid #e3e6ea; border-radius: 8px; padding: 8px 12px; min-width: 0; overflow-wrap: anywhere; }
ol.hands > li.holds > div { border: 2px solid #7a4a21; }
ol.hands span { display: block; color: #5c646d; font-size: .8rem; }
ol.uses { list-style: none; margin: 0; padding: 0; display: grid; grid-template-columns: minmax(0, 1fr); gap: 12px; }
ol.uses .line { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 2px 16px; font-size: .92rem; }
ol.uses .fen { font-variant-numeric: tabular-nums; }
ol.uses .room { height: 12px; background: #e9ecef; border-radius: 4px; overflow: hidden; display: flex; margin-top: 3px; }
ol.uses .room > i { display: block; height: 100%; background: #aab2ba; }
ol.uses .room > i.bills { background: #7a4a21; } ol.uses .room > i.over { background: #a4262c; }
"""
_LOOKS: Mapping[BillStatus, tuple[str, str]] = MappingProxyType({
    BillStatus.DRAWN: ("refer", "◆"), BillStatus.ACCEPTED: ("", "○"), BillStatus.DISCOUNTED: ("", "◐"),
    BillStatus.REDISCOUNTED: ("", "◑"), BillStatus.WRITTEN_OFF: ("decline", "□"),
    BillStatus.PRESENTED: ("refer", "◆"), BillStatus.DISHONOURED: ("decline", "■"), BillStatus.RECOURSE: ("decline", "■"),
    BillStatus.PAID: ("approve", "●"), BillStatus.RECOVERED: ("approve", "●"), BillStatus.REFUSED: ("muted", "□"),
    BillStatus.RETURNED: ("muted", "□"),
})  # fmt: skip
"""Colour and shape of each state."""


@dataclass(frozen=True, slots=True)
class Use:
    """One bar: who, in which roles, how much on bills and besides, and the most it may be in all."""

    name: str
    roles: str
    bills_fen: int
    besides_fen: int
    cap_fen: int

    @property
    def total_fen(self) -> int:
        """All of it."""
        return self.bills_fen + self.besides_fen


def chip(words: Words, status: BillStatus) -> Markup:
    """A bill's state."""
    colour, shape = _LOOKS[status]
    return Markup('<span class="nowrap {}">{} {}</span>').format(colour, shape, words(f"bill.status.{status.value}"))


def who(words: Words, party: Id, names: Mapping[Id, str]) -> str:
    """A party by its name, the bank by its own."""
    return words("bill.bank") if party == BANK else names.get(party) or words("word.erased")


def hands(words: Words, state: BillState, names: Mapping[Id, str]) -> Markup:
    """From the drawer to whoever holds the bill: each hand with its day; the acceptor stands below it all as the first to pay."""
    of = state.bill
    steps = [(of.drawer, words("bill.drawer"), of.drawn_on), (of.payee, words("bill.payee"), of.drawn_on)]
    for one in state.chain:
        how = "bill.discounted_to" if one.to == BANK else "bill.sold_to" if one.by == BANK else "bill.endorsed_to"
        steps.append((one.to, words(how), one.on))
    if state.redeemed is not None:
        steps.append((BANK, words("bill.redeemed_by"), state.redeemed.on))
    if state.status is BillStatus.RECOVERED:
        steps.append((state.holder, words("bill.recovered_from"), state.as_of))
    last = len(steps) - 1
    items = (
        Markup('<li class="{}"><div><span>{} {}</span>{}</div></li>').format(
            "holds" if place == last else "", role, figures.day(day), who(words, party, names)
        )
        for place, (party, role, day) in enumerate(steps)
    )
    return Markup('<ol class="hands">{}</ol>').format(Markup("").join(items))


def bars(words: Words, uses: Sequence[Use]) -> Markup:
    """Each use under its cap; what passes it is red and says so."""
    return Markup('<ol class="uses">{}</ol>').format(Markup("").join(_bar(words, use) for use in uses))


def _bar(words: Words, use: Use) -> Markup:
    over = use.total_fen > use.cap_fen
    whole = max(use.cap_fen, use.total_fen)
    told = words("bill.of_cap", total=figures.money(use.total_fen), cap=figures.money(use.cap_fen))
    share = figures.share(use.total_fen * 1_000_000 // use.cap_fen, 1)
    parts = ((use.bills_fen, "over" if over else "bills"), (use.besides_fen, "over" if over else ""))
    room = Markup("").join(
        Markup('<i class="{}" style="width:{}%"></i>').format(look, f"{fen * 100 / whole:.2f}") for fen, look in parts if fen
    )
    return Markup(
        '<li><div class="line"><span><b>{}</b> <span class="muted">{}</span></span><span class="fen {}">{} · {}</span></div>'
        '<div class="room" aria-hidden="true">{}</div></li>'
    ).format(use.name, use.roles, "decline" if over else "", told, share, room)


def roles(words: Words, *, seller: bool, acceptor: bool) -> str:
    """What a party is to the bank on its bills."""
    return words("list").join(words(key) for key, plays in (("bill.seller", seller), ("bill.acceptor", acceptor)) if plays)
