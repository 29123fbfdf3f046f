"""Triggers as a file says them: all at once, compared with those that there are."""

from typing import Annotated, Any

from pydantic import Field

from contracts import named_files
from contracts.named_files import MOST, AppliedView, HowToApply
from contracts.requests import Body
from contracts.schedules.requests import NAME
from contracts.triggers.requests import TriggerBody
from contracts.views import View
from contracts.workspaces.names import WorkspaceName

Name = Annotated[str, Field(pattern=NAME)]


class TriggerFile(Body):
    """By name. Secrets, addresses, and whether they are paused are not theirs to say."""

    triggers: dict[Name, TriggerBody] = Field(max_length=MOST)


class ApplyTriggers(HowToApply, TriggerFile):
    """A file, and what to do with it."""

    workspace: WorkspaceName | None = Field(
        default=None, description="To which they belong, whose others alone are pruned; else the default one"
    )


class MadeHookView(View):
    """A hook that was made: where it is called, and its secret, which is shown this once."""

    name: str
    path: str
    secret: str


class AppliedTriggersView(AppliedView):
    """The same, with the hooks that were made."""

    hooks: list[MadeHookView] = Field(default_factory=list)


def read_file(text: str) -> TriggerFile:
    """Raises BadFile."""
    return named_files.read_file(text, "triggers", TriggerFile, TriggerBody.model_fields)


def said_of(body: TriggerBody) -> dict[str, Any]:
    """What somebody said, as a file has it: no defaults, but what kind it is."""
    said = body.model_dump(mode="json", exclude_defaults=True)
    for name, part in (("source", body.source), ("action", body.action)):
        said[name] = {"kind": part.kind, **said.get(name, {})}
    return said
