"""From what a person types to a group of failures: its whole id, or the beginning of one."""

from typing import Annotated

import typer

from cli.api_client import ApiClient
from cli.ids import Kind, find_id
from cli.text import one_line
from contracts.tasks.failures import FailuresView, GroupState

#: How much of an id is shown.
SHOWN = 8
_GROUP = Kind(
    "group", "/failures", FailuresView, "groups", "clawdbot failures list",
    about=lambda each: f"{one_line(each.task_type)} {one_line(each.message, 80)}",
    id_of=lambda each: str(each.cause),
    query={"state": [each.value for each in GroupState], "empty": True},
)  # fmt: skip

Group = Annotated[
    str, typer.Argument(metavar="GROUP", help="Id of a group, or its first 4 or more characters, from the list.")
]


def find_group(api: ApiClient, text: str) -> str:
    """Raises CliError when ``text`` is no beginning of an id, or of several; NotFound when of none."""
    return find_id(api, text, _GROUP).hex
