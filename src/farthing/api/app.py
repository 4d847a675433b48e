"""The REST door of one application: routes, errors, tokens and limits over a house."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from farthing.api import (
    applications,
    bills,
    books,
    catalogue,
    checks,
    consents,
    evidence,
    health,
    houses,
    lines,
    listeners,
    models,
    parties,
    portfolio,
    problems,
    proof,
    proposals,
    servicing,
    token,
)
from farthing.api.dimension import scores
from farthing.api.door import PREFIX, Door
from farthing.api.estimate import beside
from farthing.api.problems import MEDIA_TYPE, Problem
from farthing.api.security import tokens
from farthing.flows.access import Allowance
from farthing.flows.ports import House

GUARDED = (
    applications.routes, lines.routes, servicing.routes, proposals.routes, bills.routes, parties.routes, checks.routes, consents.routes,
    evidence.routes, portfolio.routes, catalogue.routes, models.routes, scores.routes, beside.routes,
    proof.routes, houses.routes, books.routes,
    listeners.routes,
)  # fmt: skip
"""Routes by how often they are asked for: each is looked for in this order."""
OPEN = (token.routes, health.routes)
"""Routes that need no token."""
SUMMARY = "The bank as a machine sees it: amounts are whole fen, rates decimal strings, errors RFC 9457 problems."
TOLD: dict[int | str, dict[str, Any]] = {
    400: {"description": "The request could not be read"},
    404: {"description": "There is no such item"},
    409: {"description": "It contradicts what is recorded, or the key was used for something else"},
    412: {"description": "The line is not as it was when you looked"},
    413: {"description": "Too large"},
    415: {"description": "Not sent as what it is"},
    422: {"description": "The input cannot be right: see `field` and `remedy`"},
    429: {"description": "Too many requests"},
    500: {"description": "Something went wrong on our side"},
    503: {"description": "Not now: try again"},
}
GUARDED_TOLD: dict[int | str, dict[str, Any]] = {
    401: {"description": "No token, or one that is not ours or too old"},
    403: {"description": "This caller may not"},
}


def install(app: FastAPI, house: House, secret: str, logins: Allowance) -> None:
    """Put the API under `/api/v1` of `app`; `logins` bounds each address, here and on the pages together."""
    app.state.tokens = tokens(house, secret, logins)
    problems.install(app)
    for routers, responses in ((GUARDED, {**GUARDED_TOLD, **TOLD}), (OPEN, {401: GUARDED_TOLD[401], **TOLD})):
        for routes in routers:
            app.include_router(routes, prefix=PREFIX, generate_unique_id_function=_name, responses=_problems(responses))
    app.add_middleware(Door)
    app.openapi = lambda: _schema(app)  # type: ignore[method-assign]


def _name(route: APIRoute) -> str:
    """An operation is called as its function is."""
    return route.name


def _problems(told: dict[int | str, dict[str, Any]]) -> dict[int | str, dict[str, Any]]:
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {**said, "content": content} for status, said in told.items()}


def _schema(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI 3.1 document, made once."""
    if app.openapi_schema is None:
        made = get_openapi(title="Farthing", version=app.version, summary=SUMMARY, routes=app.routes)
        made["components"]["schemas"]["Problem"] = Problem.model_json_schema()
        app.openapi_schema = made
    return app.openapi_schema
