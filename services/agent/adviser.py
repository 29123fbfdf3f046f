"""The interface of an adviser: a model that a round asks for an order (workers/core/activities/adviser.py)."""

from dataclasses import dataclass
from typing import Protocol


class NoAdvice(Exception):
    """Says in a sentence why there is no advice. The round goes on without."""


@dataclass(frozen=True)
class Tokens:
    """What a request takes: what is sent, and the answer."""

    sent: int
    answered: int


@dataclass(frozen=True)
class Answer:
    """As the model wrote it, and what it took."""

    text: str
    tokens: Tokens


class Adviser(Protocol):
    """A model."""

    #: Provider and model.
    name: str

    def at_most(self, data: str) -> Tokens:
        """What asking that may take.

        Raises:
            NoAdvice: it cannot be asked at all.
        """

    def usd_micros(self, tokens: Tokens) -> int | None:
        """What they cost, in millionths of a dollar, rounded up; None if nobody said a price."""

    async def ask(self, data: str) -> Answer:
        """Ask once, and not for long.

        Raises:
            NoAdvice: it did not answer.
        """
