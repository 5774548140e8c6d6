"""The tables in which loaders land CRMs, as Fivetran names them: HubSpot's and Salesforce's.

What a database has is asked first: tables and columns that a customer does not load are left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from mellantid.connectors.connector import SourceError
from mellantid.connectors.sql.histories import COLUMNS
from mellantid.connectors.sql.queries import CURSOR, TEXT
from mellantid.connectors.sql.shapes import Shape

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.engine import Connection

LOADED: Final = "_fivetran_synced"
NOTHING: Final = sa.cast(sa.null(), TEXT)


@dataclass(frozen=True)
class Tables:
    """The tables of a loader's schema.

    Attributes:
        columns: by table, the columns that it has.
        schema: empty: the connection's own.

    """

    columns: Mapping[str, frozenset[str]]
    schema: str

    @classmethod
    def of(cls, connection: Connection, schema: str, names: tuple[str, ...]) -> Tables:
        """Those of some tables that there are."""
        there = sa.inspect(connection)
        return cls(
            {
                name: frozenset(each["name"] for each in there.get_columns(name, schema or None))
                for name in names
                if there.has_table(name, schema or None)
            },
            schema,
        )

    def __contains__(self, name: str) -> bool:
        return name in self.columns

    def table(self, name: str, *needed: str) -> sa.TableClause:
        """A table.

        Raises:
            SourceError: it is not there, or lacks a column that is needed.

        """
        have = self.columns.get(name, frozenset())
        missing = [each for each in needed if each not in have]
        if not have or missing:
            lacks = f"has no column {missing[0]!r}" if have else "is not there"
            raise SourceError(
                f"The loader's table {name!r} {lacks}: check the schema, and that the loader syncs "
                "it."
            )
        return sa.table(name, *(sa.column(each) for each in have), schema=self.schema or None)

    def first(self, name: str, *wanted: str) -> str:
        """The first of some columns that a table has; empty: none."""
        return next((each for each in wanted if each in self.columns.get(name, ())), "")


def rows(table: sa.TableClause, **said: Any) -> sa.Select[Any]:  # noqa: ANN401 (column or name)
    """Rows of changes from a table: what each column is, by name; the rest is NULL.

    `at` and `touched` keep their type, which all parts of a union share; the rest is text.
    """

    def column(name: str) -> sa.ColumnElement[Any]:
        given = said.get(name)
        found = table.c[given] if isinstance(given, str) and given else given
        if not isinstance(found, sa.ColumnElement):
            return (sa.null() if name == "at" else NOTHING).label(name)
        return (found if name in {"at", CURSOR} else sa.cast(found, TEXT)).label(name)

    names = (*COLUMNS, CURSOR) if said.get(CURSOR) else COLUMNS
    return sa.select(*(column(name) for name in names))


def union(*parts: sa.Select[Any]) -> sa.Subquery:
    """Rows of several tables together; new ones can be found where that holds for all tables."""
    if any(CURSOR not in part.selected_columns for part in parts):
        parts = tuple(
            part.with_only_columns(*(part.selected_columns[name] for name in COLUMNS))
            for part in parts
        )
    return sa.union_all(*parts).subquery("changes")


def hubspot(connection: Connection, schema: str) -> Shape:
    """HubSpot: the stages each deal entered, its properties' history, merges and deletions."""
    named = ("deal", "deal_stage", "deal_property_history", "merged_deal", "owner")
    tables = Tables.of(connection, schema, (*named, "deal_pipeline", "deal_pipeline_stage"))
    stage = tables.table("deal_stage", "deal_id", "date_entered", "value")
    deal = tables.table("deal", "deal_id")
    synced = tables.first("deal_stage", LOADED)
    parts = [rows(stage, deal="deal_id", at="date_entered", stage="value", touched=synced)]
    said = {
        "pipeline": tables.first("deal", "deal_pipeline_id"),
        "currency": tables.first("deal", "property_deal_currency_code"),
    }
    if "deal_property_history" in tables:
        kept = tables.table("deal_property_history", "deal_id", "timestamp", "name", "value")
        for name, means in (("amount", "amount"), ("hubspot_owner_id", "owner")):
            part = rows(
                kept,
                deal="deal_id",
                at="timestamp",
                touched=tables.first("deal_property_history", LOADED),
                **{means: "value"},
            )
            parts.append(part.where(kept.c.name == name))
    else:
        said["amount"] = tables.first("deal", "property_amount")
        said["owner"] = tables.first("deal", "owner_id")
    touched = tables.first("deal", LOADED)
    parts.append(rows(deal, deal="deal_id", touched=touched, **said))
    gone = tables.first("deal", "is_deleted", "_fivetran_deleted")
    if gone and touched:
        parts.append(rows(deal, deal="deal_id", at=touched, touched=touched, removed=gone))
    if "merged_deal" in tables:
        parts.append(_merged(tables))
    return Shape(union(*parts), _hubspot_stages(tables), _hubspot_people(tables))


def _merged(tables: Tables) -> sa.Select[Any]:
    merged = tables.table("merged_deal", "deal_id", "merged_deal_id", LOADED)
    return rows(
        merged,
        deal="merged_deal_id",
        at=LOADED,
        touched=LOADED,
        removed=sa.literal("true"),
        reason=sa.literal("merged into ").concat(sa.cast(merged.c.deal_id, TEXT)),
    )


def _hubspot_stages(tables: Tables) -> sa.Select[Any]:
    stage = tables.table("deal_pipeline_stage", "stage_id", "label", "pipeline_id")
    line = tables.table("deal_pipeline", "pipeline_id", "label")
    said = {"won": "closed_won", "closed": "is_closed", "gone": "_fivetran_deleted"}
    have = tables.columns["deal_pipeline_stage"]
    place = tables.first("deal_pipeline_stage", "display_order", "stage_id")
    return (
        sa.select(
            stage.c.stage_id.label("id"),
            stage.c.label.label("name"),
            stage.c.pipeline_id.label("pipeline"),
            line.c.label.label("pipeline_name"),
            stage.c[place].label("place"),
            *(stage.c[column].label(name) for name, column in said.items() if column in have),
        )
        .select_from(stage.outerjoin(line, stage.c.pipeline_id == line.c.pipeline_id))
        .order_by(line.c[tables.first("deal_pipeline", "display_order", "pipeline_id")])
    )


def _hubspot_people(tables: Tables) -> sa.Select[Any] | None:
    if "owner" not in tables:
        return None
    owner = tables.table("owner", "owner_id")
    have = ("first_name", "last_name", "email")
    columns = (owner.c[name] for name in have if name in tables.columns["owner"])
    return sa.select(owner.c.owner_id.label("id"), *columns)


def salesforce(connection: Connection, schema: str) -> Shape:
    """Salesforce: the object OpportunityHistory, with what opportunities themselves say."""
    tables = Tables.of(
        connection, schema, ("opportunity", "opportunity_history", "opportunity_stage", "user")
    )
    kept = tables.table(
        "opportunity_history", "opportunity_id", "created_date", "stage_name", "amount"
    )
    main = tables.table("opportunity", "id", "stage_name", "is_closed", "is_won")
    loaded = tables.first("opportunity_history", LOADED, "system_modstamp")
    touched = tables.first("opportunity", LOADED, "system_modstamp")
    parts = [
        rows(
            kept,
            deal="opportunity_id",
            at="created_date",
            stage="stage_name",
            amount="amount",
            place=tables.first("opportunity_history", "id"),
            touched=loaded,
        ),
        rows(
            main,
            deal="id",
            owner=tables.first("opportunity", "owner_id"),
            currency=tables.first("opportunity", "currency_iso_code"),
            touched=touched,
        ),
    ]
    gone = tables.first("opportunity", "is_deleted", "_fivetran_deleted")
    at = tables.first("opportunity", "system_modstamp", "last_modified_date", LOADED)
    if gone and at:
        parts.append(rows(main, deal="id", at=at, removed=gone, touched=touched))
    return Shape(union(*parts), _salesforce_stages(tables, main), _salesforce_people(tables))


def salesforce_versions(connection: Connection, schema: str) -> Shape:
    """Salesforce in the loader's history mode: each version of an opportunity, from when on."""
    tables = Tables.of(connection, schema, ("opportunity", "user"))
    main = tables.table(
        "opportunity", "id", "_fivetran_start", "stage_name", "amount", "is_closed", "is_won"
    )
    touched = tables.first("opportunity", LOADED)
    said = {
        "owner": tables.first("opportunity", "owner_id"),
        "currency": tables.first("opportunity", "currency_iso_code"),
        "removed": tables.first("opportunity", "is_deleted", "_fivetran_deleted"),
    }
    part = rows(
        main,
        deal="id",
        at="_fivetran_start",
        stage="stage_name",
        amount="amount",
        touched=touched,
        **said,
    )
    return Shape(union(part), _salesforce_stages(tables, main), _salesforce_people(tables))


def _salesforce_stages(tables: Tables, main: sa.TableClause) -> sa.Select[Any]:
    """The stages as they are set up; or else those in use, by their chance of being won."""
    if "opportunity_stage" in tables:
        stage = tables.table(
            "opportunity_stage", "master_label", "is_closed", "is_won", "sort_order"
        )
        return sa.select(
            stage.c.master_label.label("id"),
            stage.c.sort_order.label("place"),
            stage.c.is_won.label("won"),
            stage.c.is_closed.label("closed"),
        ).order_by(stage.c.sort_order)
    place = tables.first("opportunity", "probability", "stage_name")
    return sa.select(
        main.c.stage_name.label("id"),
        main.c[place].label("place"),
        main.c.is_won.label("won"),
        main.c.is_closed.label("closed"),
    ).distinct()


def _salesforce_people(tables: Tables) -> sa.Select[Any] | None:
    if "user" not in tables:
        return None
    user = tables.table("user", "id", "name")
    columns: list[sa.ColumnElement[Any]] = [user.c.id, user.c.name]
    if "email" in tables.columns["user"]:
        columns.append(user.c.email)
    if "is_active" in tables.columns["user"]:
        columns.append(user.c.is_active.label("active"))
    return sa.select(*columns)
