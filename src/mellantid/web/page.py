"""What every page has: who looks at it, in which language, and the frame around it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from starlette.responses import HTMLResponse

from mellantid.access import Scope, sight_of
from mellantid.metrics import numbers
from mellantid.web.asking import PATIENCE
from mellantid.web.guard import form_token, is_form_of
from mellantid.web.locale import language_for
from mellantid.web.refusal import foreign
from mellantid.web.static_files import address
from mellantid.web.texts import texts
from mellantid.workspace.people import owns_deals

if TYPE_CHECKING:
    from jinja2 import Environment
    from starlette.datastructures import FormData
    from starlette.requests import Request

    from mellantid.access import Account, Sight
    from mellantid.report.wording import Wording
    from mellantid.web.asking import Asking
    from mellantid.workspace import Workspace

PLACES: Final = (
    "race",
    "me",
    "focus",
    "deals",
    "training",
    "plan",
    "letter",
    "trust",
    "settings",
)
"""Pages in the menu, in order."""
GLANCE: Final = "x-glance"
"""The header with which a page's script asks for the page again."""
OWN: Final = "me"
"""The one that only those who own deals have."""
LASTS: Final = 600_000
"""Milliseconds for which it is remembered who owns deals."""


@cache
def environment() -> Environment:
    """The templates of the pages and of the report, whose tables they share."""
    from jinja2 import Environment, PackageLoader, PrefixLoader, StrictUndefined  # noqa: PLC0415

    loader = PrefixLoader(
        {name: PackageLoader(f"mellantid.{name}", "templates") for name in ("web", "report")}
    )
    return Environment(
        loader=loader,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@dataclass(frozen=True)
class Page:
    """A page on its way to somebody.

    Attributes:
        request: what was asked.
        asking: the way to the answers.
        language: the page's.

    """

    request: Request
    asking: Asking
    language: str

    @classmethod
    def of(cls, request: Request) -> Page:
        """The page that a request asks for."""
        account = request.state.account
        chosen = request.cookies.get("language") if account is None else account.language
        accepted = request.headers.get("accept-language", "")
        return cls(request, request.app.state.asking, language_for(chosen, accepted))

    @property
    def account(self) -> Account:
        """Who asks; the guard has let nobody else through."""
        account: Account = self.request.state.account
        return account

    @property
    def patience(self) -> int:
        """How many ms old its answers may be: a page that follows the race asks again soon."""
        return PATIENCE if GLANCE in self.request.headers else 0

    def sight(self, workspace: Workspace) -> Sight:
        """What the one who asks may see."""
        return sight_of(self.account, workspace.people)

    def writes(self, sight: Sight) -> bool:
        """Whether the one who asks may enter movements: a token may do less than its account."""
        rights: frozenset[Scope] | None = self.request.state.rights
        return sight.writes and (rights is None or Scope.WRITE in rights)

    def may_settle(self, sight: Sight) -> bool:
        """Whether the one who asks may change what all go by, with a token only if it writes."""
        rights: frozenset[Scope] | None = self.request.state.rights
        return sight.settles and (rights is None or Scope.WRITE in rights)

    @property
    def words(self) -> Wording:
        """The words of the pages, in this one's language."""
        return texts(self.language)

    async def own_form(self) -> FormData:
        """The form that was sent.

        Raises:
            Refusal: it is not one of this session's.

        """
        form = await self.request.form()
        if not self.is_own(form):
            raise foreign()
        return form

    def is_own(self, form: FormData) -> bool:
        """Whether a form that was sent is one of this session's."""
        return is_form_of(self.request.state.secret, str(form.get("token", "")))

    def places(self) -> tuple[str, ...]:
        """The pages in the menu of who asks; a seller's own where they own deals, or are on it."""
        account: Account | None = self.request.state.account
        person = None if account is None else account.person
        here = self.request.url.path == f"/{OWN}"
        if here or (person is not None and self._owns(person)):
            return PLACES
        return tuple(place for place in PLACES if place != OWN)

    def _owns(self, person: str) -> bool:
        return self.asking.recent(
            ("owns", person), lambda opened: owns_deals(opened.ledger, person), LASTS
        )

    def render(self, template: str, status: int = 200, **values: object) -> HTMLResponse:
        """The page as HTML."""
        secret = self.request.state.secret
        text = (
            environment()
            .get_template(f"web/{template}")
            .render(
                t=self.words,
                language=self.language,
                account=self.request.state.account,
                token=form_token(secret) if secret else "",
                path=self.request.url.path,
                places=self.places(),
                file=address,
                numbers=numbers,
                **values,
            )
        )
        return HTMLResponse(text, status)
