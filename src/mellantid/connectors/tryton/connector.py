"""The connector to a Tryton."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NoReturn

from mellantid.connectors.connector import ForgedError, Window
from mellantid.connectors.told import Glimpse, Means, Page, PersonTold, PipelineTold, StageTold
from mellantid.connectors.tryton import following
from mellantid.connectors.tryton.client import Access, RefusedError, Rpc
from mellantid.connectors.tryton.reading import MODEL, TOGETHER, Opportunities
from mellantid.connectors.tryton.values import number_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from typing import Any

    from mellantid.connectors.http import Http
    from mellantid.connectors.told import Cursor, DealTold, Delivery

LISTED: Final = 1_000
"""Opportunities that a listing shows at once."""
LIMITS: Final = (Window(25, 1.0),)
"""Tryton states no limit: this one leaves room for the people who work in it."""
SHOWN: Final = ("state", "company", "amount", "employee")


class Tryton:
    """A Tryton of version 8 with its module sale_opportunity.

    Args:
        values: those of the fields.
        http: the way out to the network.
        now: not asked: only the server's own clock counts.

    """

    limits = LIMITS

    def __init__(self, values: Mapping[str, str], http: Http, now: Callable[[], int]) -> None:
        del now
        self._access = Access(
            values["url"].strip(),
            values["database"].strip(),
            values["user"].strip(),
            values["password"],
        )
        self._won = _states(values["won"])
        self._lost = _states(values["lost"])
        self._rpc = Rpc(http, self._access)
        self._opportunities = Opportunities(self._rpc)

    def account(self) -> str:
        """The companies whose opportunities may be seen, and by whom."""
        try:
            self._opportunities.count()
        except RefusedError as error:
            raise RefusedError(
                f"{error} The module sale_opportunity must be active, and the user must be in a "
                "group that may read opportunities, such as Sales."
            ) from None
        names = ", ".join(each["rec_name"] for each in self._companies())
        return f"{names} ({self._access.user} in {self._access.database})"

    def pipelines(self) -> tuple[PipelineTold, ...]:
        """Each company is one, with the states of opportunities in their order."""
        language = {"language": self._preferences().get("language") or "en"}
        field = self._rpc.call(f"{MODEL}.fields_get", ["state"], language)["state"]
        stages = tuple(
            StageTold(str(state), str(name), self._means(state))
            for state, name in field["selection"]
            if state
        )
        return tuple(
            PipelineTold(str(each["id"]), str(each["rec_name"]), stages)
            for each in self._companies()
        )

    def people(self) -> tuple[PersonTold, ...]:
        """The employees of those companies, also who has left."""
        names = ["rec_name", "active", "company", "party.email"]
        companies = {each["id"] for each in self._companies()}
        found = self._listed("model.company.employee", names)
        return tuple(
            PersonTold(
                id=str(each["id"]),
                name=str(each["rec_name"]),
                email=(each.get("party.") or {}).get("email") or "",
                active=bool(each["active"]),
            )
            for each in found
            if each["company"] in companies
        )

    def start(self) -> Cursor:
        """The latest change that there is, and which opportunities are there."""
        return following.begun(self._opportunities).as_cursor()

    def everything(self, cursor: Cursor | None) -> Iterator[Page]:
        """All opportunities by their ids, so that deleted ones are among them."""
        after, done = (0, 0) if cursor is None else (cursor["after"], cursor["done"])
        newest = self._opportunities.records([], [["id", "DESC"]], 1, ["state"])
        highest = newest[0]["id"] if newest else 0
        of = self._opportunities.count()
        while True:
            ids = range(after + 1, after + 1 + TOGETHER)
            revisions = self._opportunities.revisions(ids)
            if not revisions and after >= highest:
                return
            told = tuple(self._opportunities.histories(revisions))
            after, done = ids[-1], done + len(told)
            yield Page(told, {"after": after, "done": done}, done, max(of, done))

    def changed(self, cursor: Cursor) -> Iterator[Page]:
        """Those written since, and those that are gone."""
        return following.pages(self._opportunities, following.Followed.from_cursor(cursor))

    def read(self, deals: Sequence[str]) -> tuple[DealTold, ...]:
        """Some opportunities with their whole history."""
        return self._opportunities.told([int(deal) for deal in deals if deal.isdecimal()])

    def glimpses(self) -> Iterator[Glimpse]:
        """How all that are there stand, without their history."""
        after = 0
        while True:
            records = self._opportunities.records(
                [["id", ">", after]], [["id", "ASC"]], LISTED, SHOWN
            )
            if not records:
                return
            yield from (_glimpse(each) for each in records)
            after = records[-1]["id"]

    def hint(self, delivery: Delivery) -> NoReturn:
        """Tryton sends no webhooks: whatever comes is forged."""
        del delivery
        raise ForgedError("Tryton sends no webhooks, so this is none of its.")

    def _means(self, state: str) -> Means:
        if state in self._won:
            return Means.WON
        return Means.LOST if state in self._lost else Means.OPEN

    def _preferences(self) -> dict[str, Any]:
        """Of the user: which companies may be seen, in which language."""
        found: dict[str, Any] = self._rpc.call("model.res.user.get_preferences", True, {})
        return found

    def _companies(self) -> list[dict[str, Any]]:
        """The companies whose opportunities the user may see."""
        said = self._preferences()
        allowed = said.get("companies") or []
        if said.get("company_filter") == "one":
            allowed = [said.get("company")]
        found = self._listed("model.company.company", ["rec_name"])
        return [each for each in found if each["id"] in allowed]

    def _listed(self, model: str, names: Sequence[str]) -> list[dict[str, Any]]:
        """All records of a small model, those out of use too."""
        found: list[dict[str, Any]] = self._rpc.call(
            f"{model}.search_read", [], 0, None, [["id", "ASC"]], names, {"active_test": False}
        )
        return found


def _states(said: str) -> frozenset[str]:
    return frozenset(said.replace(",", " ").split())


def _glimpse(record: Mapping[str, Any]) -> Glimpse:
    owner = record["employee"]
    return Glimpse(
        deal=str(record["id"]),
        pipeline=str(record["company"]),
        stage=str(record["state"]),
        amount=number_of(record["amount"]),
        owner=None if owner is None else str(owner),
    )
