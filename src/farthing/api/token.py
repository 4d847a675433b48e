"""Tokens for machines: OAuth 2.0 client credentials (RFC 6749, 4.4)."""

from __future__ import annotations

import base64
import binascii
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Header, Request, Response
from fastapi.responses import JSONResponse
from pydantic import Field

from farthing.api.fields import Answer, told
from farthing.api.problems import MEDIA_TYPE, Problem
from farthing.api.security import LIFETIME_S, Tokens

routes = APIRouter(tags=["token"])

Short = Annotated[str | None, Form(max_length=300, pattern=r"^[^\x00]*$")]


class Token(Answer):
    """A bearer token and the seconds it lives."""

    access_token: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 - a word of the standard
    expires_in: Annotated[int, Field(description="seconds")] = LIFETIME_S


@routes.post("/token", response_model=Token)
def token(
    request: Request,
    grant_type: Annotated[Literal["client_credentials"], Form()],  # noqa: ARG001 - the standard asks for it
    client_id: Short = None,
    client_secret: Short = None,
    authorization: Annotated[str | None, Header(max_length=1000, description="or HTTP Basic with the same two")] = None,
) -> Response:
    """A token for a login (client_id) and its password (client_secret), by form or by HTTP Basic."""
    if authorization is not None and client_id is None:
        client_id, client_secret = _basic(authorization)
    tokens: Tokens = request.app.state.tokens
    address = request.client.host if request.client else "unknown"
    issued = tokens.issue(client_id, client_secret, address) if client_id and client_secret else None
    return _refused() if issued is None else told(Token(access_token=issued))


def _basic(header: str) -> tuple[str | None, str | None]:
    """Login and password of an HTTP Basic header; nothing for one that cannot be read."""
    scheme, _, coded = header.partition(" ")
    if scheme.lower() != "basic":
        return None, None
    try:
        login, _, password = base64.b64decode(coded, validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return None, None
    return (None, None) if "\0" in login + password else (login, password)


def _refused() -> JSONResponse:
    """A problem that is also the error of RFC 6749, 5.2."""
    told = Problem(
        title="Unauthorized", status=401, code="invalid_client", field=None, detail="This login and password do not belong together.",
        remedy="Check both; after five wrong ones in a row the login waits.", type="about:blank",
    )  # fmt: skip
    headers = {"WWW-Authenticate": 'Basic realm="farthing"'}
    return JSONResponse({**told.model_dump(), "error": "invalid_client"}, 401, headers=headers, media_type=MEDIA_TYPE)
