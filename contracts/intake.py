"""What was understood of a sentence that somebody typed: tasks ready to submit, or questions."""

import uuid
from datetime import datetime
from typing import Any

from pydantic import Field

from contracts.priority import NORMAL
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
    questions: list[Question]


class CreatedFromTextView(View):
    """The tasks of a sentence were accepted and will not be lost."""

    created: int
    task_ids: list[uuid.UUID]
    parsed: ParsedText
