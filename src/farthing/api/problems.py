"""Errors as RFC 9457 problem+json: the one file where a Farthing error meets an HTTP status."""

from __future__ import annotations

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from farthing.domain.errors import Broken, Conflict, FarthingError, Forbidden, Invalid, NotFound, Unavailable

STATUS: dict[type[FarthingError], int] = {Invalid: 422, NotFound: 404, Forbidden: 403, Conflict: 409, Unavailable: 503, Broken: 500}
MEDIA_TYPE = "application/problem+json"


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
    """A problem as a response; 503 says when to try again."""
    title = {401: "Not logged in", 403: "Forbidden", 404: "Not found", 409: "Conflict", 422: "Invalid", 429: "Too many", 503: "Unavailable"}
    body = Problem(title=title.get(status, "Error"), status=status, code=code, detail=detail, remedy=remedy, field=field)  # type: ignore[call-arg]
    headers = {"Retry-After": "1"} if status in (429, 503) else {}
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return JSONResponse(body.model_dump(), status, headers=headers, media_type=MEDIA_TYPE)


def _farthing(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, FarthingError)
    status = next(status for kind, status in STATUS.items() if isinstance(error, kind))
    if error.code == "too_many":
        status = 429
    return problem(status, error.code, error.message, error.remedy, field=error.field)


def _invalid(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    field = ".".join(str(part) for part in first["loc"])
    return problem(422, "bad_request", f"{field}: {first['msg']}.", "See the schema at /openapi.json.", field=field)


def _http(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    return problem(error.status_code, f"http_{error.status_code}", str(error.detail))


def install(app: FastAPI) -> None:
    """Every error of `app` becomes a problem; what we did not foresee stays a 500 and is logged by the server."""
    app.add_exception_handler(FarthingError, _farthing)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
