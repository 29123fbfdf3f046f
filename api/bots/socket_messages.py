"""Messages of the control socket: {"type": …, "payload": {…}} in both directions."""

import json
import uuid
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, Field, TypeAdapter, ValidationError, model_validator

from api.bots.claims import Claim
from api.bots.messages import BotError, Completion, Report
from api.bots.views import claim_view
from contracts.mistakes import in_words
from contracts.requests import Body
from contracts.storable import Json

#: Longest explanation of what is wrong with a message.
_DETAIL = 300
#: A control frame has 125 bytes, two of them for the code.
_MOST_CLOSING_BYTES = 123


class TaskProgress(Report):
    task_id: uuid.UUID
    #: Of the attempt that is meant; default: the last one.
    token: str | None = None


class TaskComplete(Body):
    task_id: uuid.UUID
    token: str | None = None
    success: bool
    result: Json | None = None
    error: str | BotError | None = None
    #: With success false: it stopped because it was told to.
    cancelled: bool = False

    @model_validator(mode="after")
    def _fits(self) -> Self:
        self.completion()
        return self

    def completion(self) -> Completion:
        """The same as the body of POST /tasks/{id}/complete. Raises ValidationError."""
        if self.success:
            said: dict[str, Any] = {"status": "succeeded", "result": self.result, "error": self.error}
        elif self.cancelled:
            said = {"status": "cancelled"}
        else:
            said = {"status": "failed", "result": self.result, "error": self.error or "The bot gave no reason."}
        return Completion.model_validate(said)


class Heartbeat(BaseModel):
    """A sign of life; what it carries is not looked at."""

    type: Literal["heartbeat", "pong"]


class ProgressMessage(BaseModel):
    type: Literal["progress"]
    payload: TaskProgress


class CompleteMessage(BaseModel):
    type: Literal["task_complete"]
    payload: TaskComplete


Incoming = Heartbeat | ProgressMessage | CompleteMessage
_INCOMING: TypeAdapter[Incoming] = TypeAdapter(Annotated[Incoming, Field(discriminator="type")])


class BadMessage(Exception):
    """A message that cannot be read; the text says why."""


def read_message(text: str) -> Incoming:
    """Raises BadMessage with a sentence."""
    try:
        return _INCOMING.validate_python(json.loads(text))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise BadMessage(f"{where or 'message'}: {in_words(first)}"[:_DETAIL]) from None
    except (ValueError, RecursionError):
        raise BadMessage('Send JSON such as {"type": "heartbeat"}.') from None


def message(type_: str, **payload: Any) -> dict[str, Any]:
    """An outgoing message; ids become text."""
    return {"type": type_, "payload": {name: _plain(value) for name, value in payload.items()}}


def assignment(claim: Claim) -> dict[str, Any]:
    """The message that hands a task out."""
    view = claim_view(claim).model_dump(mode="json")
    view["task_id"], view["task_payload"] = view.pop("id"), view.pop("params")
    return message("task_assigned", **view)


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, uuid.UUID) else value


def closing_words(sentence: str) -> str:
    """As much of it as a closing frame takes, which is counted in bytes: names may be of any script."""
    return sentence.encode()[:_MOST_CLOSING_BYTES].decode(errors="ignore")
