"""Schemas of what models are asked and may answer. An answer may name only ids that were sent."""

import re
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


_HOW_MUCH = re.compile(r"(?:very|strongly|highly|extremely|moderately|mostly|slightly|somewhat|mildly)[\s_-]+")
#: Models call it as the question does, or in the language of the text.
_MEANT = {
    name: label
    for label, names in {
        "positive": "bullish positiv positivo positiva positif positieve pozytywny позитивный положительный 积极 "
        "正面 看涨 利好 ポジティブ 強気 긍정 긍정적 강세",
        "negative": "bearish negativ negativo negativa négatif negatif negatieve negatywny негативный отрицательный "
        "消极 负面 看跌 利空 ネガティブ 弱気 부정 부정적 약세",
        "neutral": "mixed neutralny neutro neutra neutre нейтральный 中性 中立 ニュートラル 중립 중립적",
    }.items()
    for name in names.split()
}


def _label(value: object) -> object:
    if not isinstance(value, str):
        return value
    word = _HOW_MUCH.sub("", value.strip().strip(".!*\"'").lower())
    return _MEANT.get(word, word)


def _listed(value: object) -> object:
    """One id is no list for some models."""
    return [value] if isinstance(value, str | int) and not isinstance(value, bool) else value


def _kind(value: object) -> object:
    word = value.strip().lower() if isinstance(value, str) else value
    return _KINDS.get(word, word) if isinstance(word, str) else word


_KINDS = {
    "company": "organisation", "organization": "organisation", "org": "organisation", "people": "person",
    "place": "location", "country": "location", "city": "location", "symbol": "ticker", "stock": "ticker",
}  # fmt: skip


def disagree(label: str, score: float) -> bool:
    """Whether they say the opposite of each other: some models write how strong an opinion is, not which way."""
    return (label == "positive" and score < 0) or (label == "negative" and score > 0)


Id = Annotated[str, BeforeValidator(_written_out)]
Ids = Annotated[list[Id], BeforeValidator(_listed)]
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
    cites: Ids


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
    kind: Annotated[Literal["ticker", "person", "organisation", "location"], BeforeValidator(_kind)]
    cites: Ids


class Entities(_Answer):
    """What is named in the items."""

    entities: list[Entity]


class FoundAnswer(_Answer):
    """The answer to the question of that number, counted from 0."""

    question: int = Field(ge=0)
    found: bool
    answer: str
    cites: Ids


class Answers(_Answer):
    """One answer per question."""

    answers: list[FoundAnswer]
