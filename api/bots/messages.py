"""Request bodies of bots: claims, progress, outcomes."""

import hashlib
import json
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, ValidationError, field_validator, model_validator

from contracts.mistakes import in_words
from contracts.requests import CAPABILITY, Body
from contracts.storable import Json, Text, storable
from contracts.tasks.work import ERROR_LIMIT, HEARTBEAT_LIMIT, RESULT_LIMIT, Progress, TaskFailure

LONGEST_WAIT_SECONDS = 60
#: Largest cursor, as for workers with the SDK.
_CURSOR_LIMIT = HEARTBEAT_LIMIT // 2


def _small_enough(limit: int) -> Any:
    def check(value: dict[str, Any]) -> dict[str, Any]:
        size = len(json.dumps(value).encode())
        if size > limit:
            raise ValueError(f"is {size} bytes of JSON; at most {limit} are kept")
        return value

    return AfterValidator(check)


class ClaimRequest(Body):
    worker_id: Text | None = Field(default=None, description="Name or id of the worker; may be left out")
    capabilities: list[Annotated[str, Field(pattern=CAPABILITY)]] = Field(
        default_factory=list, max_length=100, description="Default: all that the key allows"
    )
    wait_seconds: float = Field(
        default=20, ge=0, le=LONGEST_WAIT_SECONDS, description="How long to wait for a task; a second or two at least"
    )


class Report(Body):
    """How far an attempt is. What is left out stays as it was told last."""

    progress: dict[str, Any] | None = Field(
        default=None, examples=[{"percent": 42, "step": "page 3", "posts_collected": 342}]
    )
    cursor: Annotated[Json, _small_enough(_CURSOR_LIMIT)] | None = Field(
        default=None, description="Where the next attempt goes on, should this one die"
    )

    @field_validator("progress")
    @classmethod
    def _is_progress(cls, value: dict[str, Any] | None) -> dict[str, Any] | None:
        return value if value is None else progress_of(value).model_dump(exclude_none=True)


class HeartbeatRequest(Report):
    worker_id: Text | None = None


class BotError(Body):
    """Why an attempt failed."""

    type: Text = Field(default="Error", min_length=1, max_length=200)
    message: Text = Field(min_length=1, max_length=ERROR_LIMIT)
    retryable: bool = True
    retry_after: float | None = Field(default=None, ge=0, le=86_400, description="Seconds until the next attempt")

    def failure(self) -> TaskFailure:
        return TaskFailure(type=self.type, message=self.message, retryable=self.retryable)


class Completion(Body):
    """How an attempt ended."""

    status: Literal["succeeded", "failed", "cancelled"]
    result: Annotated[Json, _small_enough(RESULT_LIMIT)] | None = None
    #: A text alone is the message of a failure that may be tried again.
    error: BotError | None = None

    @field_validator("error", mode="before")
    @classmethod
    def _text_alone(cls, value: Any) -> Any:
        return {"message": value[:ERROR_LIMIT]} if isinstance(value, str) else value

    @model_validator(mode="before")
    @classmethod
    def _result_alone(cls, said: Any) -> Any:
        """A result without a status is a success, as bots of the coordinator report it."""
        if isinstance(said, dict) and "status" not in said and said.get("result") is not None and "error" not in said:
            return {**said, "status": "succeeded"}
        return said

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if (self.status == "failed") != (self.error is not None):
            raise ValueError("'error' belongs to status 'failed', and that one needs it")
        if self.result is not None and self.status != "succeeded":
            raise ValueError("'result' belongs to status 'succeeded'")
        return self

    @property
    def fingerprint(self) -> bytes:
        """The same for the same outcome."""
        said = self.model_dump(include={"status", "result", "error"})
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).digest()


class CompletionRequest(Completion):
    worker_id: Text | None = None


def progress_of(said: dict[str, Any]) -> Progress:
    """Percent and step where they are called so; every other whole number is a counter, whatever its name.

    Raises:
        ValueError: with a sentence that names what does not fit.
    """
    known = {name: value for name, value in said.items() if name in ("percent", "step")}
    counters = said.get("counters") or {}
    others = {name: value for name, value in said.items() if name not in ("percent", "step", "counters")}
    for name, value in others.items():
        if type(value) is not int:
            raise ValueError(f"'{name}' must be a whole number; for words there is 'step', for a share 'percent'")
    try:
        progress = Progress(**known, counters={**counters, **others})
    except (ValidationError, TypeError) as error:
        if not isinstance(error, ValidationError):
            raise ValueError(f"counters: {error}") from None
        first = error.errors()[0]
        raise ValueError(f"{'.'.join(map(str, first['loc']))}: {in_words(first)}") from None
    _bounded(progress)
    return progress


def _bounded(progress: Progress) -> None:
    storable(progress.model_dump())
    size = len(progress.model_dump_json())
    if size > HEARTBEAT_LIMIT // 2 - 100:
        raise ValueError(f"is {size} characters of JSON; at most {HEARTBEAT_LIMIT // 2 - 100} are kept")
