"""Schedules as a file says them: all at once, compared with those that there are."""

from typing import Annotated, Any

from pydantic import Field

from contracts import named_files
from contracts.named_files import MOST, HowToApply
from contracts.requests import Body
from contracts.schedules.requests import NAME, ScheduleBody
from contracts.workspaces.names import WorkspaceName

Name = Annotated[str, Field(pattern=NAME)]


class ScheduleFile(Body):
    """By name. Whether they are paused is not theirs to say."""

    schedules: dict[Name, ScheduleBody] = Field(max_length=MOST)


class Apply(HowToApply, ScheduleFile):
    """A file, and what to do with it."""

    workspace: WorkspaceName | None = Field(
        default=None, description="To which they belong, whose others alone are pruned; else the default one"
    )


def read_file(text: str) -> ScheduleFile:
    """Raises BadFile."""
    return named_files.read_file(text, "schedules", ScheduleFile, ScheduleBody.model_fields)


def said_of(body: ScheduleBody) -> dict[str, Any]:
    """What somebody said, as a file has it: no defaults."""
    return body.model_dump(mode="json", exclude_defaults=True)
