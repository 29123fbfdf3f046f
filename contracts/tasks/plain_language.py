"""The parse of a sentence: tasks ready to submit, or questions."""

import uuid
from datetime import datetime
from typing import Any

from pydantic import Field

from contracts.tasks.priority import NORMAL
from contracts.views import View

#: Longer ones are refused.
MOST_CHARACTERS = 1_000


class Understood(View):
    """A field, and the words that it was read from."""

    field: str
    value: Any
    text: str
    #: Position of the first character in the sentence.
    start: int


class Question(View):
    """What has to be answered first; a sentence for people."""

    field: str
    question: str
    #: Whole sentences that answer it: each is understood, and may be sent instead.
    answers: list[str] = Field(default_factory=list)

    @property
    def said(self) -> str:
        """With the answers, where they cannot be offered in another way."""
        return f"{self.question} Say: {' | '.join(self.answers)}" if self.answers else self.question


class ProposedFollowUp(View):
    """Field by field what a submission takes as follow-up."""

    task_type: str
    params: dict[str, Any]
    follow_ups: list["ProposedFollowUp"] = Field(default_factory=list)


class ProposedTask(View):
    """Field by field what a submission takes."""

    task_type: str
    params: dict[str, Any]
    priority: int = NORMAL
    run_at: datetime | None = None
    follow_ups: list[ProposedFollowUp] = Field(default_factory=list)


class ParsedText(View):
    """Every word stands in ``understood``, ``ignored`` or a question. While a question is open there are no tasks."""

    text: str
    #: The time zone that times were read in.
    timezone: str
    tasks: list[ProposedTask]
    understood: list[Understood]
    ignored: list[str]
    #: Of ``ignored``, the words that could have meant something: what people are told of.
    notable: list[str] = Field(default_factory=list)
    questions: list[Question]


class NameRead(View):
    """A ticker that a model read from words of which the rules made nothing."""

    ticker: str
    text: str


class Suggestion(View):
    """Another wording, proposed by a model and read by the same rules, without a question. Nothing comes of it unless
    the person sends its text."""

    text: str
    #: Provider and model.
    by: str
    tasks: list[ProposedTask]
    understood: list[Understood]
    #: What of it stands neither in the person's words nor in their numbers.
    added: list[str] = Field(default_factory=list)
    #: Tickers that the rules did not find in the person's words.
    names: list[NameRead] = Field(default_factory=list)


class ReadText(ParsedText):
    """What was understood, and where a question is open, perhaps another wording."""

    suggestion: Suggestion | None = None
    #: Why there is none, where a model could have been asked.
    suggestion_note: str | None = None


class CreatedFromTextView(View):
    """The tasks of a sentence were accepted and will not be lost."""

    created: int
    task_ids: list[uuid.UUID]
    parsed: ParsedText
