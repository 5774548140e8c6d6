"""Coming in and going out: the first account, log-in, log-out, and the language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse
from starlette.routing import Route

from mellantid.access import (
    Account,
    Role,
    accounts,
    add_account,
    begin_session,
    choose_language,
    end_session,
    logs_in,
)
from mellantid.errors import MellantidError
from mellantid.metrics.metric import LANGUAGES
from mellantid.web.guard import COOKIE
from mellantid.web.page import Page

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

HOME: Final = "/race"
A_YEAR: Final = 365 * 24 * 3600


def _inside(address: str) -> str:
    """An address of ours to go on to; never one of another site."""
    return address if address.startswith("/") and not address.startswith(("//", "/\\")) else HOME


def _entered(page: Page, secret: str, to: str) -> Response:
    response = RedirectResponse(_inside(to), 303)
    secure = page.request.url.scheme == "https"
    response.set_cookie(
        COOKIE, secret, httponly=True, samesite="lax", secure=secure, max_age=A_YEAR
    )
    return response


def login_form(request: Request) -> Response:
    """The log-in form; the first visitor of all is asked to make an account instead."""
    page = Page.of(request)
    with page.asking.workspace() as workspace:
        if not accounts(workspace.ledger):
            return RedirectResponse("/welcome", 303)
    to = _inside(request.query_params.get("to", HOME))
    return page.render("login.jinja", message="", email="", to=to)


async def login(request: Request) -> Response:
    """Log in."""
    form = await request.form()
    email, password = str(form.get("email", "")), str(form.get("password", ""))
    page = Page.of(request)
    to = str(form.get("to", HOME))
    attempts = request.app.state.attempts
    key = (email.strip().casefold(), request.client.host if request.client else "")
    if not attempts.allowed(key, page.asking.now()):
        return page.render(
            "login.jinja", 429, message=page.words("login.too_often"), email=email, to=to
        )

    def enter() -> str | None:
        with page.asking.workspace() as workspace:
            account = logs_in(workspace.ledger, email, password)
            if account is None:
                return None
            return begin_session(workspace.ledger, account, page.asking.now())

    secret = await run_in_threadpool(enter)
    if secret is None:
        return page.render(
            "login.jinja", 403, message=page.words("login.wrong"), email=email, to=to
        )
    attempts.forget(key)
    return _entered(page, secret, to)


async def logout(request: Request) -> Response:
    """Log out here."""
    page = Page.of(request)
    form = await request.form()
    if page.is_own(form):

        def leave() -> None:
            with page.asking.workspace() as workspace:
                end_session(workspace.ledger, request.state.secret)

        await run_in_threadpool(leave)
    response = RedirectResponse("/login", 303)
    response.delete_cookie(COOKIE)
    return response


def welcome_form(request: Request) -> Response:
    """The form for the very first account."""
    page = Page.of(request)
    with page.asking.workspace() as workspace:
        if accounts(workspace.ledger):
            return RedirectResponse("/login", 303)
    return page.render("welcome.jinja", message="", name="", email="")


async def welcome(request: Request) -> Response:
    """Make the very first account, an administrator's, and log it in."""
    page = Page.of(request)
    form = await request.form()
    name, email = str(form.get("name", "")), str(form.get("email", ""))

    def first() -> str | None:
        with page.asking.workspace() as workspace, workspace.ledger.writing():
            if accounts(workspace.ledger):
                return None
            account = Account(email, name.strip() or email, Role.ADMIN)
            password, now = str(form.get("password", "")), page.asking.now()
            made = add_account(workspace.ledger, account, password, now)
            return begin_session(workspace.ledger, made, now)

    try:
        secret = await run_in_threadpool(first)
    except MellantidError as error:
        return page.render("welcome.jinja", 400, message=str(error), name=name, email=email)
    return RedirectResponse("/login", 303) if secret is None else _entered(page, secret, HOME)


async def language(request: Request) -> Response:
    """Read in the other language from now on."""
    page = Page.of(request)
    form = await request.form()
    others = [each for each in LANGUAGES if each != page.language]
    if page.is_own(form):

        def keep() -> None:
            with page.asking.workspace() as workspace:
                choose_language(workspace.ledger, page.account.email, others[0])

        await run_in_threadpool(keep)
    return RedirectResponse(_inside(str(form.get("to", HOME))), 303)


ROUTES: Final = [
    Route("/login", login_form),
    Route("/login", login, methods=["POST"]),
    Route("/logout", logout, methods=["POST"]),
    Route("/welcome", welcome_form),
    Route("/welcome", welcome, methods=["POST"]),
    Route("/language", language, methods=["POST"]),
]
