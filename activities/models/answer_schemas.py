"""Schemas of what models are asked and may answer. An answer may name only ids that were sent."""

from dataclasses import dataclass
from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

Label = Literal["positive", "neutral", "negative"]


@dataclass(frozen=True)
class Item:
    """One text to work on: a post, an article, a filing or a piece of a long text."""

    id: str
    text: str


def _written_out(value: object) -> object:
    """Models leave out the quotes around ids of digits."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _label(value: object) -> object:
    """Models call it as the question does."""
    if not isinstance(value, str):
        return value
    word = value.strip().lower()
    return {"bullish": "positive", "bearish": "negative"}.get(word, word)


def disagree(label: str, score: float) -> bool:
    """Whether they say the opposite of each other: some models write how strong an opinion is, not which way."""
    return (label == "positive" and score < 0) or (label == "negative" and score > 0)


Id = Annotated[str, BeforeValidator(_written_out)]
Tone = Annotated[Label, BeforeValidator(_label)]


class _Answer(BaseModel):
    # No defaults and no other fields: both providers can then hold the model to the schema.
    model_config = ConfigDict(extra="forbid")


class Score(_Answer):
    """How one item sounds."""

    id: Id
    label: Tone
    score: float = Field(ge=-1, le=1, description="-1 bearish to 1 bullish")
    confidence: float = Field(ge=0, le=1)


class Scores(_Answer):
    """One score per item."""

    scores: list[Score]


class Point(_Answer):
    """One statement, and the items that it rests on."""

    text: str
    cites: list[Id]


class Summary(_Answer):
    """The gist."""

    points: list[Point]


class Analysis(_Answer):
    """Tone and gist."""

    label: Tone
    score: float = Field(ge=-1, le=1, description="-1 bearish to 1 bullish")
    points: list[Point]

    @model_validator(mode="after")
    def _of_one_mind(self) -> Self:
        if disagree(self.label, self.score):
            raise ValueError("label and score say the opposite")
        return self


class Entity(_Answer):
    """Something that is named, and where."""

    name: str
    kind: Literal["ticker", "person", "organisation", "location"]
    cites: list[Id]


class Entities(_Answer):
    """What is named in the items."""

    entities: list[Entity]


class FoundAnswer(_Answer):
    """The answer to the question of that number, counted from 0."""

    question: int = Field(ge=0)
    found: bool
    answer: str
    cites: list[Id]


class Answers(_Answer):
    """One answer per question."""

    answers: list[FoundAnswer]
