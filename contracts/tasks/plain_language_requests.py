"""Request bodies with a sentence in them."""

from typing import Annotated, Any, Self

from pydantic import AfterValidator, Field, model_validator

from contracts.requests import Body
from contracts.storable import storable
from contracts.tasks.plain_language import MOST_CHARACTERS
from contracts.tasks.requests import Submission
from contracts.timezones import checked_timezone

TimeZone = Annotated[str, Field(max_length=100), AfterValidator(checked_timezone)]
Sentence = Annotated[str, Field(min_length=1, max_length=MOST_CHARACTERS), AfterValidator(storable)]

#: What of a task the sentence says.
_SAID = (
    "task_type", "params", "priority", "run_at", "start_deadline", "follow_ups", "capability", "retry", "timeouts",
)  # fmt: skip


class SentenceBody(Body):
    """One sentence in English."""

    text: Sentence = Field(examples=["pull the last 30 days of $NVDA from wallstreetbets tomorrow at 8, high"])
    timezone: TimeZone | None = Field(default=None, description="IANA name; default is the server's", examples=["UTC"])


class TaskSubmission(Submission):
    """One task field by field, or a sentence as ``text``, which may become several."""

    text: Sentence | None = Field(default=None, description="Instead of task_type and params: docs/plain-language.md")
    timezone: TimeZone | None = Field(default=None, description="Of the sentence; IANA name, default is the server's")

    @model_validator(mode="before")
    @classmethod
    def _names_its_type_itself(cls, data: Any) -> Any:
        if isinstance(data, dict) and data.get("text") is not None and "task_type" not in data:
            return {**data, "task_type": ""}
        return data

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        if self.text is None:
            if self.timezone is not None:
                raise ValueError("timezone goes with text")
            return self
        doubled = [name for name in _SAID if name in self.model_fields_set and (name != "task_type" or self.task_type)]
        if doubled:
            raise ValueError(f"give either text or {', '.join(doubled)}; the sentence says them")
        return self

    def as_submission(self) -> Submission:
        """The same task, without the fields of a sentence."""
        return Submission.model_construct(**{name: getattr(self, name) for name in Submission.model_fields})
