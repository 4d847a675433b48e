"""The six ways Farthing can fail, and nothing about HTTP.

    FarthingError
    ├── Invalid       the caller sent something that cannot be right
    ├── NotFound      no such item
    ├── Forbidden     this person may not do this
    ├── Conflict      it would contradict what is already recorded
    ├── Unavailable   the outside world does not answer; trying again may help
    └── Broken        a seal or a conservation law does not hold

A decline, a refusal or a quarantined row is a value, never one of these.
"""

from __future__ import annotations


class FarthingError(Exception):
    """What happened, to which item, and what to do about it.

    `code` is stable and machine-readable (`draw_above_headroom`), `message` names the item, `remedy` says what to do,
    `field` points at the input at fault where there is one.
    """

    retryable: bool = False

    def __init__(self, code: str, message: str, remedy: str = "", *, field: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.remedy = remedy
        self.field = field

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}".strip()


class Invalid(FarthingError):
    """The input cannot be right."""


class NotFound(FarthingError):
    """There is no such item."""


class Forbidden(FarthingError):
    """This person, or this role, may not do this."""


class Conflict(FarthingError):
    """It contradicts what is already recorded."""


class Unavailable(FarthingError):
    """Something outside does not answer now."""

    retryable = True


class Broken(FarthingError):
    """A seal or a conservation law does not hold: stop and look."""
