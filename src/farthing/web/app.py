"""The pages on the application: doors first, then one page per question of one person."""

from __future__ import annotations

from fastapi import FastAPI
from nicegui import app as pages
from nicegui import ui
from starlette.routing import Match, Mount
from starlette.types import Scope

from farthing.domain.staff import Role
from farthing.flows.access import Allowance
from farthing.flows.ports import House
from farthing.web import applications, audit, book, decision, doors, evidence, lines, models, policies, products, proposals, relief, theme
from farthing.web.bank import books, listeners, months
from farthing.web.bill import desk, page
from farthing.web.collateral import house as one_house
from farthing.web.collateral import houses
from farthing.web.dimension import page as dimension
from farthing.web.feature import dictionary
from farthing.web.guard import Guard
from farthing.web.line import statement
from farthing.web.model import drift, report
from farthing.web.model import page as model
from farthing.web.my import answer, cost, home
from farthing.web.party import page as party
from farthing.web.session import Sessions
from farthing.web.text import Words
from farthing.web.visit import Show, open_page

OFFICER, RISK, AUDITOR, BORROWER = Role.CREDIT_OFFICER, Role.RISK_MANAGER, Role.AUDITOR, Role.BORROWER
PAGES: tuple[tuple[str, Show, tuple[Role, ...]], ...] = (
    ("/applications", applications.show, (OFFICER, RISK)),
    ("/decisions/{decision}", decision.show, (OFFICER, RISK, AUDITOR)),
    ("/parties", party.show, (OFFICER, RISK, AUDITOR)),
    ("/parties/{party}", party.show_one, (OFFICER, RISK, AUDITOR)),
    ("/lines", lines.show, (OFFICER, RISK, AUDITOR)),
    ("/lines/{line}", lines.show_one, (OFFICER, RISK, AUDITOR)),
    ("/bills", desk.show, (OFFICER, RISK, AUDITOR)),
    ("/bills/{bill}", page.show, (OFFICER, RISK, AUDITOR)),
    ("/houses", houses.show, (OFFICER, RISK, AUDITOR)),
    ("/houses/{house}", one_house.show, (OFFICER, RISK, AUDITOR)),
    ("/proposals", proposals.show, (OFFICER, RISK, AUDITOR)),
    ("/relief", relief.show, (OFFICER, RISK)),
    ("/relief/{proposal}", relief.show_one, (OFFICER, RISK, AUDITOR)),
    ("/products", products.show, (OFFICER, RISK, AUDITOR)),
    ("/book", book.show, (RISK, AUDITOR)),
    ("/book/lines", book.show_lines, (RISK, AUDITOR)),
    ("/books", books.show, (OFFICER, RISK, AUDITOR)),
    ("/books/account", books.show_account, (OFFICER, RISK, AUDITOR)),
    ("/books/posting", books.show_posting, (OFFICER, RISK, AUDITOR)),
    ("/events/{event}", books.show_event, (OFFICER, RISK, AUDITOR)),
    ("/months", months.show, (RISK, AUDITOR)),
    ("/months/{month}", months.show_one, (RISK, AUDITOR)),
    ("/listeners", listeners.show, (RISK, AUDITOR)),
    ("/models", models.show, (RISK, AUDITOR)),
    ("/models/{model}", model.show, (RISK, AUDITOR)),
    ("/models/{model}/report", report.show, (RISK, AUDITOR)),
    ("/models/{model}/drift", drift.show, (RISK, AUDITOR)),
    ("/dimensions", dimension.show, (OFFICER, RISK, AUDITOR)),
    ("/dimensions/{party}", dimension.show_one, (OFFICER, RISK, AUDITOR)),
    ("/features", dictionary.show, (OFFICER, RISK, AUDITOR)),
    ("/features/{feature}", dictionary.show_one, (OFFICER, RISK, AUDITOR)),
    ("/policies", policies.show, (RISK, AUDITOR)),
    ("/evidence", evidence.show, (OFFICER, RISK, AUDITOR)),
    ("/audit", audit.show, (AUDITOR,)),
    ("/my", home.show, (BORROWER,)),
    ("/my/decisions/{decision}", answer.show, (BORROWER,)),
)
_NOT_OURS = ("/api/", "/openapi", "/docs")


class _Pages(Mount):
    """The pages' own application, which never sees a request for the API: a wrong method or path there is the API's to answer."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        if str(scope.get("path", "")).startswith(_NOT_OURS):
            return Match.NONE, {}
        return super().matches(scope)


def install(app: FastAPI, house: House, secret: str, logins: Allowance) -> None:
    """Put login, pages and their files on `app`. Nothing is kept in the browser or on disk but the session cookie."""
    sessions = Sessions(house, secret, logins)
    app.add_middleware(Guard)
    app.include_router(doors.router(sessions))
    app.include_router(cost.router(sessions))
    app.include_router(statement.router(sessions))
    app.include_router(report.router(sessions))
    for path, show, roles in PAGES:
        open_page(sessions, path, show, roles)
    pages.on_page_exception(theme.broken)
    # Without a storage secret NiceGUI puts no session and no tracking on the application, so the API carries neither.
    ui.run_with(
        app, title=Words("zh")("house.name"), favicon=theme.FAVICON, language="zh-CN", binding_refresh_interval=None,
        reconnect_timeout=30.0, show_welcome_message=False,
    )  # fmt: skip
    mounted = app.router.routes.pop()
    assert isinstance(mounted, Mount), "NiceGUI mounts its application last"
    app.router.routes.append(_Pages(mounted.path, mounted.app))
