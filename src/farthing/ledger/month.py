"""A line at the end of a month: its totals, its class, what it asks for, and its row of the 24-month status file (CR-07)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from farthing.domain.arrears import LoanClass
from farthing.domain.ids import Id
from farthing.ledger.arrears import dpd, overdue_fen
from farthing.ledger.breakdown import Known, path_at_close
from farthing.ledger.conduct import loan_class
from farthing.ledger.posting import Totals, totals
from farthing.ledger.status import letters

SILENT = frozenset("/*")
"""Months of which there is nothing to say."""


@dataclass(frozen=True, slots=True)
class LineMonth:
    """How a line stood at the last close of a month; `letters` tell its 24 months up to then, oldest first."""

    line: Id
    product: str
    letters: str
    loan_class: LoanClass
    dpd: int
    principal_fen: int
    overdue_fen: int
    totals: Totals
    synthetic: bool

    @property
    def reported(self) -> bool:
        """Does it owe anything, or has it a history?"""
        return self.principal_fen != 0 or not SILENT.issuperset(self.letters)


def line_month(known: Known) -> LineMonth | None:
    """The line as the close saw it; None where it was not open."""
    state, path = path_at_close(known)
    if state is None:
        return None
    return LineMonth(
        line=state.terms.line, product=state.terms.product, letters=letters(path, known.day), loan_class=loan_class(state), dpd=dpd(state),
        principal_fen=state.principal_fen, overdue_fen=overdue_fen(state), totals=totals(state), synthetic=state.terms.synthetic,
    )  # fmt: skip


def status_rows(months: Iterable[LineMonth]) -> str:
    """Rows of the status file."""
    return "".join(
        f"{one.line},{one.product},{one.letters},{one.loan_class.value},{one.dpd},{one.principal_fen},{one.overdue_fen},{int(one.synthetic)}\n"
        for one in months
        if one.reported
    )


STATUS_HEAD = "line,product,status_24m,loan_class,dpd,principal_fen,overdue_fen,synthetic\n"
