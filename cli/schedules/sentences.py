"""Schedules from a sentence that says of a repetition: shown first, created after a yes."""

import re
from typing import Any

from cli.acting import agree
from cli.api_client import ApiClient
from cli.errors import CliError
from cli.options import belonging
from cli.output import print_json, say
from cli.schedules.listing import for_whom
from cli.text import one_line, plain
from contracts.schedules.files import said_of
from contracts.schedules.requests import NewSchedule
from contracts.schedules.views import ReadSchedulesView, ScheduleDetailView

#: Words without which no sentence repeats anything.
_REPEATS = re.compile(r"\b(?:every|each|daily|hourly|weekdays)\b", re.IGNORECASE)


def add_repeated(
    api: ApiClient, text: str, timezone: str | None, workspace: str | None, *, yes: bool, as_json: bool
) -> bool:
    """Whether the sentence was about a repetition, and its schedules were created.

    Raises:
        CliError: it was, and something of it is open, or the person says no.
    """
    if not _REPEATS.search(text):
        return False
    body = {"text": text} | ({"timezone": timezone} if timezone else {})
    read = api.post("/schedules/parse", ReadSchedulesView, body)
    if not read.schedules and not read.questions:
        return False
    if read.questions:
        raise CliError("\n".join(["Nothing was created.", *(one_line(each.said, 1_000) for each in read.questions)]))
    if not as_json:
        _show(read)
    agree("Create this?", "create this", yes=yes, nothing="Nothing was created.", default=True)
    made = [api.post("/schedules", ScheduleDetailView, _body(each, workspace)) for each in read.schedules]
    if as_json:
        print_json(made)
    else:
        say(f"Scheduled: {', '.join(each.name for each in made)}")
    return True


def _body(wanted: NewSchedule, workspace: str | None) -> dict[str, Any]:
    return {"name": wanted.name, **said_of(wanted.body()), **belonging(workspace)}


def _show(read: ReadSchedulesView) -> None:
    for each in read.schedules:
        params = each.action.task.params if each.action.task else {}
        say(f"→ {each.action.said} ({one_line(plain(params), 500)}){for_whom(each.action)}, {read.when}")
    if read.notable:
        say(f"Ignored: {one_line(', '.join(read.notable), 500)}")
    for due in read.next_runs:
        say(f"  {due.local}{f'   {due.note}' if due.note else ''}")
