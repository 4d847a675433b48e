"""The policies: what the rules are, who answers for them, what changed."""

from __future__ import annotations

import difflib

from markupsafe import Markup
from nicegui import ui

from farthing.domain.policy import Outcome, Policy
from farthing.flows.queries import policies
from farthing.flows.queries.policies import PolicyView
from farthing.web import figures, tables, theme
from farthing.web.tables import Cell, Column
from farthing.web.text import Words
from farthing.web.visit import Visit


async def show(visit: Visit) -> None:
    """Every product's policy in force, with what changed from the version before."""
    rows = await visit.ask(policies.policies)
    views = [await visit.ask(policies.policy, row.id) for row in rows]
    words = visit.words
    with theme.workbench(visit.reader, words("policies.title"), "/policies"):
        if not views:
            theme.empty(words("policies.none"), words("policies.none.todo"))
        for view in views:
            before = [other.policy for other in views if other.row.product == view.row.product and other.row.version < view.row.version]
            _policy(visit, view, max(before, key=lambda one: one.version) if before else None)


def _policy(visit: Visit, view: PolicyView, before: Policy | None) -> None:
    words, row = visit.words, view.row
    product = figures.product(visit.house.products.get(row.product), row.product, words)
    with ui.element("section").classes("card w-full flex flex-col gap-3"):
        with ui.row().classes("items-center gap-3"):
            theme.heading(words("policies.one", product=product, version=row.version))
            ui.label(words("policies.in_force") if row.in_force else words("policies.not_in_force")).classes("muted")
        ui.label(words("policies.people", owner=row.owner, approver=row.approver, day=figures.day(row.effective_from)))
        ui.label(row.digest).classes("code")
        _rules(words, view.policy)
        _findings(words, view)
        if before is not None:
            theme.heading(words("policies.diff", version=before.version))
            ui.html(difference(before, view.policy), sanitize=False).classes("code w-full")


def _rules(words: Words, policy: Policy) -> None:
    columns = [Column(words("word.order"), right=True), Column(words("policies.rule")), Column(words("policies.when")),
               Column(words("word.outcome")), Column(words("policies.missing"))]  # fmt: skip
    access: list[list[Cell]] = [
        [
            str(place),
            words(f"access.{rule.name}") if words.knows(f"access.{rule.name}") else rule.name,
            _code(rule.when),
            theme.chip(rule.outcome, words),
            _missing(words, rule.missing),
        ]
        for place, rule in enumerate(policy.access, start=1)
    ]
    ui.label(words("decision.access")).classes("font-semibold")
    tables.table(columns, access, words("decision.access"))
    ui.label(words("policies.limit")).classes("font-semibold")
    caps: list[list[Cell]] = [[words.pick(*_cap(words, cap.name)), _code(cap.cap), figures.money(cap.missing)] for cap in policy.limit]
    three = [Column(words("policies.cap")), Column(words("policies.formula")), Column(words("policies.missing"), right=True)]
    tables.table(three, caps, words("policies.limit"))
    ui.label(words("policies.price")).classes("font-semibold")
    parts: list[list[Cell]] = [[words(f"part.{part.name}") if words.knows(f"part.{part.name}") else part.name, _code(part.part),
                                _missing(words, part.missing)] for part in policy.price]  # fmt: skip
    tables.table(
        [Column(words("policies.part")), Column(words("policies.formula")), Column(words("policies.missing"))],
        parts,
        words("policies.price"),
    )
    if policy.numbers:
        ui.label(words("policies.numbers")).classes("font-semibold")
        numbers: list[list[Cell]] = [[number.name, words.pick(number.zh, number.en), number.value] for number in policy.numbers]
        tables.table(
            [Column(words("word.code")), Column(words("word.what")), Column(words("word.value"), right=True)],
            numbers,
            words("policies.numbers"),
        )


def _cap(words: Words, name: str) -> tuple[str, str]:
    told = words(f"cap.{name}") if words.knows(f"cap.{name}") else name
    return told, told


def _code(expression: str) -> Markup:
    return Markup('<span class="code">{}</span>').format(expression)


def _missing(words: Words, missing: Outcome | int) -> str:
    if not isinstance(missing, Outcome):
        return str(missing)
    return words("policies.passes") if missing is Outcome.APPROVE else words(f"outcome.{missing.value}")


def _findings(words: Words, view: PolicyView) -> None:
    ui.label(words("policies.findings", count=len(view.findings))).classes("font-semibold")
    for found in view.findings:
        ui.label(str(found)).classes("text-sm")


def difference(before: Policy, after: Policy) -> Markup:
    """The rules of two versions line by line; what went is marked with a minus, what came with a plus."""
    lines = difflib.unified_diff(told(before), told(after), lineterm="", n=1)
    kinds = {"+": "approve", "-": "decline"}
    shown = (
        Markup('<div class="{}" style="white-space:pre-wrap">{}</div>').format(kinds.get(line[:1], ""), line) for line in list(lines)[2:]
    )
    return Markup("").join(shown)


def told(policy: Policy) -> list[str]:
    """A policy as lines: access, caps, parts, numbers."""
    return [
        *(f"{rule.name}: {rule.when} -> {rule.outcome} ({rule.missing})" for rule in policy.access),
        *(f"{cap.name}: {cap.cap} ({cap.missing})" for cap in policy.limit),
        *(f"{part.name}: {part.part} ({part.missing})" for part in policy.price),
        *(f"{number.name} = {number.value}" for number in policy.numbers),
    ]
