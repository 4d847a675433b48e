"""Is the process alive, and can it do its work."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from fastapi import APIRouter, Request, Response

from farthing.api.fields import Answer, told
from farthing.api.security import Tokens

routes = APIRouter(tags=["health"])


class Health(Answer):
    """The process answers."""

    status: Literal["ok"] = "ok"


class Ready(Health):
    """The database answers, too; `business_day` is the open one."""

    business_day: dt.date


@routes.get("/health", response_model=Health)
async def live() -> Response:
    """The process is alive."""
    return told(Health())


@routes.get("/health/ready", response_model=Ready)
def ready(request: Request) -> Response:
    """The bank can work; 503 with what is wrong when it cannot."""
    tokens: Tokens = request.app.state.tokens
    return told(Ready(business_day=tokens.house.clock.today()))
