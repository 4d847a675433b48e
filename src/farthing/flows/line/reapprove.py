"""A line of more than a year is judged again and approved every twelve months (IL-03): an officer proposes, another person agrees."""

from __future__ import annotations

from farthing.domain.errors import Conflict
from farthing.domain.facility import LineState
from farthing.domain.line_event import Reapproved
from farthing.flows.access import require_ground
from farthing.flows.line.change import refuse_ended
from farthing.ledger.conduct import loan_class
from farthing.ledger.reapproval import reapproval_due


def check_reapproval(state: LineState, body: Reapproved) -> None:
    """`Conflict` for a line of a year or less, which ends before it must be approved again, and for a non-performing one."""
    require_ground(body.ground)
    refuse_ended(state)
    if (stands := loan_class(state)).non_performing:
        told = f"Line {body.line} is {stands.value}: nobody approves more lending on it."
        raise Conflict("in_difficulty", told, "Propose a restructuring, or let it be repaid.")
    if reapproval_due(state) is None:
        told = f"Line {body.line} expires on {state.terms.expires_on}, within a year."
        raise Conflict("no_reapproval", told, "Nothing is to be approved again; decide a new application.")
