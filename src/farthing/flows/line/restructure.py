"""New terms for a borrower in difficulty (RC-09): what is owed falls due anew, is observed, and a second person agrees."""

from __future__ import annotations

from farthing.domain.arrears import Concession
from farthing.domain.errors import Conflict, Invalid
from farthing.domain.facility import LineState
from farthing.domain.line_event import Restructured, Waived
from farthing.domain.money import format_yuan
from farthing.flows.access import require_ground
from farthing.flows.line.change import refuse_ended

LONGEST_DAYS = 3660


def check_restructuring(state: LineState, body: Restructured) -> None:
    """`Invalid` for terms that contradict each other or let go of more than is owed. Interest is never capitalised: it bears none."""
    refuse_ended(state)
    if not state.owed_fen:
        raise Conflict("nothing_owed", f"Nothing is owed on line {body.line}.", "There is nothing to restructure.")
    ahead = (body.matures_on - state.as_of).days
    if not 0 < ahead <= LONGEST_DAYS:
        raise Invalid("bad_maturity", f"{body.matures_on} is no day to mature on.", "Choose one within ten years.", field="matures_on")
    if body.holiday_until is not None and not state.as_of < body.holiday_until <= body.matures_on:
        told = f"A holiday until {body.holiday_until} does not end in time."
        raise Invalid("bad_holiday", told, "End it by the maturity.", field="holiday_until")
    if body.rate is not None and (body.rate.basis is not state.terms.rate.basis or body.rate.units >= state.terms.rate.units):
        raise Invalid("bad_rate", "A concession lowers the rate, on the line's own basis.", "Give a lower rate or none.", field="rate")
    _check_waived(state, (body.waived_principal_fen, body.waived_interest_fen, body.waived_penalty_fen))
    _check_named(body)


def _check_named(body: Restructured) -> None:
    """The concessions named are those given."""
    waived = body.waived_principal_fen + body.waived_interest_fen + body.waived_penalty_fen
    given = {
        Concession.FORGIVENESS: waived > 0,
        Concession.LOWER_RATE: body.rate is not None,
        Concession.GRACE: body.holiday_until is not None,
    }
    if not body.concessions or any((concession in body.concessions) is not really for concession, really in given.items()):
        named = ", ".join(concession.value for concession, really in given.items() if really)
        told = "The concessions named are not those given."
        raise Invalid("bad_concessions", told, f"Name {named or 'what is conceded'}.", field="concessions")


def check_waiver(state: LineState, body: Waived) -> None:
    """Interest or penalty let go of for another reason than difficulty, such as a mistake of the bank's."""
    require_ground(body.ground)
    refuse_ended(state)
    _check_waived(state, (0, body.interest_fen, body.penalty_fen))
    if not body.interest_fen + body.penalty_fen:
        raise Invalid("nothing_waived", "A waiver lets go of something.", "Give an amount of interest or penalty.", field="interest_fen")


def _check_waived(state: LineState, waived: tuple[int, int, int]) -> None:
    owed = (state.principal_fen, state.interest_owed_fen, state.penalty_owed_fen)
    for name, part, whole in zip(("principal", "interest", "penalty"), waived, owed, strict=True):
        if not 0 <= part <= whole:
            told = f"{format_yuan(part)} of {name} cannot be let go of: {format_yuan(whole)} is owed."
            raise Invalid("waived_above_owed", told, "Let go of at most what is owed.", field=f"waived_{name}_fen")
