"""Think about one application: evidence to features, score, related finding, facts, decision. It writes nothing.

What costs time to prepare is kept: policies compiled by digest, models decoded by id, the graph of relations indexed once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from farthing.decision.compiled import CompiledPolicy, compile_policy
from farthing.decision.decide import Case, Verdict, override
from farthing.decision.decide import decide as fold
from farthing.decision.facts import Given, bounded, gather, specs_of, with_score
from farthing.domain.consent import Consent
from farthing.domain.decision import Application, Decision, Estimated, Reason, SourceRead
from farthing.domain.errors import Conflict, Forbidden, NotFound
from farthing.domain.evidence import EvidenceKind
from farthing.domain.facility import LineState, LineStatus
from farthing.domain.facts import Facts
from farthing.domain.ids import Id
from farthing.domain.model_card import ModelClass
from farthing.domain.party import Party, RelatedFinding
from farthing.domain.policy import Policy
from farthing.domain.product import Product
from farthing.domain.score import Score
from farthing.features.catalogue import CATALOGUE, FEATURES
from farthing.flows.estimates import SPECS as ESTIMATED
from farthing.flows.estimates import About, estimates, kinds_asked
from farthing.flows.observe import allowed, facts_for, features_of, kinds_of, read_by_models
from farthing.flows.ports import House, Parties
from farthing.flows.reliability.rely import closed, lost, relied_on, unread
from farthing.graph.related import RelatedIndex, build, find
from farthing.ledger.bill.exposure import exposures
from farthing.ledger.facility import advance
from farthing.models.artefact import ready
from farthing.models.reasons import reason_for

SPECS = specs_of(FEATURES, tuple(ESTIMATED.values()))
"""Every fact a policy may name."""
KEPT_POLICIES = 64


@dataclass(frozen=True, slots=True)
class Thought:
    """A decision with the facts it was made from, and the kinds of evidence it needed a consent for."""

    decision: Decision
    facts: Facts
    kinds: tuple[EvidenceKind, ...] = ()


def think(house: House, application: Application, party: Party) -> Thought:
    """The decision on an application as of its day. `Forbidden` without consent, `NotFound` without a policy in force."""
    product = product_of(house, application.product)
    policy = house.registry.policy(product.code, application.applied_on)
    if policy is None:
        raise NotFound("no_policy", f"No policy is in force for {product.code} on {application.applied_on}.", "Publish one first.")
    compiled = compiled_policy(policy, product)
    kinds = kinds_read(compiled)
    consents = house.parties.consents(party.id)
    require_consent(party, consents, kinds, application.applied_on)
    related = related_finding(house, party.id)
    recorded = facts_for(compiled, read_by_models(house, product.market))
    sources = relied_on(house, compiled, {*kinds_of(recorded.features), *kinds_asked(compiled)})
    left_out = unread(sources)
    features = allowed(recorded.features, consents, kinds, application.applied_on, left_out)
    known = bounded(features_of(house, party, application.applied_on, features), SPECS)
    estimated = estimate(house, known, product.market, application.applied_on)
    missed = left_out - _only_beside(compiled, estimated.reads, left_out)
    about = About(party, product.market, application.applied_on, len(missed))
    beside = estimates(closed(house, left_out), compiled, about)
    given = Given(application, party, product, known, estimated.score, related, exposure_fen(house, party.id), beside.facts)
    facts = gather(given, {**recorded.specs, **beside.specs}, application.applied_on)
    case = _case(application, facts, (compiled, product), estimated, Beside(related, beside.by, sources))
    return Thought(fold(case, compiled), facts, kinds)


def _only_beside(compiled: CompiledPolicy, reads: Collection[str], left_out: frozenset[EvidenceKind]) -> frozenset[EvidenceKind]:
    """Of these kinds those that an answer cannot rest on: recorded for models beside the one in use, of which `reads` are the features."""
    if not left_out:
        return left_out
    recorded = facts_for(compiled, frozenset(reads))
    return left_out - {*kinds_of(recorded.features), *kinds_asked(compiled)}


def redecide(house: House, application: Application, recorded: Decision, facts: Facts) -> Decision:
    """The decision again, from what was recorded: facts, finding, policy and model by name. Equal bytes, or something was changed."""
    if recorded.overrides is not None:
        return _review_again(house, recorded)
    product = _as_it_was(product_of(house, application.product), facts)
    known = {name: value for name, value in facts.values.items() if name in CATALOGUE and (value is None or type(value) is int)}
    estimated = estimate_again(house, recorded.model, known) if recorded.model else Estimate(None, ())
    compiled = compiled_policy(house.registry.policy_by_digest(recorded.policy_digest), product)
    return fold(_case(application, facts, (compiled, product), estimated, _beside(recorded)), compiled)


def decide_with(house: House, application: Application, recorded: Decision, facts: Facts, model: Id) -> Decision:
    """What would have been decided with another model, all else as it was recorded."""
    product = _as_it_was(product_of(house, application.product), facts)
    known = {name: value for name, value in facts.values.items() if name in CATALOGUE and (value is None or type(value) is int)}
    estimated = estimate_again(house, model, known)
    compiled = compiled_policy(house.registry.policy_by_digest(recorded.policy_digest), product)
    return fold(_case(application, with_score(facts, estimated.score), (compiled, product), estimated, _beside(recorded)), compiled)


def _review_again(house: House, recorded: Decision) -> Decision:
    """A person's decision follows from the one it overrides and what that person said."""
    assert recorded.overrides is not None
    earlier = house.decisions.get(recorded.overrides)
    if earlier is None:
        raise NotFound("erased", f"The record of {recorded.overrides} was erased.", "Nothing is left to replay.")
    application, decision, facts = earlier
    base = redecide(house, application, decision, facts)
    said = next(step for step in recorded.steps if step.name == "review")
    verdict = Verdict(recorded.outcome, recorded.limit_fen, recorded.accountable, recorded.approver, said.expression, recorded.decided_on)
    return override(base, verdict, product_of(house, application.product))


@dataclass(frozen=True, slots=True)
class Beside:
    """What a decision goes by beside facts and score: the related finding, which models gave facts, and how far its sources were relied
    on."""

    related: RelatedFinding
    estimated: tuple[Estimated, ...]
    sources: tuple[SourceRead, ...]


def _beside(recorded: Decision) -> Beside:
    return Beside(recorded.related, recorded.estimated, recorded.sources)


def _case(application: Application, facts: Facts, by: tuple[CompiledPolicy, Product], scored: Estimate, beside: Beside) -> Case:
    """The case to fold, with the facts that rest on unread sources by name; the score's reasons say nothing of those."""
    compiled, product = by
    gone = lost(beside.sources, facts.values, scored.reads)
    contributions = scored.score.contributions if scored.score and gone else ()
    silent = {reason_for(one, CATALOGUE.get(one.feature)).code for one in contributions if one.feature in gone}
    reasons = tuple(one for one in scored.reasons if one.code not in silent)
    return Case(
        application, facts, product, scored.score, beside.related, reasons, beside.estimated, beside.sources, gone,
        _only_beside(compiled, scored.reads, unread(beside.sources)),
    )  # fmt: skip


def _as_it_was(product: Product, facts: Facts) -> Product:
    low, high = facts.values["product_min_fen"], facts.values["product_max_fen"]
    assert isinstance(low, int)
    assert isinstance(high, int)
    return replace(product, limit_min_fen=low, limit_max_fen=high, draw_min_fen=min(product.draw_min_fen, low))


# ---- the parts -------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=KEPT_POLICIES)
def compiled_policy(policy: Policy, product: Product) -> CompiledPolicy:
    """A policy ready to run, kept by its content."""
    return compile_policy(policy, product, SPECS)


def product_of(house: House, code: str) -> Product:
    """The product of the catalogue; `NotFound` names those there are."""
    product = house.products.get(code)
    if product is None:
        raise NotFound("no_product", f"There is no product {code[:60]!r}.", f"There are {', '.join(sorted(house.products))}.")
    return product


@dataclass(frozen=True, slots=True)
class Estimate:
    """The score and its reasons, worst shortfall first, and the features that its model reads; no score where no model is approved."""

    score: Score | None
    reasons: tuple[Reason, ...]
    reads: frozenset[str] = frozenset()


def estimate(house: House, features: Mapping[str, int | None], market: str, on: dt.date) -> Estimate:
    """By the rating model in use, if there is one that may be used in the market on the day: none is better than one nobody vouches for."""
    found = house.registry.model_in_use(ModelClass.RATING, market)
    if found is None or not found[0].usable(market, on) or foreign(found[1]) is not None:
        return Estimate(None, ())
    return _score(found[0].id, found[1], features)


def estimate_again(house: House, model: str, features: Mapping[str, int | None]) -> Estimate:
    """By the model of that id, retired or not; `NotFound` if it is gone."""
    found = house.registry.model(model)
    if found is None:
        raise NotFound("no_model", f"There is no model {model}.", "List models to see their ids.")
    return _score(found[0].id, found[1], features)


def _score(model: str, artefact: bytes, features: Mapping[str, int | None]) -> Estimate:
    made = _ready(artefact)
    score, reasons = made.estimate(features, CATALOGUE)
    return Estimate(replace(score, model=model), reasons, frozenset(one.feature for one in made.reads))


_ready = lru_cache(maxsize=16)(ready)


@lru_cache(maxsize=16)
def foreign(artefact: bytes) -> str | None:
    """A column that a model reads and the catalogue does not have, by name, scale and kind: such a model knows nothing of our facts."""
    for one in _ready(artefact).reads:
        known = CATALOGUE.get(one.feature)
        if known is None or one.scale not in (None, known.scale) or one.category:
            return one.feature
    return None


def related_finding(house: House, party: Id) -> RelatedFinding:
    """Screened against the bank's insiders by all relations declared by now."""
    return find(_index(house.parties, house.parties.relations_version()), party)  # type: ignore[arg-type]  # kept by identity


@lru_cache(maxsize=2)
def _index(parties: Parties, version: str) -> RelatedIndex:
    del version  # what it names is read here; another version is another index
    return build(parties.relations(), parties.insiders())


def exposure_fen(house: House, party: Id) -> int:
    """What the party owes today or may still draw: the limit of a line that may be drawn on, else what is left to pay; and the faces
    of unpaid bills that it accepted, or sold to the bank."""
    today = house.clock.today()
    lines = sum(_promised_fen(advance(state, max(today, state.as_of)), today) for state in house.lines.of_party(party))
    return lines + exposures(house.bills.exposed_to(party)).get(party, 0)


def _promised_fen(state: LineState, today: dt.date) -> int:
    live = state.status is LineStatus.ACTIVE and today < state.terms.expires_on
    return max(state.terms.limit_fen, state.owed_fen) if live else state.owed_fen


def kinds_read(compiled: CompiledPolicy) -> tuple[EvidenceKind, ...]:
    """The kinds of evidence that a policy reads, by name."""
    read = {name for ready in (*compiled.access, *compiled.limit, *compiled.price) for name in ready.reads if name in CATALOGUE}
    return tuple(sorted({kind for name in read for kind in CATALOGUE[name].sources}, key=lambda kind: kind.value))


def require_consent(party: Party, consents: Sequence[Consent], kinds: Sequence[EvidenceKind], on: dt.date) -> None:
    """IL-12, PI-05: the kinds of evidence that the policy reads must be covered by a consent that runs on the day."""
    if party.erased or party.restricted_until is not None:
        raise Conflict("party_closed", f"{party.id} was erased or restricted.", "It cannot apply.")
    for kind in kinds:
        if not any(consent.covers(kind, on) for consent in consents):
            raise Forbidden("no_consent", f"{party.id} has not consented to the use of {kind.value} evidence.", "Ask for consent first.")
