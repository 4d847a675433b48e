"""What a rule of the law is to the code: its source, since when, how sure we are of its text, and how hard it holds."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from farthing.domain.errors import Invalid


class Confidence(StrEnum):
    """How the text of a rule is known."""

    A = "A"  # the primary text was read
    B = "B"  # a secondary source says that it read it
    C = "C"  # to be confirmed
    X = "X"  # sources conflict

    @property
    def confirmed(self) -> bool:
        """May the law's name stand behind a refusal?"""
        return self in (Confidence.A, Confidence.B)


class Severity(StrEnum):
    """How hard a rule holds."""

    BLOCK = "block"  # what breaks it is refused, or the class follows from it: the law says so
    POLICY = "policy"  # the same, but by the bank's own will: the text is not confirmed, and holding it is the stricter reading
    ADVISORY = "advisory"  # told to a person, who decides


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `effective_to` is its last day. `held_by` names the modules that hold it; empty where this version does not."""

    id: str
    doc: str
    article: str
    effective_from: dt.date
    confidence: Confidence
    severity: Severity
    zh: str
    en: str
    held_by: tuple[str, ...] = ()
    effective_to: dt.date | None = None

    def __post_init__(self) -> None:
        if self.severity is Severity.BLOCK and not self.confidence.confirmed:
            told = f"Rule {self.id} would block on a text of confidence {self.confidence}."
            raise Invalid("unconfirmed_rule", told, "Make it advisory, or the bank's own policy, until the text is read.")

    def in_force(self, on: dt.date) -> bool:
        """Does it hold for what happens on a day? Rules are asked by the day of the event, never by the day of the run."""
        return self.effective_from <= on and (self.effective_to is None or on <= self.effective_to)
