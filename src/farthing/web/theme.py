"""The look of the house: calm greys, one accent, generous white; the frames that pages stand in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from markupsafe import Markup
from nicegui import ui

from farthing.domain.policy import Outcome
from farthing.domain.staff import Role
from farthing.web.session import Reader
from farthing.web.text import Words

ACCENT, INK, MUTED, LINE, PAPER = "#7a4a21", "#1f2328", "#5c646d", "#e3e6ea", "#fafaf8"  # the wren is brown
GOOD, WAIT, BAD = "#2c6e49", "#8a5c00", "#a4262c"
OUTCOME_COLOURS = {Outcome.APPROVE: GOOD, Outcome.REFER: WAIT, Outcome.DECLINE: BAD}
OUTCOME_SHAPES = {Outcome.APPROVE: "●", Outcome.REFER: "◆", Outcome.DECLINE: "■"}
FAVICON = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><circle cx="16" cy="16" r="14" fill="{ACCENT}"/></svg>'
NAVIGATION: tuple[tuple[str, str, tuple[Role, ...]], ...] = (
    ("/applications", "nav.applications", (Role.CREDIT_OFFICER, Role.RISK_MANAGER)),
    ("/parties", "nav.parties", (Role.CREDIT_OFFICER, Role.RISK_MANAGER, Role.AUDITOR)),
    ("/lines", "nav.lines", (Role.CREDIT_OFFICER, Role.RISK_MANAGER, Role.AUDITOR)),
    ("/bills", "nav.bills", (Role.CREDIT_OFFICER, Role.RISK_MANAGER, Role.AUDITOR)),
    ("/houses", "nav.houses", (Role.CREDIT_OFFICER, Role.RISK_MANAGER, Role.AUDITOR)),
    ("/proposals", "nav.proposals", (Role.CREDIT_OFFICER, Role.RISK_MANAGER, Role.AUDITOR)),
    ("/products", "nav.products", (Role.CREDIT_OFFICER, Role.RISK_MANAGER, Role.AUDITOR)),
    ("/book", "nav.book", (Role.RISK_MANAGER, Role.AUDITOR)),
    ("/books", "nav.books", (Role.CREDIT_OFFICER, Role.RISK_MANAGER, Role.AUDITOR)),
    ("/listeners", "nav.listeners", (Role.RISK_MANAGER, Role.AUDITOR)),
    ("/models", "nav.models", (Role.RISK_MANAGER, Role.AUDITOR)),
    ("/dimensions", "nav.dimensions", (Role.CREDIT_OFFICER, Role.RISK_MANAGER, Role.AUDITOR)),
    ("/features", "nav.features", (Role.CREDIT_OFFICER, Role.RISK_MANAGER, Role.AUDITOR)),
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
.number {{ font-variant-numeric: tabular-nums; text-align: right !important; white-space: nowrap; }}
.figure {{ font-variant-numeric: tabular-nums; font-size: 1.7rem; font-weight: 600; line-height: 1.2; }}
.gauge {{ container-type: inline-size; }} .gauge .figure {{ font-size: clamp(1.15rem, 13cqw, 1.7rem); white-space: nowrap; }}
.muted {{ color: {MUTED}; }}
.card {{ background: white; border: 1px solid {LINE}; border-radius: 10px; padding: 18px 20px; box-shadow: none; min-width: 0; }}
.synthetic {{ background: #fff4d6; color: #6b4e00; border: 1px solid #e9d28b; border-radius: 6px; padding: 2px 8px; }}
.synthetic {{ font-size: .8rem; align-self: flex-start; }}
.scroll {{ overflow-x: auto; }}
.places {{ overflow-x: auto; white-space: nowrap; scrollbar-width: thin; min-width: 0; }}
@media (max-width: 1023px) {{ .places {{ flex-basis: 100%; }} }}
.nowrap {{ white-space: nowrap; }} .anywhere {{ overflow-wrap: anywhere; }}
.code {{ font-family: ui-monospace, "DejaVu Sans Mono", monospace; font-size: .8rem; color: {MUTED}; overflow-wrap: anywhere; }}
.clip {{ display: inline-block; max-width: 24rem; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }}
.approve {{ color: {GOOD}; }} .refer {{ color: {WAIT}; }} .decline {{ color: {BAD}; }}
.approve, .refer, .decline {{ font-weight: 500; white-space: nowrap; }}
a, .leave {{ color: {ACCENT}; }}
.leave {{ background: none; border: 0; cursor: pointer; text-decoration: underline; font: inherit; font-size: .875rem; }}
a:focus-visible, button:focus-visible, summary:focus-visible {{ outline: 2px solid {ACCENT}; outline-offset: 2px; }}
table.plain {{ border-collapse: collapse; width: 100%; font-size: .92rem; }}
table.plain th {{ text-align: left; color: {MUTED}; font-weight: 500; padding: 6px 14px 6px 0; border-bottom: 1px solid {LINE}; }}
table.plain th a {{ color: inherit; text-decoration: none; }}
table.plain td {{ padding: 7px 14px 7px 0; border-bottom: 1px solid {LINE}; vertical-align: top; }}
table.plain th, table.plain td.number, table.plain td.day {{ white-space: nowrap; }}
table.plain td.number, table.plain th.number {{ padding-right: 26px; }}
table.plain td:last-child, table.plain th:last-child {{ padding-right: 0; }}
table.plain tbody tr:hover {{ background: #f7f5f2; }}
@media (max-width: 640px) {{ table.plain.wide {{ min-width: 620px; }} table.plain .roomy {{ display: none; }} }}
details > summary {{ cursor: pointer; color: {MUTED}; font-size: .85rem; }}
h2 {{ font-size: 1.1rem; font-weight: 600; line-height: 1.4; margin: 0; }}
"""
_MOVE = """<script>
document.addEventListener('keydown', e => {
  if (e.ctrlKey || e.metaKey || e.altKey || /INPUT|TEXTAREA|SELECT/.test(e.target.tagName)) return;
  const step = {j: 1, k: -1}[e.key];
  if (!step) return;
  const rows = [...document.querySelectorAll('a.row')], at = rows.indexOf(document.activeElement);
  const next = rows[Math.min(Math.max(at + step, 0), rows.length - 1)];
  if (next) next.focus();
});
</script>"""


@contextmanager
def workbench(reader: Reader, title: str, here: str) -> Iterator[None]:
    """The frame of a staff page: navigation by role, the reader's name, the other language, log out; then the page's own content."""
    words = reader.words
    _dress(f"{title} · {words('house.name')}")
    with (
        ui.header(elevated=False)
        .classes("bg-white text-black items-center gap-x-1 gap-y-0 px-4 py-2 flex-wrap")
        .style(f"border-bottom:1px solid {LINE}")
    ):
        ui.link(words("house.name"), "/").classes("text-lg font-semibold no-underline mr-4").style(f"color:{ACCENT}")
        with (
            ui.element("nav")
            .classes("places flex flex-nowrap gap-x-1 order-last lg:order-none")
            .props(f'aria-label="{words("nav.places")}"')
        ):
            for path, key, roles in NAVIGATION:
                if reader.actor.role in roles:
                    mark = f"border-bottom:2px solid {ACCENT}" if here == path else "border-bottom:2px solid transparent"
                    now = ' aria-current="page"' if here == path else ""
                    ui.link(words(key), path).classes("no-underline px-2 py-1").style(f"color:{INK};{mark}").props(now)
        account(reader)
    with ui.element("div").classes("w-full max-w-7xl mx-auto px-4 py-6 flex flex-col gap-5"):
        ui.html(Markup("{}").format(title), sanitize=False, tag="h1").classes("text-2xl font-semibold")
        yield


@contextmanager
def phone(reader: Reader, title: str, back: str = "") -> Iterator[None]:
    """The frame of a borrower's page: one column, made for 360 px."""
    words = reader.words
    _dress(f"{title} · {words('house.name')}")
    with ui.element("div").classes("w-full max-w-md mx-auto px-4 py-4 flex flex-col gap-4"):
        with ui.row().classes("w-full items-center gap-1 flex-nowrap"):
            ui.link(words("phone.back") if back else words("house.name"), back or "/my").classes("font-semibold no-underline py-2")
            ui.space()
            _ways_out(reader)
        ui.html(Markup("{}").format(title), sanitize=False, tag="h1").classes("text-xl font-semibold")
        yield


def _dress(title: str) -> None:
    ui.add_css(CSS)
    ui.add_head_html(_MOVE)
    ui.colors(primary=ACCENT, positive=GOOD, negative=BAD, warning=WAIT)
    ui.page_title(title)


def account(reader: Reader) -> None:
    """Name, the other language, log out."""
    with ui.element("div").classes("flex flex-nowrap items-center gap-x-1 ml-auto"):
        ui.label(f"{reader.actor.name} · {reader.words(f'role.{reader.actor.role.value}')}").classes("muted text-sm")
        _ways_out(reader)


def _ways_out(reader: Reader) -> None:
    other = "en" if reader.language == "zh" else "zh"
    ui.link(reader.words("language.other"), f"/language/{other}").classes("text-sm px-2 py-2")
    ui.html(_LEAVE.format(reader.leave, reader.words("login.leave")), sanitize=False)


_LEAVE = Markup(
    '<form method="post" action="/logout"><input type="hidden" name="token" value="{}">'
    '<button class="leave text-sm px-2 py-2">{}</button></form>'
)


def heading(text: str) -> None:
    """The name of a part of the page."""
    ui.html(Markup("{}").format(text), sanitize=False, tag="h2")


def chip(outcome: Outcome, words: Words) -> Markup:
    """An outcome told by colour, shape and word."""
    shape, word = OUTCOME_SHAPES[outcome], words(f"outcome.{outcome.value}")
    return Markup('<span class="{}">{} {}</span>').format(outcome.value, shape, word)


def synthetic_label(words: Words, key: str = "synthetic.lives") -> None:
    """What is simulated says so, on the page and beside each chart."""
    ui.label(words(key)).classes("synthetic")


def synthetic_mark(words: Words, synthetic: bool) -> Markup:
    """The short label in a row of a table; nothing for what is real."""
    return Markup('<span class="synthetic nowrap">{}</span>').format(words("synthetic.short")) if synthetic else Markup("")


def figure(caption: str, value: str, note: str = "", target: tuple[str, str] | None = None) -> None:
    """One big number with its name and date; `target` (words, address) drills down."""
    with ui.element("div").classes("card gauge flex flex-col gap-1 grow basis-[180px]"):
        ui.label(caption).classes("muted text-sm")
        ui.label(value).classes("figure")
        if note:
            ui.label(note).classes("muted text-xs")
        if target:
            ui.link(f"{target[0]} →", target[1]).classes("text-sm no-underline")


def empty(title: str, what_to_do: str) -> None:
    """An empty state that says what to do."""
    with ui.column().classes("card w-full items-center py-10 gap-1 text-center"):
        ui.label(title).classes("text-lg")
        ui.label(what_to_do).classes("muted")


def trouble(words: Words, message: str, remedy: str) -> None:
    """What happened, what was kept, what to do next."""
    ui.notify(
        f"{message} {remedy or words('trouble.kept')}", type="negative", timeout=12000, multi_line=True, position="top",
        close_button=words("trouble.close"),
    )  # fmt: skip


def refused(reader: Reader, message: str, remedy: str) -> None:
    """A whole page that says why there is nothing else on it."""
    frame = phone(reader, reader.words("trouble.title")) if reader.actor.role is Role.BORROWER else None
    with frame or workbench(reader, reader.words("trouble.title"), ""):
        with ui.column().classes("card w-full gap-1").props('role="alert"'):
            ui.label(message).classes("text-lg")
            ui.label(remedy or reader.words("trouble.kept")).classes("muted")
        ui.link(reader.words("trouble.home"), HOME.get(reader.actor.role, "/"))


def broken() -> None:
    """The page of an error nobody foresaw: in both languages, since the reader may be unknown, and without its inner workings."""
    _dress(Words("zh")("house.name"))
    with ui.column().classes("w-full max-w-md mx-auto px-4 py-16 gap-2"):
        for words in (Words("zh"), Words("en")):
            ui.label(words("trouble.broken")).classes("text-lg")
        ui.link(Words("zh")("trouble.home"), "/")
