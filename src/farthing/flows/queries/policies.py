"""Policies in force and before: rules a risk manager can read, the facts a rule may name, and who a change would move."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from farthing.decision.analysis import PolicyFinding, analyse
from farthing.decision.compare import Swap, decide_columns, facts_frame, swap_set
from farthing.decision.facts import bounded
from farthing.domain.decision import Decision
from farthing.domain.errors import Invalid, NotFound
from farthing.domain.facts import Facts, FactSpec, FactValue
from farthing.domain.feature import Feature
from farthing.domain.policy import Policy
from farthing.domain.staff import Actor, Role
from farthing.flows.access import require
from farthing.flows.decide import SPECS, compiled_policy, product_of
from farthing.flows.observe import facts_for, features_of, readable
from farthing.flows.ports import House
from farthing.flows.reliability.rely import unread

STAFF = (Role.CREDIT_OFFICER, Role.RISK_MANAGER, Role.AUDITOR, Role.SYSTEM)


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """One published version; `in_force` on the open business day."""

    id: str
    version: int
    product: str
    effective_from: dt.date
    owner: str
    approver: str
    digest: str
    in_force: bool


@dataclass(frozen=True, slots=True)
class PolicyView:
    """A policy with what its analysis finds."""

    row: PolicyRow
    policy: Policy
    findings: tuple[PolicyFinding, ...]


def policies(house: House, actor: Actor) -> tuple[PolicyRow, ...]:
    """Every published version, the newest first."""
    require(actor, *STAFF)
    return tuple(_row(house, policy) for policy in house.registry.policies())


def policy(house: House, actor: Actor, name: str) -> PolicyView:
    """By id, or by the first characters of its digest."""
    require(actor, *STAFF)
    found = _named(house, name)
    product = product_of(house, found.product)
    return PolicyView(_row(house, found), found, analyse(compiled_policy(found, product), product))


def facts(actor: Actor) -> tuple[FactSpec, ...]:
    """Every fact a rule may name, by name."""
    require(actor, *STAFF)
    return tuple(SPECS[name] for name in sorted(SPECS))


def compare(house: House, actor: Actor, before: Policy, after: Policy) -> tuple[Swap, ...]:
    """Who would be treated differently, over the facts of every recorded decision on the product, the erased ones left out.

    `Invalid` across products.
    """
    require(actor, Role.RISK_MANAGER, Role.AUDITOR, Role.SYSTEM)
    if before.product != after.product:
        told = f"{after.id} is a policy of {after.product}, {before.id} one of {before.product}."
        raise Invalid("other_product", told, f"Compare it with a policy of {after.product}.", field="product")
    records = [found for id_ in house.decisions.every() if (found := house.decisions.get(id_)) is not None]
    product = product_of(house, before.product)
    was, now = (compiled_policy(each, product) for each in (before, after))
    read = (*facts_for(was, frozenset()).features, *facts_for(now, frozenset()).features)
    rows = [_with(house, made, facts, read) for _, made, facts in records if made.product == before.product and made.overrides is None]
    if not rows:
        raise NotFound("no_decisions", f"No decision on {before.product} is on record.", "Decide some applications first.")
    frame = facts_frame(rows, SPECS)
    return swap_set(decide_columns(frame, was, product), decide_columns(frame, now, product))


def _with(house: House, made: Decision, facts: Facts, read: Sequence[Feature]) -> Mapping[str, FactValue]:
    """The recorded facts, and what the policies read that was not recorded then, as it was known on the day, of what the party still
    allows."""
    left_out = unread(made.sources)
    lacking = tuple(one for one in dict.fromkeys(read) if one.name not in facts.values and not left_out & set(one.sources))
    if not lacking:
        return facts.values
    party = house.parties.get(made.party)
    may = readable(house, party, lacking, facts.as_of)
    return {**bounded(features_of(house, party, facts.as_of, may), SPECS), **facts.values}


def _named(house: House, name: str) -> Policy:
    known: Sequence[Policy] = house.registry.policies()
    found = next((one for one in known if one.id == name or (len(name) >= 8 and one.digest.startswith(name))), None)
    if found is None:
        raise NotFound("no_policy", f"There is no policy {name[:60]!r}.", f"There are {', '.join(one.id for one in known) or 'none'}.")
    return found


def _row(house: House, one: Policy) -> PolicyRow:
    current = house.registry.policy(one.product, house.clock.today())
    people = one.accountable
    return PolicyRow(
        one.id, one.version, one.product, one.effective_from, people.owner, people.approver, one.digest,
        current is not None and current.digest == one.digest,
    )  # fmt: skip
