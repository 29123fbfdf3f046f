"""From what a person types to a group of failures: its whole id, or the beginning of one."""

import re
from typing import Annotated

import typer

from cli.api_client import ApiClient
from cli.errors import CliError, NotFound
from cli.text import one_line, safe
from contracts.tasks.failures import FailuresView, GroupState

_SHORTEST = 6
_BEGINNING = re.compile(r"[0-9a-f]{6,32}")
_LENGTH = 32
_MOST = 200
#: How much of an id is shown.
SHOWN = 8

Group = Annotated[
    str, typer.Argument(metavar="GROUP", help="Id of a group, or its first 6 or more characters, from the list.")
]


def find_group(api: ApiClient, text: str) -> str:
    """Raises CliError when ``text`` is no beginning of an id, or of several; NotFound when of none."""
    prefix = text.strip().lower()
    if not _BEGINNING.fullmatch(prefix):
        raise CliError(f"'{safe(text)}' is no group. Give its id, or at least the first {_SHORTEST} characters.")
    if len(prefix) == _LENGTH:
        return prefix
    found = api.get("/failures", FailuresView, state=[each.value for each in GroupState], empty=True, limit=_MOST)
    groups = [group for group in found.groups if group.cause.startswith(prefix)]
    if not groups:
        raise NotFound(f"No group begins with {prefix}. `clawdbot failures list` shows them.")
    if len(groups) > 1:
        named = [f"  {group.cause}  {one_line(group.task_type)} {one_line(group.message, 80)}" for group in groups]
        raise CliError("\n".join([f"{len(groups)} groups begin with {prefix}. Give more of it:", *named]))
    return groups[0].cause
