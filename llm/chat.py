"""Requests to a model behind a chat API, and its answers."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from pydantic import BaseModel

from contracts.errors import BadSourceReply, TaskError

#: Why there is no more of an answer: it is complete, it became too long, or the model does not want to.
Ending = Literal["complete", "too long", "declined"]


class BadModelReply(BadSourceReply):
    """The model's answer does not fit the schema, also after it was asked again."""


class AnswerCut(BadModelReply):
    """The model's answer ended before it was complete."""

    #: It would end at the same place again.
    retryable = False


class AnswerDeclined(TaskError):
    """The model declines to answer."""

    retryable = False


@dataclass(frozen=True)
class Prompt:
    """One request. `system` is ours alone; what comes from outside is in `user`."""

    system: str
    user: str
    schema: type[BaseModel]


@dataclass(frozen=True)
class Reply:
    """The structured answer as JSON text, and what it took."""

    text: str
    input_tokens: int
    output_tokens: int
    ended: Ending = "complete"


class ChatClient(Protocol):
    """One provider's API. Sends each request once."""

    provider: str
    model: str

    async def complete(self, prompt: Prompt) -> Reply:
        """Ask once.

        Raises:
            TaskError: see `contracts.errors`.
        """

    async def close(self) -> None:
        """Close the connections."""


def as_data(data: Mapping[str, Any]) -> str:
    """The user message: everything from outside, as JSON. No text can end the block: `<` is escaped."""
    return f"<data>\n{json.dumps(data, ensure_ascii=False).replace('<', chr(92) + 'u003c')}\n</data>"
