"""Who may do what: the check itself, and that no flow which is told who acts forgets to make it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from tests.flows.bank import AUDITOR, BORROWER, OFFICER, RISK, STRANGER, SYSTEM

import farthing.flows
from farthing.domain.errors import Forbidden
from farthing.domain.staff import Role
from farthing.flows.access import require, require_own

FLOWS = Path(farthing.flows.__file__).parent
ASKED_BEFORE = {
    "know_parties": "a step of intake, which asks",
    "declare_relations": "a step of intake, which asks",
    "rehearse": "it carries out a flow, which asks",
    "staged": "it carries out a flow, which asks",
    "foresee_house": "it carries out a flow, which asks",
    "refuse_own": "it asks by name",
    "asked": "what looks by a model in use asks before",
    "make_own": "what trains asks before",
}


def test_one_of_the_roles_is_enough() -> None:
    require(OFFICER, Role.RISK_MANAGER, Role.CREDIT_OFFICER)
    with pytest.raises(Forbidden) as refused:
        require(AUDITOR, Role.RISK_MANAGER, Role.CREDIT_OFFICER)
    assert refused.value.code == "role"
    assert "钱稽核 (auditor)" in refused.value.message
    assert refused.value.remedy == "Ask someone with the role risk_manager, credit_officer."


def test_no_role_does_not_mean_every_role() -> None:
    with pytest.raises(Forbidden):
        require(SYSTEM)


def test_a_borrower_reaches_only_what_is_theirs() -> None:
    assert BORROWER.party is not None
    require_own(BORROWER, BORROWER.party)
    with pytest.raises(Forbidden) as refused:
        require_own(STRANGER, BORROWER.party)
    assert refused.value.code == "not_yours"
    assert "陈借款" not in f"{refused.value}", "the answer tells a stranger nothing of whose it is"
    for staff in (OFFICER, RISK, AUDITOR, SYSTEM):
        require_own(staff, BORROWER.party)


def written() -> Iterator[tuple[Path, ast.FunctionDef]]:
    """Every function of the flows' files."""
    for path in sorted(FLOWS.rglob("*.py")):
        yield from ((path, node) for node in ast.parse(path.read_text(encoding="utf-8")).body if isinstance(node, ast.FunctionDef))


def is_journey(node: ast.FunctionDef) -> bool:
    """It reaches into the bank for somebody."""
    return not node.name.startswith("_") and {"house", "actor"} <= {argument.arg for argument in node.args.args}


@cache
def asking() -> set[str]:
    """Names of functions that ask for a role, themselves or by a function of the flows that they hand the actor to."""
    calls = {
        node.name: {ast.unparse(call.func) for call in ast.walk(node) if isinstance(call, ast.Call) and "actor" in ast.unparse(call)}
        for _, node in written()
    }
    found = {"require", "require_own"}
    while more := {name for name, called in calls.items() if called & found} - found:
        found |= more
    return found


JOURNEYS = [pytest.param(node.name, id=f"{path.stem}.{node.name}") for path, node in written() if is_journey(node)]


@pytest.mark.parametrize("journey", JOURNEYS)
def test_every_journey_asks_who_it_is(journey: str) -> None:
    assert (journey in asking()) is (journey not in ASKED_BEFORE)


def test_the_journeys_were_found() -> None:
    assert {"apply", "draw", "repay", "erase", "day_end", "log"} <= {str(parameter.values[0]) for parameter in JOURNEYS}
