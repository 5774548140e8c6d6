"""The generic signed webhook as a source of deals: it is told, and asks nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mellantid.connectors.connector import SourceError
from mellantid.connectors.told import Hint
from mellantid.connectors.webhook.item import CURRENCY, Rules
from mellantid.connectors.webhook.payload import said_in
from mellantid.connectors.webhook.signature import HEADER, check, checked
from mellantid.connectors.webhook.stages import people_in, pipelines_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from mellantid.connectors.connector import Window
    from mellantid.connectors.http import Http
    from mellantid.connectors.told import (
        Cursor,
        DealTold,
        Delivery,
        Glimpse,
        Page,
        PersonTold,
        PipelineTold,
    )


class Webhook:
    """A system that posts its deals' changes.

    Args:
        values: what a person gave, by the names of the kind's fields.
        http: not used: there is nothing to ask.
        now: not used: a delivery says when it came.

    Raises:
        SourceError: a value cannot be used.

    """

    def __init__(self, values: Mapping[str, str], http: Http, now: Callable[[], int]) -> None:
        del http, now
        self._secrets = [checked(values.get("secret", ""), "secret")]
        if values.get("secret_before"):
            self._secrets.append(checked(values["secret_before"], "secret_before"))
        self._stages = values.get("stages", "")
        self._pipelines = {each.id: each for each in pipelines_in(self._stages)}
        self._currency = values.get("currency", "").strip().upper()
        if self._currency and not CURRENCY.fullmatch(self._currency):
            raise SourceError("currency is three letters, such as SEK, or nothing.")

    @property
    def limits(self) -> tuple[Window, ...]:
        """None: nothing is asked."""
        return ()

    def account(self) -> str:
        """What it is, and where its deals are to go."""
        names = ", ".join(each.name for each in self._pipelines.values())
        return f"Signed webhook ({names})"

    def pipelines(self) -> tuple[PipelineTold, ...]:
        """As they were written down."""
        return tuple(self._pipelines.values())

    def people(self) -> tuple[PersonTold, ...]:
        """Those whose names were written down; other owners go by their ids."""
        return people_in(self._stages)

    def start(self) -> Cursor:
        """From nowhere: what changes is told."""
        return {}

    def everything(self, cursor: Cursor | None) -> Iterator[Page]:
        """Nothing can be asked for: the sender posts the history, if it has one."""
        del cursor
        return iter(())

    def changed(self, cursor: Cursor) -> Iterator[Page]:
        """Nothing can be asked for."""
        del cursor
        return iter(())

    def read(self, deals: Sequence[str]) -> tuple[DealTold, ...]:
        """Nothing can be asked for."""
        del deals
        return ()

    def glimpses(self) -> Iterator[Glimpse]:
        """Nothing can be asked for."""
        return iter(())

    def hint(self, delivery: Delivery) -> Hint:
        """What a delivery tells, once it is known whose it is."""
        check(delivery.headers.get(HEADER, ""), delivery.body, self._secrets, delivery.at)
        rules = Rules(self._pipelines, self._currency, delivery.at)
        said = said_in(delivery.body, rules)
        return Hint((), (said.id,), said.deals)
