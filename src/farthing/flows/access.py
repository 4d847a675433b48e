"""Who may do what, the check at the top of every flow; and how often somebody may come to a door."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from farthing.domain.errors import Conflict, Forbidden, Invalid
from farthing.domain.ids import Id
from farthing.domain.staff import Actor, Purpose, Role

GROUND = re.compile(r"^[a-z][a-z0-9_]{2,39}$")
"""A code, never a sentence: events hold no personal data."""


def require(actor: Actor, *roles: Role) -> None:
    """`Forbidden` unless the actor has one of the roles. The system acts for a named owner and may do what is listed for it."""
    if actor.role not in roles:
        allowed = ", ".join(role.value for role in roles)
        raise Forbidden("role", f"{actor.name} ({actor.role.value}) may not do this.", f"Ask someone with the role {allowed}.")


def require_own(actor: Actor, party: Id) -> None:
    """A borrower reaches only what is theirs; staff are checked by `require`."""
    if actor.role is Role.BORROWER and actor.party != party:
        raise Forbidden("not_yours", "This belongs to another customer.", "Open your own line.")


def purpose_of(actor: Actor, work: Purpose = Purpose.SERVICING) -> Purpose:
    """What somebody reads personal data for: a borrower their own, an auditor to audit, everybody else for their work."""
    return {Role.BORROWER: Purpose.OWN_ACCESS, Role.AUDITOR: Purpose.AUDIT}.get(actor.role, work)


def require_ground(ground: str) -> None:
    """`Invalid` unless the ground is a code."""
    if not GROUND.match(ground):
        raise Invalid(
            "bad_ground", f"{ground[:40]!r} is not a ground.", "Give a code in small letters like suspected_fraud.", field="ground"
        )


@dataclass(slots=True)
class Allowance:
    """Requests of each caller: `burst` at once, `per_second` for as long as they like."""

    per_second: float
    burst: float
    clock: Callable[[], float]
    _left: dict[str, tuple[float, float]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, caller: str) -> None:
        """Count one request; `Conflict` (`too_many`) when the caller sent too many."""
        with self._lock:
            now = self.clock()
            left, since = self._left.get(caller, (self.burst, now))
            left = min(self.burst, left + (now - since) * self.per_second)
            allowed = left >= 1.0
            self._left[caller] = (left - 1.0 if allowed else left, now)
            if len(self._left) > 10_000:
                self._left = {key: value for key, value in self._left.items() if now - value[1] < 60}
        if not allowed:
            often = f"{self.per_second:.0f} a second" if self.per_second >= 1 else f"one in {1 / self.per_second:.0f} seconds"
            raise Conflict("too_many", "Too many requests.", f"This caller may send {often}; wait a moment.")

    def give_back(self, caller: str) -> None:
        """The last request of this caller does not count."""
        with self._lock:
            left, since = self._left.get(caller, (self.burst, self.clock()))
            self._left[caller] = (min(self.burst, left + 1.0), since)


def logins(clock: Callable[[], float]) -> Allowance:
    """Wrong passwords from one address, by page or by API: one every two seconds, 20 at once."""
    return Allowance(0.5, 20, clock)
