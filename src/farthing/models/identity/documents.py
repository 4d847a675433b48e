"""What a document number says of itself: resident identity numbers (GB 11643) and unified social credit codes (GB 32100).

A right check digit says that a number was copied without a slip, not that it was ever given to anybody.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from enum import StrEnum

from stdnum.cn import ric, uscc
from stdnum.exceptions import ValidationError

MADE_UP_REGION = "99"
"""GB/T 2260 gives it to nobody: numbers of made-up worlds begin with it."""
_RESIDENT = re.compile(r"[0-9]{17}[0-9X]")
_CREDIT = re.compile(r"[0-9A-HJ-NPQRTUWXY]{18}")


class DocumentKind(StrEnum):
    """Which document a number is of, by its form."""

    RESIDENT = "resident"
    CREDIT_CODE = "credit_code"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Document:
    """A number as it reads. `region_known` and `born_on` are None where the kind says nothing of them, or it is a made-up region."""

    kind: DocumentKind
    check_digit: bool
    region_known: bool | None = None
    born_on: dt.date | None = None
    made_up: bool = False


def read(number: str) -> Document:
    """A number in any spelling; one of neither form is of an unknown kind."""
    told = re.sub(r"[\s-]", "", number).upper()
    if _RESIDENT.fullmatch(told) and not _is_credit_code(told):
        return _resident(told)
    if _CREDIT.fullmatch(told):
        return Document(DocumentKind.CREDIT_CODE, uscc.calc_check_digit(told) == told[-1])
    return Document(DocumentKind.UNKNOWN, check_digit=False)


def _is_credit_code(told: str) -> bool:
    """Eighteen digits can be either: a credit code's first two name who registered what, and no region begins with 91, 92 or 93."""
    return told[:2] in ("91", "92", "93") and uscc.calc_check_digit(told) == told[-1]


def _resident(told: str) -> Document:
    made_up = told.startswith(MADE_UP_REGION)
    try:
        born_on = ric.get_birth_date(told)
    except ValidationError:
        born_on = None
    return Document(DocumentKind.RESIDENT, ric.calc_check_digit(told) == told[-1], None if made_up else _given(told), born_on, made_up)


def _given(told: str) -> bool:
    """Was the region ever given, in the year of birth?"""
    try:
        return bool(ric.get_birth_place(told))
    except (ValidationError, KeyError):  # a region of which the library knows the province alone
        return False


def age_on(born_on: dt.date, day: dt.date) -> int:
    """Whole years on a day; below zero for who is yet to be born."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))
