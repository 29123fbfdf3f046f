"""The base of all request bodies, and fields that bodies of several subjects share."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, ConfigDict, Field, field_validator

from contracts.honest_numbers import HonestNumbers
from contracts.storable import Text


def _aware(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("must have a time zone, e.g. 2026-03-01T08:00:00+01:00 or …Z")
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise ValueError("lies outside the years 1 to 9999") from None


Moment = Annotated[datetime, AfterValidator(_aware)]
#: The beginning of an id, as people type it; dashes may be left out.
IdPrefix = Annotated[str, Field(pattern=r"^[0-9a-fA-F]{4}[0-9a-fA-F\-]{0,32}$")]
CAPABILITY = r"^[a-z][a-z0-9_\-]{0,63}$"


class Body(HonestNumbers):
    """Base of all requests: unknown fields are refused, never ignored."""

    model_config = ConfigDict(extra="forbid")


class Because(Body):
    """Why something is paused or drained; everybody who waits for it reads this."""

    reason: Text = Field(min_length=1, max_length=500)

    @field_validator("reason")
    @classmethod
    def _is_no_blank(cls, value: str) -> str:
        if not value.strip():
            raise ValueError("must say something")
        return " ".join(value.split())
