"""The seal of an event, as a card: its place in the log, the head that holds it, and the proof to take away."""

from __future__ import annotations

import json

from nicegui import ui

from farthing.domain import canon
from farthing.flows.prove import EventProof
from farthing.web import theme
from farthing.web.visit import Visit


def card(visit: Visit, sealed: EventProof | None) -> None:
    """Where the event stands; an event not sealed yet says so."""
    words = visit.words
    with ui.element("section").classes("card w-full flex flex-col gap-1"):
        theme.heading(words("proof.title"))
        if sealed is None:
            ui.label(words("proof.waiting")).classes("muted")
            return
        told = words("proof.holds") if sealed.holds else words("proof.broken")
        ui.label(f"{'✓' if sealed.holds else '✗'} {told}").classes("approve" if sealed.holds else "decline").style("white-space:normal")
        place = words("proof.place", index=sealed.inclusion.index, size=sealed.inclusion.size, steps=len(sealed.inclusion.path))
        ui.label(place).classes("muted text-sm")
        ui.label(f"{sealed.event.id} · {sealed.head.root.hex()[:24]}…").classes("code")

        def save() -> None:
            ui.download.content(document(sealed), f"proof-{sealed.event.id}.json", "application/json")

        ui.button(words("proof.download"), on_click=save).props("outline no-caps dense").classes("self-start px-3")


def document(sealed: EventProof) -> bytes:
    """The proof as JSON that anyone can check with the bank's public key: event, path, signed head."""
    return json.dumps(canon.plain(sealed), ensure_ascii=False, indent=2, sort_keys=True).encode("utf-8")
