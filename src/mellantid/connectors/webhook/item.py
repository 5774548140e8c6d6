"""One change of a deal as it is posted."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from mellantid.connectors.told import Change, Means

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mellantid.connectors.told import PipelineTold

FIELDS: Final = (
    "deal",
    "at",
    "pipeline",
    "stage",
    "amount",
    "currency",
    "owner",
    "reason",
    "removed",
    "sequence",
)
WITH_REMOVED: Final = {"deal", "at", "reason", "removed"}
LONGEST: Final = 200
REASON: Final = 500
MOST: Final = 1e15
LAST: Final = 1_000_000
FIRST: Final = int(datetime(1990, 1, 1, tzinfo=UTC).timestamp()) * 1_000
AHEAD: Final = 5 * 60_000
"""Milliseconds by which the sender's clock may be ahead of ours."""
TIME: Final = re.compile(
    r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)", re.ASCII
)
CURRENCY: Final = re.compile(r"[A-Z]{3}", re.ASCII)


class FaultError(Exception):
    """A change that cannot be; the message says what is wrong with it."""


@dataclass(frozen=True)
class Rules:
    """What may be said.

    Attributes:
        pipelines: by id.
        currency: of amounts that come without one; empty: each must say.
        now: the present moment, ms UTC.

    """

    pipelines: Mapping[str, PipelineTold]
    currency: str
    now: int


@dataclass(frozen=True)
class Item:
    """One change, checked; see the fields of `Change`."""

    deal: str
    at: int
    pipeline: str | None = None
    stage: str | None = None
    amount: float | None = None
    currency: str | None = None
    owner: str | None = None
    reason: str | None = None
    removed: bool = False
    sequence: int | None = None

    def change(self, place: int) -> Change:
        """As it is told, with its place among those of one moment where it does not say."""
        return Change(
            self.at,
            self.pipeline,
            self.stage,
            self.amount,
            self.currency,
            self.owner,
            place=place if self.sequence is None else self.sequence,
            reason=self.reason,
        )


def item_in(given: Any, rules: Rules) -> Item:  # noqa: ANN401 (JSON)
    """One change.

    Raises:
        FaultError: it cannot be.

    """
    if not isinstance(given, dict):
        raise FaultError("it is an object")
    unknown = sorted(set(given) - set(FIELDS))
    if unknown:
        raise FaultError(f"{unknown[0][:40]!r} is none of {', '.join(FIELDS)}")
    deal = _text(given, "deal", LONGEST)
    at = _moment(given.get("at"), rules.now)
    removed = given.get("removed", False)
    if not isinstance(removed, bool):
        raise FaultError("removed is true or false")
    reason = _text(given, "reason", REASON) if "reason" in given else None
    if removed:
        _alone(given)
        return Item(deal, at, reason=reason, removed=True)
    pipeline, stage = _place(given, rules)
    if reason is not None and _means(rules, pipeline, stage) != Means.LOST:
        raise FaultError("reason goes with a lost stage or with removed")
    amount, currency = _price(given, rules)
    owner = _text(given, "owner", LONGEST, empty=True) if "owner" in given else None
    if stage is None and amount is None and owner is None:
        raise FaultError("nothing changes: give stage, amount, owner or removed")
    sequence = _sequence(given["sequence"]) if "sequence" in given else None
    return Item(deal, at, pipeline, stage, amount, currency, owner, reason, sequence=sequence)


def _alone(given: Mapping[str, Any]) -> None:
    more = sorted(set(given) - WITH_REMOVED)
    if more:
        raise FaultError(f"{more[0]} cannot be said of a deal that is removed")


def _text(given: Mapping[str, Any], name: str, longest: int, *, empty: bool = False) -> str:
    found = given.get(name)
    least = 0 if empty else 1
    if not isinstance(found, str) or not least <= len(found) <= longest or not _writable(found):
        raise FaultError(f"{name} is a text of {least} to {longest} characters in one line")
    return found


def _writable(text: str) -> bool:
    """Whether a text is one that can be kept: no control characters, no half of a pair."""
    return all(each.isprintable() or each == "\u00a0" for each in text)


def _moment(said: Any, now: int) -> int:  # noqa: ANN401 (JSON)
    """When it happened, ms UTC."""
    found = None
    if isinstance(said, str) and TIME.fullmatch(said):
        try:
            found = round(datetime.fromisoformat(said.upper()).timestamp() * 1_000)
        except (ValueError, OverflowError):
            found = None
    if found is None:
        raise FaultError("at is a time with its zone, such as 2026-03-01T09:30:00Z")
    if not FIRST <= found <= now + AHEAD:
        raise FaultError("at lies in the future or before 1990")
    return found


def _sequence(said: Any) -> int:  # noqa: ANN401 (JSON)
    if not isinstance(said, int) or isinstance(said, bool) or not 0 <= said <= LAST:
        raise FaultError(f"sequence is a whole number of 0 to {LAST}")
    return said


def _place(given: Mapping[str, Any], rules: Rules) -> tuple[str | None, str | None]:
    """The pipeline and stage entered; none where it stays where it is."""
    if "stage" not in given:
        if "pipeline" in given:
            raise FaultError("pipeline needs the stage that is entered there")
        return None, None
    if "pipeline" not in given and len(rules.pipelines) > 1:
        raise FaultError("stage needs its pipeline, as there are several")
    only = next(iter(rules.pipelines))
    key = _text(given, "pipeline", LONGEST) if "pipeline" in given else only
    if key not in rules.pipelines:
        known = ", ".join(map(repr, rules.pipelines))
        raise FaultError(f"pipeline {key[:40]!r} is none of {known}")
    stage = _text(given, "stage", LONGEST)
    stages = [each.id for each in rules.pipelines[key].stages]
    if stage not in stages:
        raise FaultError(f"stage {stage[:40]!r} is none of {', '.join(map(repr, stages))}")
    return key, stage


def _means(rules: Rules, pipeline: str | None, stage: str | None) -> Means | None:
    if pipeline is None:
        return None
    return next(each.means for each in rules.pipelines[pipeline].stages if each.id == stage)


def _price(given: Mapping[str, Any], rules: Rules) -> tuple[float | None, str | None]:
    if "amount" not in given:
        if "currency" in given:
            raise FaultError("currency needs its amount")
        return None, None
    said = given["amount"]
    right = isinstance(said, int | float) and not isinstance(said, bool)
    if not right or not 0 <= said <= MOST:
        raise FaultError("amount is a number of 0 or more")
    currency = given.get("currency", rules.currency)
    if not isinstance(currency, str) or not CURRENCY.fullmatch(currency):
        raise FaultError("amount needs its currency in three letters, such as SEK")
    return float(said), currency
