"""A workspace's settings: its name, its calendar, its currency."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass, fields, replace
from typing import TYPE_CHECKING, Any, Final

from mellantid.calendars import working_clock
from mellantid.errors import DataError, QuestionError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mellantid.calendars import CountryCalendar
    from mellantid.core.clock import WorkingClock

LISTS: Final = ("company_holidays", "cleanups")


@dataclass(frozen=True)
class Settings:
    """What holds for a whole organisation.

    Attributes:
        name: what it is called.
        timezone: IANA name of the zone in which its days begin and end.
        holidays: code of the country whose public holidays are not worked; empty: none.
        company_holidays: its own holidays, as dates or rules such as `07-07..08-01`.
        currency: of targets and of every amount shown; empty until the first amount is imported.
        observed_from: the date before which nothing was recorded (ISO); empty: from the start.
        silence: working days in one stage after which a deal counts as lost; 0: never.
        cleanups: dates (ISO) on which old deals were closed together; the model counts what was
            closed on them as still there on the day before.

    """

    name: str = "Our organisation"
    timezone: str = "Europe/Stockholm"
    holidays: str = "SE"
    company_holidays: tuple[str, ...] = ()
    currency: str = ""
    observed_from: str = ""
    silence: int = 0
    cleanups: tuple[str, ...] = ()

    def clock(self, calendar: CountryCalendar | None = None) -> WorkingClock:
        """The working clock that these settings make.

        Args:
            calendar: the country's calendar as it was kept; one of another country is not used.

        """
        kept = calendar is not None and calendar.code == self.holidays
        country = calendar if calendar is not None and kept else self.holidays
        return working_clock(self.timezone, country, self.company_holidays)

    def with_text(self, name: str, text: str) -> Settings:
        """The settings with one changed, given as text; lists are separated by commas.

        Raises:
            QuestionError: there is no such setting.
            DataError: the value cannot be used.

        """
        if name not in setting_names():
            raise QuestionError(
                f"There is no setting {name!r}: choose one of {', '.join(setting_names())}."
            )
        value: Any = text.strip()
        if name in LISTS:
            value = tuple(part.strip() for part in text.split(",") if part.strip())
        if name == "currency":
            value = text.strip().upper()
        if name == "silence":
            value = _working_days(text)
        changed = replace(self, **{name: value})
        changed.check()
        return changed

    def check(self) -> None:
        """Refuse settings that no clock can be made of.

        Raises:
            DataError: a zone, country, rule, date or number that cannot be used.

        """
        clock = self.clock()
        if self.silence < 0:
            raise DataError(f"silence is {self.silence}: give 1 working day or more, 0 for none.")
        for name, texts in (("observed_from", (self.observed_from,)), ("cleanups", self.cleanups)):
            for text in filter(None, texts):
                try:
                    clock.start_of(dt.date.fromisoformat(text))
                except ValueError as error:
                    raise DataError(
                        f"{name} is {text!r}: give a date such as 2024-01-01."
                    ) from error

    def as_dict(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Settings:
        """Read stored values; those of a later version that are unknown here are left out."""
        known = {name: stored[name] for name in setting_names() if name in stored}
        known |= {name: tuple(known[name]) for name in LISTS if name in known}
        return cls(**known)


def _working_days(text: str) -> int:
    """A number of working days given as text; nothing is none."""
    try:
        return int(text.strip() or 0)
    except ValueError as error:
        raise DataError(
            f"silence is {text.strip()!r}: give a whole number of working days, 0 for none."
        ) from error


def setting_names() -> tuple[str, ...]:
    """The names of all settings."""
    return tuple(field.name for field in fields(Settings))
