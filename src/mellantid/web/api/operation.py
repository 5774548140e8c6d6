"""An operation of the API: declared once, from which come its route and its documentation."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response
from starlette.routing import Route

from mellantid.access import Scope, sight_of
from mellantid.answers import json_text, plain
from mellantid.errors import QuestionError
from mellantid.web.api.body import read_json
from mellantid.web.api.seen import seen
from mellantid.web.refusal import Refusal, hidden

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.requests import Request

    from mellantid.access import Account, Sight
    from mellantid.web.api.parameters import Parameter
    from mellantid.web.asking import Asking
    from mellantid.workspace import Race, Workspace

ROOT: Final = "/api/v1"
MOST_BYTES: Final = 1 << 20
"""A question's JSON object is small; movements in batches have a route of their own."""


@dataclass(frozen=True)
class Asked:
    """A question on its way to an answer.

    Attributes:
        asking: the way to the answers.
        workspace: opened for this question.
        account: who asks.
        values: what was given, by parameter.

    """

    asking: Asking
    workspace: Workspace
    account: Account
    values: Mapping[str, Any]

    @cached_property
    def sight(self) -> Sight:
        """What the one who asks may see."""
        return sight_of(self.account, self.workspace.people)

    @cached_property
    def race(self) -> Race:
        """The process and the moment that the question is about."""
        found, _ = self.asking.race(
            self.workspace, self.values.get("process"), self.values.get("as_of")
        )
        return found

    def owner_of(self) -> dict[str, str | None]:
        """Who every deal belongs to, as known now."""
        race, _ = self.asking.race(self.workspace, self.values.get("process"), None)
        return owners_of(race)


def owners_of(race: Race) -> dict[str, str | None]:
    """Who every deal belongs to in the end."""
    history = race.history
    owners = (*history.owners, None)
    last = history.last
    pairs = zip(history.deal[last].tolist(), history.owner[last].tolist(), strict=True)
    return {history.deals[deal]: owners[owner] for deal, owner in pairs}


@dataclass(frozen=True)
class Operation:
    """One thing that a program may ask or do.

    Attributes:
        method: of HTTP.
        path: below /api/v1.
        says: what it does, in a sentence.
        run: makes the answer.
        parameters: what it is given: in the address, or as a JSON object where it changes things.
        settles: whether only those may who may change settings.
        status: of a success.
        of_deals: whether the answer may name deals, which are shown to those who may see them.

    """

    method: str
    path: str
    says: str
    run: Callable[[Asked], object]
    parameters: tuple[Parameter, ...] = field(default=())
    settles: bool = False
    status: int = 200
    of_deals: bool = True

    @property
    def changes(self) -> bool:
        """Whether it changes anything."""
        return self.method != "GET"

    @property
    def scope(self) -> Scope:
        """What a token must be good for."""
        return Scope.WRITE if self.changes else Scope.READ

    def route(self) -> Route:
        """Its route."""

        async def endpoint(request: Request) -> Response:
            given = await _given(request, self)
            body = await run_in_threadpool(self._answer, request, given)
            return Response(body, self.status, media_type="application/json")

        return Route(ROOT + self.path, endpoint, methods=[self.method], name=self.says)

    def _answer(self, request: Request, given: Mapping[str, list[object]]) -> str:
        rights = request.state.rights
        if rights is not None and self.scope not in rights:
            raise Refusal(403, "fault.scope")
        values = {each.name: each.read(given.get(each.name, [])) for each in self.parameters}
        asking: Asking = request.app.state.asking
        with asking.workspace() as workspace:
            asked = Asked(asking, workspace, request.state.account, values)
            if self.settles and not asked.sight.settles:
                raise hidden()
            document = plain(self.run(asked))
            if self.of_deals and not asked.sight.everything:
                document = seen(document, asked.sight, asked.owner_of())
        return json_text(document)


async def _given(request: Request, operation: Operation) -> dict[str, list[object]]:
    """What was sent, by name: from the path, the address, and the JSON object."""
    known = {each.name for each in operation.parameters}
    found: dict[str, list[object]] = {name: [value] for name, value in request.path_params.items()}
    for name, value in request.query_params.multi_items():
        found.setdefault(name, []).append(value)
    if operation.changes:
        for name, sent in (await _object(request)).items():
            found[name] = list(sent) if isinstance(sent, list) else [sent]
    strange = sorted(set(found) - known)
    if strange:
        raise QuestionError(
            f"{strange[0]!r} means nothing here: "
            f"{'give ' + ', '.join(sorted(known)) if known else 'leave it out'}."
        )
    return found


async def _object(request: Request) -> dict[str, object]:
    """The JSON object that was sent; an empty body is an empty object.

    Raises:
        QuestionError: it is none.

    """
    sent = await read_json(request, MOST_BYTES)
    if sent is None:
        return {}
    if not isinstance(sent, dict):
        raise QuestionError("The body is no JSON object: send one, such as {}.")
    return sent
