"""Building blocks of the params models: tickers, date ranges, limits."""

from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Self

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, model_validator

from contracts.honest_numbers import HonestNumbers
from contracts.tickers.spelling import canonical
from contracts.timezones import checked_timezone, zone_of


class Params(HonestNumbers):
    """Base of every task type's params: unknown fields are refused, never ignored."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, populate_by_name=True)


def _normalise_ticker(value: object) -> object:
    return canonical(value) if isinstance(value, str) else value


Ticker = Annotated[
    str,
    BeforeValidator(_normalise_ticker),
    Field(pattern=r"^[A-Z][A-Z0-9.\-]{0,9}$", description="Stock ticker, e.g. NVDA or BRK.B"),
]


def _no_blank(values: list[str]) -> list[str]:
    if any(not v.strip() for v in values):
        raise ValueError("must not contain empty names")
    return list(dict.fromkeys(values))


Names = Annotated[list[str], AfterValidator(_no_blank)]


class DateRange(Params):
    """Either ``{"from": day, "to": day}`` (both included, either may be left out) or ``{"last_days": n}``.

    A day is that of ``zone``, so that "yesterday" is the day before of whoever said it.
    """

    from_: date | None = Field(default=None, alias="from")
    to: date | None = None
    last_days: int | None = Field(default=None, ge=1, le=3650)
    zone: Annotated[str, Field(max_length=64), AfterValidator(checked_timezone)] | None = Field(
        default=None, description="Whose days from and to are, such as Europe/Berlin; UTC if left out"
    )

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        if self.last_days is not None and (self.from_ or self.to):
            raise ValueError("give either last_days or from/to, not both")
        if self.zone and not (self.from_ or self.to):
            raise ValueError("zone goes with from/to: it says whose days they are")
        if self.from_ and self.to and self.from_ > self.to:
            raise ValueError(f"'from' ({self.from_}) lies after 'to' ({self.to})")
        return self

    def bounds(self, now: datetime) -> tuple[datetime, datetime]:
        """First instant included and first instant excluded, in UTC. ``now`` anchors ``last_days``."""
        if self.last_days is not None:
            return now - timedelta(days=self.last_days), now
        start = self._begin(self.from_ or date(1970, 1, 1))
        return start, now if self.to is None else self._begin(self.to + timedelta(days=1))

    def days(self, now: datetime) -> tuple[date, date]:
        """First and last day, for what has no time of day: as they are written, or all that are touched."""
        start, end = self.bounds(now)
        first = self.from_ or (date(1970, 1, 1) if self.last_days is None else start.date())
        return first, self.to or (end - timedelta(microseconds=1)).date()

    def _begin(self, day: date) -> datetime:
        return datetime.combine(day, datetime.min.time(), zone_of(self.zone) if self.zone else UTC).astimezone(UTC)


def last_days(days: int) -> DateRange:
    """The range that ends now and began ``days`` days ago."""
    return DateRange(last_days=days)
