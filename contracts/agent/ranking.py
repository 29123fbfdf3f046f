"""Weights of the agent's ranking and target ages of sources, and their form in settings."""

import re
from functools import cached_property

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from contracts.mistakes import in_words
from contracts.records.sources import SOURCES

#: Hours after which a source of a ticker counts as stale, by its name.
DEFAULT_TARGETS: dict[str, float] = {source.name: source.stale_hours for source in SOURCES.values()}
#: A source that is never asked for.
OFF = "off"

_UNIT_HOURS = {"h": 1, "d": 24}
_LONGEST_HOURS = 24 * 366


class RankingWeights(BaseModel):
    """How much each part counts. Only their ratios matter; 0 leaves a part out."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    staleness: float = Field(default=4, ge=0, le=1_000, allow_inf_nan=False)
    watchers: float = Field(default=3, ge=0, le=1_000, allow_inf_nan=False)
    trend: float = Field(default=3, ge=0, le=1_000, allow_inf_nan=False)
    earnings: float = Field(default=2, ge=0, le=1_000, allow_inf_nan=False)
    score_change: float = Field(default=2, ge=0, le=1_000, allow_inf_nan=False)
    past_yield: float = Field(default=1, ge=0, le=1_000, allow_inf_nan=False)
    cost: float = Field(default=1, ge=0, le=1_000, allow_inf_nan=False)

    @model_validator(mode="after")
    def _something_counts(self) -> "RankingWeights":
        if sum(self.model_dump().values()) < 0.001:
            raise ValueError("at least one weight must be above 0")
        return self

    @cached_property
    def shares(self) -> dict[str, float]:
        """The weights by name, as parts of 1."""
        weights: dict[str, float] = self.model_dump()
        total = sum(weights.values())
        return {name: weight / total for name, weight in weights.items()}


def parse_weights(text: str) -> RankingWeights:
    """Weights from ``staleness=4,watchers=2``; those left out keep their defaults.

    Raises:
        ValueError: with a sentence.
    """
    given = _pairs(text, "watchers=2")
    unknown = given.keys() - RankingWeights.model_fields.keys()
    if unknown:
        raise ValueError(f"'{min(unknown)}' is no weight; use {', '.join(RankingWeights.model_fields)}")
    try:
        return RankingWeights.model_validate(given)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise ValueError(f"{where}: {in_words(first)}".removeprefix(": ")) from None


def parse_targets(text: str) -> dict[str, float]:
    """Hours by source from ``reddit=12h,sec=2d,twitter=off``; those left out keep their defaults, those off are gone.

    Raises:
        ValueError: with a sentence.
    """
    targets = dict(DEFAULT_TARGETS)
    for name, value in _pairs(text, "reddit=12h").items():
        if name not in DEFAULT_TARGETS:
            raise ValueError(f"'{name}' is no source; use {', '.join(DEFAULT_TARGETS)}")
        if value == OFF:
            del targets[name]
        else:
            targets[name] = _hours(name, value)
    return targets


def _hours(name: str, value: str) -> float:
    found = re.fullmatch(r"([0-9]{1,5})([hd])", value)
    hours = int(found[1]) * _UNIT_HOURS[found[2]] if found else 0
    if not 1 <= hours <= _LONGEST_HOURS:
        raise ValueError(f"'{name}={value}' must be like {name}=12h, {name}=2d (a year at most) or {name}={OFF}")
    return hours


def _pairs(text: str, example: str) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for part in filter(None, (each.strip() for each in text.split(","))):
        name, _, value = (each.strip() for each in part.partition("="))
        if not name or not value or name in pairs:
            raise ValueError(f"'{part}' must be like {example}, each name once")
        pairs[name] = value
    return pairs
