"""Errors as RFC 9457 problem+json: the one file where a Farthing error meets an HTTP status."""

from __future__ import annotations

import logging
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from farthing.domain.errors import Broken, Conflict, FarthingError, Forbidden, Invalid, NotFound, Unavailable

STATUS: dict[type[FarthingError], int] = {Invalid: 422, NotFound: 404, Forbidden: 403, Conflict: 409, Unavailable: 503, Broken: 500}
BY_CODE = {"too_many": 429, "locked_out": 429, "line_changed": 412, "too_large": 413, "bad_content_type": 415}
"""Codes that say more than their kind does."""
AGAIN_S = {"locked_out": 900}
"""Seconds to wait before another try, by code; where nothing is said, one."""
REMEDIES = {
    400: "Send the body as its Content-Type says and as the schema at /openapi.json asks.",
    404: "The paths are at /openapi.json.",
    413: "Send less, or in parts.",
}
"""What to do about what the framework refuses, by status."""
SCHEMA = "The schema is at /openapi.json."
MEDIA_TYPE = "application/problem+json"
SHOWN = 200
LOG = logging.getLogger("farthing.api")


class NotLoggedIn(Exception):  # noqa: N818 - a word of the door, not a kind of the house
    """No token, or one that is not ours or too old."""


class Problem(BaseModel):
    """What happened, where in the request, and what to do about it."""

    type: str = Field("about:blank", description="always about:blank: `code` tells problems apart")
    title: str
    status: int
    code: str = Field(description="stable and machine-readable", examples=["draw_above_headroom"])
    detail: str
    remedy: str = ""
    field: str | None = Field(None, description="the input at fault, as a dotted path")


def problem(status: int, code: str, detail: str, remedy: str = "", *, field: str | None = None) -> JSONResponse:
    """A problem as a response; 429 and 503 say when to try again."""
    body = Problem(title=HTTPStatus(status).phrase, status=status, code=code, detail=detail, remedy=remedy, field=field)  # type: ignore[call-arg]
    headers = {"Retry-After": str(AGAIN_S.get(code, 1))} if status in (429, 503) else {}
    if status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    return JSONResponse(body.model_dump(), status, headers=headers, media_type=MEDIA_TYPE)


def of_error(error: FarthingError) -> JSONResponse:
    """A Farthing error as a problem; what is broken is logged, for somebody must look."""
    status = BY_CODE.get(error.code) or next(status for kind, status in STATUS.items() if isinstance(error, kind))
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        LOG.error("%s: %s", error.code, error.message, exc_info=error)
    return problem(status, error.code, error.message, error.remedy, field=error.field)


def unforeseen(error: Exception) -> JSONResponse:
    """What nobody foresaw: logged in full, told without its insides."""
    LOG.error("unforeseen: %s", type(error).__name__, exc_info=error)
    remedy = "Repeat it with the same Idempotency-Key: what was done is not done twice. If it stays, tell the bank."
    return problem(500, "broken", "Something went wrong on our side.", remedy)


def _farthing(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, FarthingError)
    return of_error(error)


def _invalid(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    if first["type"] == "json_invalid":
        broken = f"The body is not JSON: {first['ctx']['error']} at character {first['loc'][-1]}."
        return problem(422, "bad_json", broken, "Mend it there.", field="body")
    place, *path = (str(part) for part in first["loc"])
    field = ".".join(path) or place
    shown = field.encode("utf-8", "replace").decode("utf-8")[:SHOWN]
    return problem(422, "bad_request", f"{shown}: {first['msg']}.", SCHEMA, field=shown)


def _http(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    allowed = dict(error.headers or {}).get("allow") or dict(error.headers or {}).get("Allow")
    remedy = f"Use {allowed} here." if allowed else REMEDIES.get(error.status_code, SCHEMA)
    told = problem(error.status_code, f"http_{error.status_code}", str(error.detail), remedy)
    told.headers.update(error.headers or {})
    return told


def _not_logged_in(_: Request, error: Exception) -> JSONResponse:  # noqa: ARG001 - the signature of a handler
    return problem(401, "not_logged_in", "This needs a token that is ours and not too old.", "Get one at POST /api/v1/token.")


def install(app: FastAPI) -> None:
    """Every error of `app` becomes a problem."""
    app.add_exception_handler(FarthingError, _farthing)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(NotLoggedIn, _not_logged_in)
