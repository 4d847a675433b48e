"""The fields of requests and answers: amounts in whole fen, days, ids, keys, cursors, and what an answer is."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import json
import re
from decimal import Decimal
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Header, Path, Query, Response
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from farthing.domain.errors import Invalid
from farthing.flows.queries.lines import RateView

T = TypeVar("T")
MOST_FEN = 10**14
EARLIEST, LATEST = dt.date(1990, 1, 1), dt.date(2199, 12, 31)
FIRST_REGISTRATION = dt.date(1850, 1, 1)
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_ID = r"_[a-z0-9]{8,36}$"
_PLACE = re.compile(r"[a-z]{3}_[a-z0-9]{8,36}")


def _written(value: Any) -> Any:
    """Days come as `2026-11-22` only: no timestamps, no numbers."""
    if isinstance(value, str) and not _ISO.fullmatch(value):
        raise ValueError("a day is written like 2026-11-22")
    if not isinstance(value, str | dt.date):
        raise ValueError("a day is a string like 2026-11-22")
    return value


Fen = Annotated[int, Field(strict=True, ge=1, le=MOST_FEN, description="whole fen (1 yuan = 100 fen)", examples=[1_000_000])]
Day = Annotated[dt.date, BeforeValidator(_written), Field(ge=EARLIEST, le=LATEST, examples=["2026-11-22"])]
Registration = Annotated[dt.date, BeforeValidator(_written), Field(ge=FIRST_REGISTRATION, le=LATEST, examples=["2021-03-01"])]
Word = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[a-z][a-z0-9_]*$")]
Text = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]
PartyId = Annotated[str, StringConstraints(pattern=f"^pty{_ID}")]
LineId = Annotated[str, StringConstraints(pattern=f"^lin{_ID}"), Field(examples=["lin_aaaaaaaaaaaaaaaaaaaaaaaa"])]
Ground = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{2,39}$"), Field(examples=["returned_by_bank"])]
Since = Annotated[Day | None, Field(description="the day it took effect, if it is recorded late; today if left out")]
Whole = Annotated[int, Field(strict=True, ge=0, le=MOST_FEN, description="whole fen, 0 for none")]

PartyPath = Annotated[str, Path(pattern=f"^pty{_ID}", examples=["pty_aaaaaaaaaaaaaaaaaaaaaaaa"])]
DecisionPath = Annotated[str, Path(pattern=f"^dec{_ID}", examples=["dec_aaaaaaaaaaaaaaaaaaaaaaaa"])]
LinePath = Annotated[str, Path(pattern=f"^lin{_ID}", examples=["lin_aaaaaaaaaaaaaaaaaaaaaaaa"])]
EventPath = Annotated[str, Path(pattern=f"^evt{_ID}", examples=["evt_aaaaaaaaaaaaaaaaaaaaaaaa"])]
ProposalPath = Annotated[str, Path(pattern=f"^prp{_ID}", examples=["prp_aaaaaaaaaaaaaaaaaaaaaaaa"])]
Key = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        pattern=r"^[!-~]{1,100}$",
        description="Yours to choose, one for each thing you want done: the same key twice does it once and gives the first answer again.",
        examples=["order-2026-0001"],
    ),
]
IfMatch = Annotated[
    str | None,
    Header(
        alias="If-Match",
        pattern=r'^"[!-~]{1,60}"$',
        description="The ETag of the line you looked at: 412 when something happened on it since.",
    ),
]
Limit = Annotated[int, Query(ge=1, le=200, description="at most so many")]
Cursor = Annotated[str | None, Query(max_length=200, pattern=r"^[A-Za-z0-9_=-]*$", description="`next` of the page before")]


class Ask(BaseModel):
    """The body of a request: what is not asked for may not be said."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Answer(BaseModel):
    """The body of an answer, built from the values of the same names."""

    model_config = ConfigDict(extra="forbid", frozen=True, from_attributes=True)


class Listed(Answer, Generic[T]):
    """A page of a list; `next` is the cursor of the following one, null at the end."""

    items: list[T]
    next: str | None = None


class RateAnswer(Answer):
    """A rate three ways, in per cent as decimal strings: a day, a year (simple), a year (compounded daily)."""

    daily_percent: str = Field(examples=["0.0300"])
    annual_percent: str = Field(examples=["10.95"])
    effective_percent: str = Field(examples=["11.57"])


def rate_answer(rate: RateView) -> RateAnswer:
    """A rate as the API tells it."""
    daily, annual = Decimal(rate.daily_percent), Decimal(rate.annual_percent)
    return RateAnswer(daily_percent=f"{daily:.4f}", annual_percent=f"{annual:.2f}", effective_percent=percent(rate.effective_ppm))


def percent(ppm: int) -> str:
    """Parts per million as per cent, exact: `11.5702`."""
    return f"{Decimal(ppm) / 10_000:.4f}"


def told(answer: BaseModel, status: int = 200, **headers: str) -> Response:
    """An answer as it goes out; `etag=` and `location=` become headers. It was checked when it was built, so it is not checked again."""
    return Response(answer.model_dump_json(), status, headers=headers, media_type="application/json")


def cursor(kind: str, position: int | str) -> str:
    """An opaque place in the list `kind`."""
    return base64.urlsafe_b64encode(json.dumps([kind, position]).encode()).decode()


def position(kind: str, given: str | None) -> int | str | None:
    """The place a cursor of the list `kind` stands for; `Invalid` for one that is not ours."""
    if not given:
        return None
    try:
        of, place = json.loads(base64.urlsafe_b64decode(given))
        ours = _PLACE.fullmatch(place) if isinstance(place, str) else isinstance(place, int) and 0 <= place < 2**31
        if of == kind and ours:
            return place  # type: ignore[no-any-return]
    except (ValueError, TypeError, binascii.Error):
        pass
    raise Invalid("bad_cursor", "That is not a cursor of this list.", "Take `next` from the page before.", field="cursor")


def offset(kind: str, given: str | None) -> int:
    """The offset a cursor stands for; 0 without one."""
    place = position(kind, given) or 0
    if not isinstance(place, int):
        raise Invalid("bad_cursor", "That is not a cursor of this list.", "Take `next` from the page before.", field="cursor")
    return place


def onward(kind: str, start: int, shown: int, limit: int) -> str | None:
    """The cursor after a full page; a page that is not full is the last."""
    return cursor(kind, start + shown) if shown == limit else None
