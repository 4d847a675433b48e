"""Publish a policy: read, compile, analyse, and record it under two names. Nothing that fails its analysis goes live."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from farthing.decision.analysis import PolicyFinding, analyse
from farthing.decision.policy import read_policy
from farthing.domain.errors import Invalid
from farthing.domain.event import PolicyApproved
from farthing.domain.policy import Policy
from farthing.domain.staff import Accountable, Actor, Role
from farthing.flows.access import require
from farthing.flows.decide import compiled_policy, product_of
from farthing.flows.ports import Command, House, Transaction


@dataclass(frozen=True, slots=True)
class PublishRequest:
    """A policy document. `owner` replaces the one it names; a person who publishes is its approver."""

    text: str
    owner: str | None = None
    approver: str | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """A policy that parses, with what its analysis found."""

    policy: Policy
    findings: tuple[PolicyFinding, ...]

    @property
    def sound(self) -> bool:
        """Whether nothing forbids publishing it."""
        return not any(finding.error for finding in self.findings)


def check_policy(house: House, request: PublishRequest) -> Checked:
    """Read and analyse without publishing; `Invalid` points at the rule that cannot be read."""
    policy = read_policy(request.text)
    if request.owner or request.approver:
        owner, approver = request.owner or policy.accountable.owner, request.approver or policy.accountable.approver
        policy = read_policy(request.text, Accountable(owner, approver))
    product = product_of(house, policy.product)
    return Checked(policy, analyse(compiled_policy(policy, product), product))


def publish_policy(house: House, actor: Actor, request: PublishRequest, key: str) -> Policy:
    """The policy is in force from its date on. The same document twice is one; a changed one needs the next version."""
    require(actor, Role.RISK_MANAGER, Role.SYSTEM)
    if actor.role is Role.RISK_MANAGER:  # who publishes, approves: the owner is someone else
        request = PublishRequest(request.text, request.owner, actor.name)
    checked = check_policy(house, request)
    if not checked.sound:
        told = "; ".join(f"{finding.where}: {finding.message}" for finding in checked.findings if finding.error)
        raise Invalid("unsound_policy", f"{checked.policy.id} may not be published. {told}", "Mend the rules and check again.")
    policy = checked.policy

    def think(transaction: Transaction) -> PolicyApproved:
        people = policy.accountable
        approved = PolicyApproved(policy.id, policy.version, policy.digest, people.owner, people.approver)
        transaction.append(policy.id, house.clock.today(), approved)
        transaction.save_policy(policy, request.text)
        return approved

    house.commands.run(Command(key, "publish_policy", actor, request), think, PolicyApproved)
    return policy


def install_policies(house: House, actor: Actor, texts: Sequence[str]) -> tuple[Policy, ...]:
    """Publish the policies that come with the house; those published before are left as they are."""
    known = {policy.digest for policy in house.registry.policies()}
    installed = []
    for text in texts:
        policy = read_policy(text)
        if policy.digest not in known:
            publish_policy(house, actor, PublishRequest(text), f"install/{policy.digest}")
        installed.append(policy)
    return tuple(installed)
