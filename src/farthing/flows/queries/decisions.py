"""The queue of applications, and one decision with its trace ready to draw."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from farthing.decision.compiled import RATE_SCALE, CompiledPolicy
from farthing.decision.facts import OWN
from farthing.decision.reasons import PARTS, TITLES, decimal, tell
from farthing.domain.decision import Application, Decision, Step, StepKind
from farthing.domain.errors import NotFound
from farthing.domain.evidence import CURRENCY, Evidence, EvidenceKind
from farthing.domain.facts import Facts
from farthing.domain.ids import Id
from farthing.domain.policy import Outcome
from farthing.domain.product import Product
from farthing.domain.score import Contribution
from farthing.domain.staff import Actor, Purpose, Role
from farthing.features.catalogue import CATALOGUE
from farthing.flows.access import purpose_of, require, require_own
from farthing.flows.decide import SPECS, compiled_policy, product_of
from farthing.flows.ports import House
from farthing.flows.queries.lines import RateView, rate_view
from farthing.graph.related import GROUNDS

STAFF = (Role.CREDIT_OFFICER, Role.RISK_MANAGER, Role.AUDITOR, Role.SYSTEM)
_OWN = {spec.name for spec in OWN}
_STEPS = {
    "rounding": ("取整", "Rounded down"),
    "product_minimum": ("产品最低额度", "Product minimum"),
    "review": ("人工复核", "Reviewed by a person"),
    "sources": ("数据来源不可靠，不据此拒绝，转人工", "A source cannot be relied on: a person decides, nobody is declined for it"),
}


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One decided application in a list. `name` is empty when the party was erased or names were not asked for."""

    decision: Id
    application: Id
    party: Id
    name: str
    product: str
    outcome: Outcome
    requested_fen: int
    limit_fen: int
    decided_on: dt.date
    reviewed: bool


@dataclass(frozen=True, slots=True)
class FactView:
    """A fact in words, and where it comes from: the kind of evidence and window behind a feature, nothing for our own facts; and why a
    feature is missing, `left_out` where its source could not be relied on."""

    name: str
    zh: str
    en: str
    value_zh: str
    value_en: str
    known: bool
    source: EvidenceKind | None
    window_days: int | None
    missing: str | None


@dataclass(frozen=True, slots=True)
class AccessView:
    """One access rule: `fired`, `clear` or `unknown`; `decided` marks the one that settled the case."""

    name: str
    zh: str
    en: str
    expression: str
    state: str
    decided: bool
    outcome: Outcome | None
    facts: tuple[FactView, ...]


@dataclass(frozen=True, slots=True)
class CapView:
    """One cap as a bar: `share_ppm` of the longest bar; `binds` marks the shortest."""

    name: str
    zh: str
    en: str
    expression: str
    amount_fen: int
    share_ppm: int
    binds: bool
    facts: tuple[FactView, ...]


@dataclass(frozen=True, slots=True)
class PartView:
    """One part of the price in the stack: `units` add up to the rate; `percent` is per cent of the product's basis, exact."""

    name: str
    zh: str
    en: str
    expression: str
    units: int | None
    percent: str
    facts: tuple[FactView, ...]


@dataclass(frozen=True, slots=True)
class RelatedView:
    """The related-party finding in words: the path of a hit, or how much was examined without one."""

    hit: bool
    path: tuple[str, ...]
    ground_zh: str
    ground_en: str
    relations_examined: int
    graph_digest: str


@dataclass(frozen=True, slots=True)
class DecisionView:
    """Everything about one decision, for the page and for JSON. `line` is the line opened on it, if any."""

    decision: Decision
    application: Application
    name: str
    product: Product
    sentence_zh: str
    sentence_en: str
    access: tuple[AccessView, ...]
    caps: tuple[CapView, ...]
    limit_fen: int
    price: tuple[PartView, ...]
    rate: RateView | None
    facts: tuple[FactView, ...]
    evidence: tuple[Evidence, ...]
    related: RelatedView
    contributions: tuple[Contribution, ...]
    later: Id | None
    line: Id | None
    synthetic: bool
    features: Mapping[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of the queue: `sort` is a column of the row, with `-` before it for the largest first."""

    outcome: Outcome | None = None
    limit: int = 50
    offset: int = 0
    sort: str = "-decided_on"


def queue(house: House, actor: Actor, page: Page) -> tuple[QueueRow, ...]:
    """A page of decisions for staff, with names; each name read is recorded."""
    require(actor, *STAFF)
    outcome = page.outcome.value if page.outcome else None
    rows = house.decisions.list(outcome=outcome, limit=page.limit, offset=page.offset, sort=page.sort)
    names = house.parties.names(sorted({str(row["party"]) for row in rows}), actor, purpose_of(actor, Purpose.UNDERWRITING))
    return tuple(_row(row, names) for row in rows)


def waiting(house: House, actor: Actor, *, limit: int = 50) -> tuple[QueueRow, ...]:
    """What waits for a person: referred and not reviewed, the oldest first."""
    found: list[QueueRow] = []
    start = 0
    while len(found) < limit and (page := queue(house, actor, Page(Outcome.REFER, limit, start, "decided_on"))):
        found.extend(row for row in page if not row.reviewed)
        start += limit
    return tuple(found[:limit])


def decisions_of(house: House, actor: Actor, party: Id) -> tuple[QueueRow, ...]:
    """A party's decisions, the newest first; a borrower sees only their own."""
    require(actor, Role.BORROWER, *STAFF)
    require_own(actor, party)
    return tuple(_row(row, {}) for row in house.decisions.list(party=party, limit=100))


def counts(house: House, actor: Actor) -> Mapping[Outcome, int]:
    """How many decisions of each outcome there are."""
    require(actor, *STAFF)
    return {outcome: house.decisions.count(outcome=outcome.value) for outcome in Outcome}


def decision(house: House, actor: Actor, decision: Id) -> DecisionView:
    """One decision with its trace; a borrower sees only their own. `NotFound` with code `erased` when the record was erased."""
    require(actor, Role.BORROWER, *STAFF)
    found = house.decisions.get(decision)
    if found is None:
        raise NotFound("erased", f"The record of {decision} was erased.", "Its event and its proof remain.")
    application, made, facts = found
    require_own(actor, made.party)
    return _view(house, actor, (application, made, facts))


def _view(house: House, actor: Actor, record: tuple[Application, Decision, Facts]) -> DecisionView:
    application, made, facts = record
    product = product_of(house, made.product)
    compiled = compiled_policy(house.registry.policy_by_digest(made.policy_digest), product)
    name = house.parties.names([made.party], actor, purpose_of(actor, Purpose.UNDERWRITING)).get(made.party, "")
    known = _Known(facts, frozenset(one.kind for one in made.sources if not one.read))
    read = _facts(_read(made.steps), known)
    kinds = {fact.source for fact in read if fact.source is not None}
    lines = [state.terms for state in house.lines.of_party(made.party) if state.terms.decision == made.id]
    caps = [step for step in made.steps if step.kind is StepKind.LIMIT and step.name not in ("rounding", "product_minimum")]
    longest = max((step.value or 0 for step in caps), default=0)
    ground = GROUNDS.get(made.related.ground, (made.related.ground, made.related.ground))
    contributions = made.score.contributions if made.score else ()
    zh, en = sentence(made, application)
    return DecisionView(
        decision=made, application=application, name=name, product=product, sentence_zh=zh, sentence_en=en,
        access=tuple(_access(step, compiled, known) for step in made.steps if step.kind is StepKind.ACCESS),
        caps=tuple(_cap(step, longest, compiled, known) for step in caps), limit_fen=made.limit_fen,
        price=tuple(_part(step, product, known) for step in made.steps if step.kind is StepKind.PRICE),
        rate=rate_view(made.rate) if made.rate else None, facts=read,
        evidence=tuple(
            one for kind in sorted(kinds, key=str) for one in house.lake.manifests(kind) if one.provenance.currency == CURRENCY
        ),
        related=RelatedView(made.related.hit, made.related.path, *ground, made.related.relations_examined, made.related.graph_digest),
        contributions=tuple(sorted(contributions, key=lambda one: -one.shortfall)),
        later=_later(house, made), line=lines[0].line if lines else None, synthetic=house.parties.get(made.party).synthetic,
        features={one.feature: _named(one.feature) for one in contributions},
    )  # fmt: skip


def sentence(made: Decision, application: Application) -> tuple[str, str]:
    """The outcome in one sentence, in both languages."""
    asked, given = (tell(fen, SPECS["requested_fen"], "zh") for fen in (application.requested_fen, made.limit_fen))
    if made.outcome is Outcome.APPROVE:
        return f"同意：申请 {asked}，可用额度 {given}。", f"Approved: {asked} asked for, {given} granted."
    if made.outcome is Outcome.REFER:
        return f"转人工：申请 {asked}，由信贷人员复核。", f"Referred: {asked} asked for; a credit officer will look."
    return f"未通过：申请 {asked}。", f"Declined: {asked} asked for."


def _row(row: Mapping[str, object], names: Mapping[Id, str]) -> QueueRow:
    decided_on, requested, limit = row["decided_on"], row["requested_fen"], row["limit_fen"]
    assert isinstance(decided_on, dt.date)
    assert isinstance(requested, int)
    assert isinstance(limit, int)
    return QueueRow(
        decision=str(row["decision"]), application=str(row["application"]), party=str(row["party"]), name=names.get(str(row["party"]), ""),
        product=str(row["product"]), outcome=Outcome(str(row["outcome"])), requested_fen=requested, limit_fen=limit,
        decided_on=decided_on, reviewed=bool(row["reviewed"]),
    )  # fmt: skip


def _later(house: House, made: Decision) -> Id | None:
    """The decision that overrides this one."""
    rows = house.decisions.list(party=made.party, limit=100)
    others = [str(row["decision"]) for row in rows if row["application"] == made.application and row["decision"] != made.id]
    records = [found[1] for other in others if (found := house.decisions.get(other)) is not None]
    return next((one.id for one in records if one.overrides == made.id), None)


def _read(steps: Iterable[Step]) -> Sequence[str]:
    return list(dict.fromkeys(name for step in steps for name, _ in step.facts))


@dataclass(frozen=True, slots=True)
class _Known:
    """What a decision knew, and which kinds of evidence it left out as unreliable."""

    facts: Facts
    left_out: frozenset[EvidenceKind]


def _facts(names: Iterable[str], known: _Known) -> tuple[FactView, ...]:
    return tuple(_fact(name, known) for name in names if name in SPECS)


def _fact(name: str, known: _Known) -> FactView:
    spec, feature, value = SPECS[name], CATALOGUE.get(name), known.facts.values.get(name)
    left_out = feature is not None and not known.left_out.isdisjoint(feature.sources)
    return FactView(
        name=name, zh=spec.zh, en=spec.en, value_zh=tell(value, spec, "zh"), value_en=tell(value, spec, "en"), known=value is not None,
        source=feature.source if feature else None, window_days=feature.window_days if feature else None,
        missing=None if value is not None or feature is None else "left_out" if left_out else feature.missing.value,
    )  # fmt: skip


def _titles(name: str, code: str | None) -> tuple[str, str]:
    return TITLES[code] if code in TITLES else _STEPS.get(name, (name, name))


def _access(step: Step, compiled: CompiledPolicy, known: _Known) -> AccessView:
    code = next((rule.reason for rule in compiled.policy.access if rule.name == step.name), None)
    state = "unknown" if step.value is None else "fired" if step.value else "clear"
    read = _facts((name for name, _ in step.facts), known)
    return AccessView(step.name, *_titles(step.name, code), step.expression, state, step.decided, step.outcome, read)


def _cap(step: Step, longest: int, compiled: CompiledPolicy, known: _Known) -> CapView:
    code = next((cap.reason for cap in compiled.policy.limit if cap.name == step.name), None)
    amount = step.value or 0
    share = max(amount, 0) * 1_000_000 // longest if longest > 0 else 0
    read = _facts((name for name, _ in step.facts), known)
    return CapView(step.name, *_titles(step.name, code), step.expression, amount, share, step.decided, read)


def _part(step: Step, product: Product, known: _Known) -> PartView:
    percent = "" if step.value is None else decimal(step.value, RATE_SCALE[product.rate_basis] - 2)
    names = PARTS.get(step.name, (step.name, step.name))
    return PartView(step.name, *names, step.expression, step.value, percent, _facts((name for name, _ in step.facts), known))


def _named(feature: str) -> tuple[str, str]:
    known = CATALOGUE.get(feature)
    return (known.zh, known.en) if known else (feature, feature)
