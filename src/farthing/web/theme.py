"""The look of the house: calm greys, one accent, generous white; the frame that every page of the workbench stands in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from nicegui import ui

from farthing.domain.policy import Outcome
from farthing.domain.staff import Role
from farthing.web.session import Reader
from farthing.web.text import Words

ACCENT, INK, MUTED, LINE, PAPER = "#7a4a21", "#1f2328", "#626a73", "#e3e6ea", "#fafaf8"  # the wren is brown
GOOD, WAIT, BAD = "#2c6e49", "#9a6700", "#a4262c"
OUTCOME_COLOURS = {Outcome.APPROVE: GOOD, Outcome.REFER: WAIT, Outcome.DECLINE: BAD}
OUTCOME_SHAPES = {Outcome.APPROVE: "●", Outcome.REFER: "◆", Outcome.DECLINE: "■"}
NAVIGATION: tuple[tuple[str, str, tuple[Role, ...]], ...] = (
    ("/applications", "nav.applications", (Role.CREDIT_OFFICER, Role.RISK_MANAGER)),
    ("/lines", "nav.lines", (Role.CREDIT_OFFICER, Role.RISK_MANAGER, Role.AUDITOR)),
    ("/book", "nav.book", (Role.RISK_MANAGER, Role.AUDITOR)),
    ("/models", "nav.models", (Role.RISK_MANAGER, Role.AUDITOR)),
    ("/policies", "nav.policies", (Role.RISK_MANAGER, Role.AUDITOR)),
    ("/evidence", "nav.evidence", (Role.CREDIT_OFFICER, Role.RISK_MANAGER, Role.AUDITOR)),
    ("/audit", "nav.audit", (Role.AUDITOR,)),
)
HOME = {Role.CREDIT_OFFICER: "/applications", Role.RISK_MANAGER: "/book", Role.AUDITOR: "/audit", Role.BORROWER: "/my"}
CSS = f"""
body {{
  background: {PAPER};
  color: {INK};
  font-family: "Noto Sans CJK SC", "Noto Sans SC", "PingFang SC", "Microsoft YaHei", system-ui, sans-serif;
}}
.nicegui-content {{ padding: 0; }}
.number {{ font-variant-numeric: tabular-nums; text-align: right; }}
.figure {{ font-variant-numeric: tabular-nums; font-size: 1.9rem; font-weight: 600; line-height: 1.15; }}
.muted {{ color: {MUTED}; }}
.card {{ background: white; border: 1px solid {LINE}; border-radius: 10px; padding: 18px 20px; box-shadow: none; }}
.synthetic {{ background: #fff4d6; color: #6b4e00; border: 1px solid #e9d28b; border-radius: 6px; padding: 2px 8px; font-size: .8rem; }}
a {{ color: {ACCENT}; }} a:focus-visible, button:focus-visible {{ outline: 2px solid {ACCENT}; outline-offset: 2px; }}
table.plain {{ border-collapse: collapse; width: 100%; font-size: .92rem; }}
table.plain th {{ text-align: left; color: {MUTED}; font-weight: 500; padding: 6px 10px 6px 0; border-bottom: 1px solid {LINE}; }}
table.plain td {{ padding: 7px 10px 7px 0; border-bottom: 1px solid {LINE}; vertical-align: top; }}
"""


@contextmanager
def workbench(reader: Reader, title: str, here: str) -> Iterator[None]:
    """The frame of a staff page: navigation by role, the reader's name, the other language, log out; then the page's own content."""
    words = reader.words
    ui.add_css(CSS)
    ui.colors(primary=ACCENT, positive=GOOD, negative=BAD, warning=WAIT)
    ui.page_title(f"{title} · {words('house.name')}")
    with (
        ui.header(elevated=False)
        .classes("bg-white text-black items-center gap-1 px-4 py-2 flex-wrap")
        .style(f"border-bottom:1px solid {LINE}")
    ):
        ui.link(words("house.name"), "/").classes("text-lg font-semibold no-underline mr-4").style(f"color:{ACCENT}")
        for path, key, roles in NAVIGATION:
            if reader.actor.role in roles:
                mark = f"border-bottom:2px solid {ACCENT}" if here == path else "border-bottom:2px solid transparent"
                ui.link(words(key), path).classes("no-underline px-2 py-1").style(f"color:{INK};{mark}")
        ui.space()
        account(reader)
    with ui.column().classes("w-full max-w-6xl mx-auto px-4 py-6 gap-5"):
        ui.label(title).classes("text-2xl font-semibold")
        yield


def account(reader: Reader) -> None:
    """Name, the other language, log out."""
    other = "en" if reader.language == "zh" else "zh"
    ui.label(reader.actor.name).classes("muted text-sm")
    ui.link(reader.words("language.other"), f"/language/{other}").classes("text-sm px-2")
    ui.link(reader.words("login.leave"), "/logout").classes("text-sm px-2")


def outcome_chip(outcome: Outcome, words: Words) -> None:
    """An outcome told by colour, shape and word."""
    colour = OUTCOME_COLOURS[outcome]
    ui.label(f"{OUTCOME_SHAPES[outcome]} {words(f'outcome.{outcome.value}')}").classes("font-medium").style(f"color:{colour}")


def synthetic_label(words: Words, key: str = "synthetic.lives") -> None:
    """What is simulated says so, on the page and beside each chart."""
    ui.label(words(key)).classes("synthetic")


def figure(caption: str, value: str, note: str = "", target: str | None = None) -> None:
    """One big number with its name and date; `target` drills down."""
    with ui.column().classes("card gap-1 grow min-w-[170px]"):
        ui.label(caption).classes("muted text-sm")
        ui.label(value).classes("figure")
        if note:
            ui.label(note).classes("muted text-xs")
        if target:
            ui.link("→", target).classes("text-sm no-underline")


def empty(title: str, what_to_do: str) -> None:
    """An empty state that says what to do."""
    with ui.column().classes("card w-full items-center py-10 gap-1"):
        ui.label(title).classes("text-lg")
        ui.label(what_to_do).classes("muted")


def trouble(words: Words, message: str, remedy: str) -> None:
    """What happened, what was kept, what to do next."""
    ui.notify(
        f"{message} {remedy or words('trouble.kept')}", type="negative", timeout=9000, multi_line=True, close_button=words("trouble.close")
    )
