"""When a schedule is due: by a cron line, a rule of RFC 5545, an interval, or once."""

import re
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Self
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError
from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, field_validator, model_validator

from contracts.requests import Body, Moment
from contracts.schedules.recurrence import checked_rule
from contracts.storable import Text
from contracts.timezones import checked_timezone, zone_of

_UNITS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
_CRON_FIELDS = 5
#: What a person writes on a line, and a year in seconds.
_LONGEST, _YEAR = 500, 366 * 86_400


def _seconds(value: Any) -> Any:
    """``90m`` as seconds; whole numbers are seconds already."""
    found = re.fullmatch(r"(\d{1,9}) ?([smhd])", value.strip()) if isinstance(value, str) else None
    if isinstance(value, str) and not found:
        raise ValueError("must be a time such as 30s, 15m, 2h or 1d, or a number of seconds")
    return int(found[1]) * _UNITS[found[2]] if found else value


Seconds = Annotated[int, BeforeValidator(_seconds)]
#: Context of validation: what was accepted some day.
STORED = {"stored": True}
#: What is reckoned from: behind it the calendar has room for all that is looked for.
_YEARS = range(1970, 2201)


def _reckoned(value: datetime) -> datetime:
    if value.year not in _YEARS:
        raise ValueError(f"must lie in the years {_YEARS[0]} to {_YEARS[-1]}")
    return value


ReckonedMoment = Annotated[Moment, AfterValidator(_reckoned)]


class Timing(Body):
    """Exactly one of cron, rrule, every and at; a cron line and a rule mean the clock on the wall of ``zone``."""

    cron: Text | None = Field(default=None, max_length=_LONGEST, examples=["0 7 * * MON-FRI"])
    every: Annotated[Seconds, Field(ge=10, le=_YEAR)] | None = Field(
        default=None, description="An interval: seconds, or 15m, 2h, 1d; counted from starts_at, or from 1970 on"
    )
    at: ReckonedMoment | None = Field(default=None, description="Once")
    zone: str = Field(default="UTC", max_length=100, examples=["Europe/Berlin"], description="Time zone (IANA)")
    starts_at: ReckonedMoment | None = Field(default=None, description="Not due before; where a rule counts from")
    ends_at: Moment | None = Field(default=None, description="Not due after")
    # Behind what its check looks at.
    rrule: Text | None = Field(
        default=None, max_length=_LONGEST, examples=["FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;BYHOUR=7"]
    )

    @field_validator("zone")
    @classmethod
    def _is_a_zone(cls, value: str) -> str:
        return checked_timezone(value)

    @field_validator("cron")
    @classmethod
    def _is_cron(cls, value: str | None) -> str | None:
        return None if value is None else _checked_cron(value)

    @field_validator("rrule")
    @classmethod
    def _is_rule(cls, value: str | None, info: ValidationInfo) -> str | None:
        # Where one of them is wrong, that is said instead.
        if value is not None and info.context != STORED and {"zone", "starts_at"} <= set(info.data):
            zone, start = zone_of(info.data["zone"]), info.data["starts_at"]
            checked_rule(value, on_wall(start, zone) if start else None, on_wall(datetime.now(UTC), zone))
        return value

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if sum(each is not None for each in (self.cron, self.rrule, self.every, self.at)) != 1:
            raise ValueError("give exactly one of 'cron', 'rrule', 'every' and 'at'")
        if self.starts_at and self.ends_at and self.ends_at <= self.starts_at:
            raise ValueError("'ends_at' must lie after 'starts_at'")
        return self

    @property
    def local_start(self) -> datetime | None:
        """``starts_at`` on the wall of the zone."""
        return on_wall(self.starts_at, zone_of(self.zone)) if self.starts_at else None

    @property
    def interval(self) -> timedelta | None:
        return timedelta(seconds=self.every) if self.every is not None else None


def on_wall(moment: datetime, zone: ZoneInfo) -> datetime:
    """What a clock on the wall shows then, without its zone."""
    return moment.astimezone(zone).replace(tzinfo=None)


def _checked_cron(value: str) -> str:
    fields = value.split()
    if len(fields) != _CRON_FIELDS:
        said = "field" if len(fields) == 1 else "fields"
        raise ValueError(
            f"a cron line has 5 fields (minute, hour, day of month, month, day of week), this has {len(fields)} {said}"
        )
    try:
        next(CronSim(value, datetime.now(UTC)))
    except CronSimError as error:
        wrong = str(error).removeprefix("Bad ").replace("-", " ")
        raise ValueError(f"'{value}' is no cron line that is ever due: look at its {wrong}") from None
    except StopIteration:
        raise ValueError(f"'{value}' is never due: there is no such day") from None
    return " ".join(fields)
