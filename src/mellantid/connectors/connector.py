"""What every connector can do, and what it says of itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from mellantid.errors import MellantidError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from mellantid.connectors.http import Http
    from mellantid.connectors.told import (
        Cursor,
        DealTold,
        Delivery,
        Glimpse,
        Hint,
        Page,
        PersonTold,
        PipelineTold,
    )

DAY: Final = 86_400.0


class SourceError(MellantidError):
    """The source cannot be read now; the message says why and what to do."""


class NotLetInError(SourceError):
    """The source does not accept the token or its rights: asking again is of no use."""


class SpentError(SourceError):
    """The day's requests are used up.

    Args:
        message: what a person is told.
        until: ms UTC from which there are new ones.

    """

    def __init__(self, message: str, until: int) -> None:
        super().__init__(message)
        self.until = until


class ForgedError(MellantidError):
    """A webhook that is not what it says: its signature, age or form is wrong."""


class ImpossibleError(ForgedError):
    """A webhook that is genuine and says what cannot be: whoever sends it is told what to mend."""


@dataclass(frozen=True)
class Field:
    """A value that a person gives when connecting.

    Attributes:
        name: by which it is kept, and its words are found.
        secret: whether it is sealed, and never shown again.
        required: whether it must be given.
        default: what holds where it is left empty.
        choices: the values that it may have; empty: any.

    """

    name: str
    secret: bool = False
    required: bool = True
    default: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Window:
    """A limit of the source: at most `cost` within any `seconds`.

    Attributes:
        cost: requests, or the source's own units where requests differ.
        seconds: how long the window is.
        of: the sort of request that it limits, as the connector calls it; empty: every request.

    """

    cost: float
    seconds: float
    of: str = ""


@dataclass(frozen=True)
class Kind:
    """A kind of source.

    Attributes:
        name: as in `mellantid connect add NAME` and the folder's name.
        title: what the source is called.
        fields: what a person gives.
        hooks: whether it sends webhooks to us.
        make: a connector from the values given, the way out to the network and the clock (ms UTC).
        asked: whether it can be asked at all; False: it tells by webhooks alone.

    """

    name: str
    title: str
    fields: tuple[Field, ...]
    hooks: bool
    make: Callable[[Mapping[str, str], Http, Callable[[], int]], Connector]
    asked: bool = True


class Connector(Protocol):
    """The way to one source. All methods may raise `SourceError`."""

    @property
    def limits(self) -> tuple[Window, ...]:
        """The source's limits, which `Http` keeps; a daily one is a window of `DAY`."""
        ...

    def account(self) -> str:
        """Whose data it is, to be shown to the person who connects; fails where the token does."""
        ...

    def pipelines(self) -> tuple[PipelineTold, ...]:
        """The pipelines with their stages, also those gone stages that deals have passed."""
        ...

    def people(self) -> tuple[PersonTold, ...]:
        """Everybody who owns or has owned deals."""
        ...

    def start(self) -> Cursor:
        """From where `changed` is to go on once everything has been read; taken before that."""
        ...

    def everything(self, cursor: Cursor | None) -> Iterator[Page]:
        """All deals with their whole history, from the beginning or from where a page ended."""
        ...

    def changed(self, cursor: Cursor) -> Iterator[Page]:
        """The deals that have changed since, deleted ones too; ends when there are no more.

        Nothing may be missed; the same deal may come again.
        """
        ...

    def read(self, deals: Sequence[str]) -> tuple[DealTold, ...]:
        """Some deals with their whole history; one that is deleted with `removed_at`.

        One that the source does not know at all is left out.
        """
        ...

    def glimpses(self) -> Iterator[Glimpse]:
        """How every deal stands, by the cheapest way there is."""
        ...

    def hint(self, delivery: Delivery) -> Hint:
        """What a webhook hints at, once it is known to be genuine.

        Raises:
            ForgedError: its signature is wrong, it is too old, or no webhook of this source.

        """
        ...
