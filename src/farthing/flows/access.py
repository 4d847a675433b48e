"""Who may do what: the check at the top of every flow."""

from __future__ import annotations

from farthing.domain.errors import Forbidden
from farthing.domain.ids import Id
from farthing.domain.staff import Actor, Role


def require(actor: Actor, *roles: Role) -> None:
    """`Forbidden` unless the actor has one of the roles. The system acts for a named owner and may do what is listed for it."""
    if actor.role not in roles:
        allowed = ", ".join(role.value for role in roles)
        raise Forbidden("role", f"{actor.name} ({actor.role.value}) may not do this.", f"Ask someone with the role {allowed}.")


def require_own(actor: Actor, party: Id) -> None:
    """A borrower reaches only what is theirs; staff are checked by `require`."""
    if actor.role is Role.BORROWER and actor.party != party:
        raise Forbidden("not_yours", "This belongs to another customer.", "Open your own line.")
