"""What callers send about tickers."""

from datetime import date
from typing import Annotated, Any

from pydantic import Field, field_validator

from contracts.params.common import Ticker
from contracts.records.rows import RecordKind
from contracts.requests import Body
from contracts.storable import Text

MOST_WATCHERS = 2_000_000_000


def _one_line(value: str | None) -> str | None:
    return (" ".join(value.split()) or None) if value is not None else None


class TickerFields(Body):
    """Fields left out stay as they are; a new ticker gets the defaults."""

    name: Annotated[Text, Field(max_length=200)] | None = Field(default=None, examples=["NVIDIA Corporation"])
    tracked: bool = Field(default=True, description="Keep its sources fresh")
    watchers: int = Field(default=0, ge=0, le=MOST_WATCHERS, description="How many people watch it")
    earnings_date: date | None = Field(default=None, description="The next one, e.g. 2026-05-27")
    score: float | None = Field(
        default=None, ge=0, le=100, allow_inf_nan=False, description="A score of yours; how it changes is a signal"
    )

    _name_is_one_line = field_validator("name")(_one_line)


class TickerLine(TickerFields):
    """A line of an import."""

    ticker: Ticker


class RecordDelivery(Body):
    """Collected rows of one kind; each is checked against the kind's model."""

    kind: RecordKind
    records: list[dict[str, Any]] = Field(max_length=1_000)
