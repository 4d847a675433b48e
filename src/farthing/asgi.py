"""The applications that a server runs over one bank: the API and the pages, or the API alone."""

from __future__ import annotations

import gc
import time
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager

from fastapi import FastAPI

from farthing import api, settings, web, wiring
from farthing.flows.access import logins


def create() -> FastAPI:
    """Open the bank of the settings and put both doors on it; closing the application closes the bank."""
    return _application(pages=True)


def create_api() -> FastAPI:
    """The same with the API alone: of this door several processes may answer at one address, each with the bank open, since a request
    of the API says all it needs, while a page goes on talking to the process that drew it."""
    return _application(pages=False)


def _application(*, pages: bool) -> FastAPI:
    chosen = settings.read()
    opening = wiring.open_house(chosen)
    house = opening.__enter__()
    secret = wiring.web_secret(chosen)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        gc.freeze()  # what is loaded by now stays: looking through it again and again cost each request a sixth of its time
        with ExitStack() as duties:
            for duty in (wiring.sealing, wiring.telling, wiring.shadowing, wiring.counting, wiring.gathering):
                duties.enter_context(duty(house))
            duties.enter_context(wiring.reviving(chosen))
            duties.enter_context(wiring.leaving_with_parent())
            yield
        opening.__exit__(None, None, None)

    app = FastAPI(title="Farthing", version="1", lifespan=lifespan, openapi_url="/openapi.json", docs_url=None, redoc_url=None)
    allowed = logins(time.monotonic)
    api.install(app, house, secret, allowed)
    if pages:
        web.install(app, house, secret, allowed)
    return app
