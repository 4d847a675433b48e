"""One decision: yes or no, how much, at what price, and why this number."""

from __future__ import annotations

from markupsafe import Markup
from nicegui import ui

from farthing.domain.errors import FarthingError
from farthing.domain.party import PartyKind
from farthing.domain.policy import Outcome
from farthing.domain.staff import Role
from farthing.flows import prove
from farthing.flows.estimate.capacity import show_capacity
from farthing.flows.queries import decisions
from farthing.flows.queries import log as journal
from farthing.flows.queries.decisions import DecisionView
from farthing.flows.queries.party.surroundings import Surroundings, surroundings
from farthing.web import audit, figures, review, tables, theme, trace
from farthing.web.estimate import capacity
from farthing.web.party import fraud, identity
from farthing.web.tables import Column
from farthing.web.visit import Visit


async def show(visit: Visit) -> None:
    """Outcome and people on top, then the three folds of the trace, then what they rest on."""
    view = await visit.ask(decisions.decision, visit.path("decision"))
    party, on = view.application.party, view.decision.decided_on
    whole = f"/parties/{party}?on={on}"
    sealed, able = await _proof(visit, view), await visit.ask(show_capacity, party, on)
    who, around = await identity.look(visit, party), await visit.ask(surroundings, party, on)
    words, told = visit.words, trace.sources(visit.words, view.evidence)
    ui.add_css(trace.CSS)
    with theme.workbench(visit.reader, view.name or words("word.erased"), "/applications"):
        _outcome(visit, view, around)
        if _may_review(visit, view):
            review.form(visit, view)
        limit = figures.money(view.limit_fen) if view.limit_fen else words("decision.no_limit")
        rate = figures.rate(view.decision.rate, words) if view.decision.rate else words("decision.no_rate")
        with ui.element("div").classes("w-full flex flex-wrap gap-5 items-start"):
            with _half():
                _part(visit, "decision.access", "", trace.access(words, view.access, told))
                _score(visit, view)
            with _half():
                _part(visit, "decision.limit", limit, trace.limit(words, view.caps, told))
                _part(visit, "decision.price", rate, trace.price(words, view.price, told))
        with ui.element("div").classes("w-full flex flex-wrap gap-5 items-stretch"):
            identity.card(words, who, whole=False, more=whole)
            fraud.card(words, around, more=whole)
        capacity.card(words, able)
        with ui.element("div").classes("w-full flex flex-wrap gap-5 items-stretch"):
            _related(visit, view)
            _people(visit, view)
            _sources(visit, view)
            audit.sealed_card(visit, sealed)


async def _proof(visit: Visit, view: DecisionView) -> prove.EventProof | None:
    """The event's place in the sealed log; None while it waits for its seal."""
    try:
        event = await visit.ask(journal.decided_event, view.application.id, view.decision.id)
        return await visit.ask(prove.proof, event)
    except FarthingError:
        return None


def _may_review(visit: Visit, view: DecisionView) -> bool:
    judges = visit.reader.actor.role in (Role.CREDIT_OFFICER, Role.RISK_MANAGER)
    return judges and view.decision.outcome is Outcome.REFER and view.later is None


def _outcome(visit: Visit, view: DecisionView, around: Surroundings) -> None:
    words, made, party = visit.words, view.decision, around.neighbours[0].party
    with ui.element("section").classes("card w-full flex flex-col gap-3"):
        with ui.row().classes("w-full items-center gap-3"):
            shape = theme.OUTCOME_SHAPES[made.outcome]
            ui.label(f"{shape} {words.pick(view.sentence_zh, view.sentence_en)}").classes(f"text-xl {made.outcome.value}").style(
                "white-space:normal"
            )
            if view.synthetic:
                theme.synthetic_label(words, "synthetic.party")
        if view.later:
            ui.link(words("decision.later"), f"/decisions/{view.later}")
        if made.overrides:
            ui.link(words("decision.overrides"), f"/decisions/{made.overrides}")
        with ui.row().classes("w-full gap-10"):
            _fact(words("word.limit"), figures.money(view.limit_fen) if view.limit_fen else "—")
            _fact(words("word.rate"), f"{made.rate.annual_percent():.2f} %" if made.rate else "—", _effective(visit, view))
            _fact(words("word.requested"), figures.money(view.application.requested_fen), words(f"purpose.{view.application.purpose}"))
            product = figures.product(view.product, made.product, words)
            _fact(words("word.decided_on"), figures.day(made.decided_on), product)
        if made.reasons:
            ui.label(words("decision.reasons")).classes("muted text-sm")
            ui.html(trace.reasons(words, made.reasons), sanitize=False)
        with ui.row().classes("w-full gap-x-6 gap-y-1 text-sm"):
            if view.line:
                ui.link(words("decision.line"), f"/lines/{view.line}")
            ui.link(words("party.page"), f"/parties/{made.party}?on={made.decided_on}")
            kind = "personal" if party is not None and party.kind is PartyKind.PERSON else "enterprise"
            ui.link(words("decision.dimensions"), f"/dimensions/{made.party}?kind={kind}&on={made.decided_on}")


def _effective(visit: Visit, view: DecisionView) -> str:
    if view.rate is None:
        return ""
    return visit.words("rate.note", daily=view.rate.daily_percent, effective=figures.effective(view.rate.effective_ppm))


def _fact(name: str, value: str, note: str = "") -> None:
    with ui.column().classes("gap-0"):
        ui.label(name).classes("muted text-sm")
        ui.label(value).classes("figure")
        ui.label(note).classes("muted text-xs")


def _half() -> ui.element:
    """Half of a wide screen, all of a narrow one."""
    return ui.element("div").classes("flex flex-col gap-5 grow basis-[420px] max-w-full min-w-0")


def _part(visit: Visit, title: str, result: str, drawn: Markup) -> None:
    words = visit.words
    with ui.element("section").classes("card w-full flex flex-col gap-2"):
        with ui.row().classes("w-full items-baseline gap-x-3 gap-y-0"):
            theme.heading(words(title))
            ui.label(result).classes("font-semibold text-sm")
        ui.label(words(f"{title}.note")).classes("muted text-sm")
        ui.html(drawn, sanitize=False).classes("w-full")


def _score(visit: Visit, view: DecisionView) -> None:
    words, score = visit.words, view.decision.score
    with ui.element("section").classes("card w-full flex flex-col gap-2"):
        theme.heading(words("decision.score"))
        if score is None:
            ui.label(words("decision.no_score")).classes("muted")
            return
        low, high = figures.share(score.low_pd_ppm, 1), figures.share(score.high_pd_ppm, 1)
        ui.label(words("decision.score.told", points=score.points, pd=figures.share(score.pd_ppm, 1), low=low, high=high))
        ui.label(words("decision.score.note")).classes("muted text-sm")
        columns = [Column(words("word.feature")), Column(words("word.range"), roomy=True), Column(words("word.points"), right=True),
                   Column(words("word.reference"), right=True, roomy=True), Column(words("word.difference"), right=True)]  # fmt: skip
        rows = [
            [
                words.pick(*view.features.get(one.feature, (one.feature, one.feature))),
                words("missing.bin") if one.value is None else one.bin,
                *(str(one.points), str(one.reference_points), f"{-one.shortfall:+d}"),
            ]
            for one in view.contributions
        ]
        tables.table(columns, rows, words("decision.score"))


def _related(visit: Visit, view: DecisionView) -> None:
    words, found = visit.words, view.related
    with ui.element("section").classes("card flex flex-col gap-1 grow basis-[320px] max-w-full"):
        theme.heading(words("decision.related"))
        shown = words("related.hit") if found.hit else words("related.none", count=found.relations_examined)
        ui.html(
            Markup('<span class="{}" style="white-space:normal">{}</span>').format("decline" if found.hit else "approve", shown),
            sanitize=False,
        )
        ui.label(words.pick(found.ground_zh, found.ground_en)).classes("text-sm")
        if found.path:
            path = [words(f"relation.{step}") if words.knows(f"relation.{step}") else step for step in found.path]
            ui.label(" → ".join(path)).classes("code")
        ui.label(words("related.graph", digest=found.graph_digest[:16])).classes("code")


def _sources(visit: Visit, view: DecisionView) -> None:
    """How far each kind could be relied on, and what was left out; nothing while no run of the monitors was kept."""
    words, sources = visit.words, view.decision.sources
    if not sources:
        return
    with ui.element("section").classes("card flex flex-col gap-1 grow basis-[320px] max-w-full"):
        theme.heading(words("decision.sources"))
        ui.label(words("decision.sources.note", day=figures.day(sources[0].kept_on))).classes("muted text-sm")
        columns = [
            Column(words("evidence.source")),
            Column(words("evidence.reliability"), right=True),
            Column(words("decision.sources.read")),
        ]
        taken = {True: words("decision.sources.taken"), False: words("decision.sources.left")}
        rows = [[words(f"kind.{one.kind}"), figures.share(one.reliability_ppm), taken[one.read]] for one in sources]
        tables.table(columns, rows, words("decision.sources"))


def _people(visit: Visit, view: DecisionView) -> None:
    words, made = visit.words, view.decision
    with ui.element("section").classes("card flex flex-col gap-1 grow basis-[320px] max-w-full"):
        theme.heading(words("decision.people"))
        rows = [
            [words("word.accountable"), made.accountable], [words("word.approver"), made.approver],
            [words("word.policy"), f"{made.policy} · {made.policy_digest[:12]}"], [words("word.model"), made.model or "—"],
            [words("word.decision"), made.id],
        ]  # fmt: skip
        tables.table([Column(words("word.what")), Column(words("word.who"))], rows, words("decision.people"))
