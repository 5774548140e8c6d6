"""What the models of a simulated Tryton answer to the calls that are used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from mellantid.connectors.tryton.values import PARTS, as_told, moment_of
from mellantid.simulators.tryton.revisions import EUR, revisions_of, stood

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from mellantid.simulators.truth import SimulatedCrm
    from mellantid.simulators.tryton.revisions import Revision

MODEL: Final = "model.sale.opportunity"
Record = dict[str, Any]


class UserError(Exception):
    """An error that Tryton tells its user."""


class ForbiddenError(Exception):
    """A method that may not be called from outside."""


class Models:
    """The models of a database.

    Args:
        crm: what is true.

    """

    def __init__(self, crm: SimulatedCrm) -> None:
        self._crm = crm
        self._kept: dict[str, tuple[tuple[int, int | None], list[Revision]]] = {}

    def call(self, method: str, params: Sequence[Any]) -> Any:  # noqa: ANN401 (a document)
        """What a call answers; the last parameter is its context.

        Raises:
            UserError: it is refused, with Tryton's words.
            ForbiddenError: there is no such method.

        """
        methods: dict[str, Callable[..., Any]] = {
            "model.res.user.get_preferences": self._preferences,
            "model.company.company.search_read": self._companies,
            "model.company.employee.search_read": self._employees,
            "model.currency.currency.search_read": self._currencies,
            f"{MODEL}.fields_get": self._fields,
            f"{MODEL}.search": self._search,
            f"{MODEL}.search_count": self._count,
            f"{MODEL}.search_read": self._search_read,
            f"{MODEL}.history_revisions": self._revisions,
            f"{MODEL}.export_data": self._export,
        }
        if method not in methods:
            raise ForbiddenError(method)
        with self._crm.lock:
            return methods[method](*params)

    def _preferences(self, _only_context: bool, _context: Record) -> Record:
        companies = [int(each) for each in self._crm.pipelines]
        return {"companies": companies, "company_filter": "all", "language": "en"}

    def _companies(self, *_: object) -> list[Record]:
        return [
            {"id": int(key), "rec_name": each.name} for key, each in self._crm.pipelines.items()
        ]

    def _employees(self, *_: object) -> list[Record]:
        """Of the first company; Tryton lets an opportunity's employee be of its company only."""
        company = int(next(iter(self._crm.pipelines)))
        return [
            {
                "id": int(user.id),
                "rec_name": user.name,
                "active": user.active,
                "company": company,
                "party.": {"id": 100 + int(user.id), "email": user.email},
            }
            for user in self._crm.users.values()
        ]

    def _currencies(self, *_: object) -> list[Record]:
        return [{"id": EUR, "code": self._crm.currency}]

    def _fields(self, _names: Sequence[str], _context: Record) -> Record:
        stages = [stage for each in self._crm.pipelines.values() for stage in each.stages]
        return {"state": {"selection": [[each.id, each.name] for each in stages if not each.gone]}}

    def _search(
        self,
        domain: Sequence[Any],
        offset: int,
        limit: int | None,
        order: Sequence[Sequence[str]] | None,
        context: Record,
    ) -> list[int]:
        return [each["id"] for each in self._found(domain, offset, limit, order, context)]

    def _count(self, domain: Sequence[Any], context: Record) -> int:
        return len(self._found(domain, 0, None, None, context))

    def _search_read(
        self,
        domain: Sequence[Any],
        offset: int,
        limit: int | None,
        order: Sequence[Sequence[str]] | None,
        names: Sequence[str],
        context: Record,
    ) -> list[Record]:
        found = self._found(domain, offset, limit, order, context)
        return [{name: each[name] for name in {"id", *names}} for each in found]

    def _revisions(self, ids: Sequence[int], _context: Record) -> list[list[Any]]:
        """As a user sees them who may not read users: without the names of who made them."""
        known = [
            (revision.at, deal)
            for deal in ids
            if str(deal) in self._crm.deals
            for revision in self.of(str(deal))
        ]
        return [[as_told(at), deal, None] for at, deal in sorted(known, reverse=True)]

    def _export(self, ids: Sequence[int], names: Sequence[str], context: Record) -> list[list[Any]]:
        at = _moment(context)
        rows = []
        for deal in ids:
            record = stood(self.of(str(deal)), at) if str(deal) in self._crm.deals else None
            if record is None:
                raise UserError(
                    f'You are not allowed to read records "{deal}" of "Sale Opportunity" because '
                    "of at least one of these rules:\nUser in companies"
                )
            values = (record[name.removesuffix("/id")] for name in names)
            rows.append(["" if value is None else value for value in values])
        return rows

    def _found(
        self,
        domain: Sequence[Any],
        offset: int,
        limit: int | None,
        order: Sequence[Sequence[str]] | None,
        context: Record,
    ) -> list[Record]:
        at = _moment(context)
        there = (stood(self.of(deal), at) for deal in self._wanted(domain))
        found = [each for each in there if each is not None and _matches(each, domain)]
        for name, direction in reversed(order or []):
            found.sort(key=lambda each: _key(each[name]), reverse=direction == "DESC")
        return found[offset : None if limit is None else offset + limit]

    def _wanted(self, domain: Sequence[Any]) -> Iterable[str]:
        """The deals that a domain may mean, without a look at all where it names them."""
        if len(domain) == 1 and domain[0][:2] == ["id", "in"]:
            return [str(each) for each in domain[0][2] if str(each) in self._crm.deals]
        return self._crm.deals

    def of(self, deal: str) -> list[Revision]:
        """A deal's revisions, made anew when something has happened."""
        there = self._crm.deals[deal]
        mark = (len(there.events), there.deleted_at)
        kept = self._kept.get(deal)
        if kept is None or kept[0] != mark:
            kept = self._kept[deal] = (mark, revisions_of(there))
        return kept[1]


def _moment(context: Record) -> int | None:
    """The moment (µs) that a context names; None: now."""
    at = context.get("_datetime")
    return None if at is None else moment_of(at)


def _matches(record: Record, domain: Sequence[Any]) -> bool:
    """Whether a record is in a domain: its clauses all hold, or one of them after an OR."""
    either = bool(domain) and domain[0] == "OR"
    clauses = domain[1:] if either else domain
    held = (_holds(record[name], operator, value) for name, operator, value in clauses)
    return any(held) if either else all(held)


def _holds(has: Any, operator: str, value: Any) -> bool:  # noqa: ANN401 (any field)
    if operator == "in":
        return has in value
    if operator == "!=":
        return bool(has != value)
    if has is None:
        return False
    return bool(_key(has) >= _key(value) if operator == ">=" else _key(has) > _key(value))


def _key(value: Any) -> Any:  # noqa: ANN401 (any field)
    """What a value is ordered by."""
    return tuple(value[part] for part in PARTS) if isinstance(value, dict) else value
