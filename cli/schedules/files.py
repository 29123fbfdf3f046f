"""`clawdbot schedules apply` and `export`: schedules as a file."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.acting import agree
from cli.api_client import ApiClient
from cli.connection import find_connection
from cli.errors import CliError
from cli.files import text_of
from cli.options import ApiUrl, AsJson, Yes
from cli.output import print_json, say
from cli.text import one_line, plain, safe
from contracts.plans.documents import written
from contracts.schedules.files import (
    AppliedView,
    BadFile,
    ChangeKind,
    ScheduleChange,
    read_file,
    said_of,
    told_with_lines,
)
from contracts.schedules.views import SchedulesView

_MARKS = {ChangeKind.CREATE: "+", ChangeKind.CHANGE: "~", ChangeKind.DELETE: "-"}


def apply(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Schedules in YAML; - for stdin.")],
    prune: Annotated[bool, typer.Option("--prune", help="Delete those that are not in it.")] = False,
    yes: Yes = False,
    api_url: ApiUrl = None,
    as_json: AsJson = False,
) -> None:
    """Have the schedules be as a file says, once you have seen what that changes.

    Example: clawdbot schedules apply examples/schedules.yaml
    """
    text = text_of(file)
    try:
        body = {"schedules": {name: said_of(each) for name, each in read_file(text).schedules.items()}, "prune": prune}
    except BadFile as error:
        raise CliError(f"Nothing was changed. {safe(error)}") from None
    with ApiClient(find_connection(api_url)) as api:
        would = _sent(api, text, {**body, "dry_run": True})
        if not as_json:
            _show(would)
        if not any(each.change is not ChangeKind.NONE for each in would.changes):
            done = would
        else:
            agree("Change this?", "change this", yes=yes, nothing="Nothing was changed.", default=True)
            done = _sent(api, text, body)
    if as_json:
        print_json(done)
    elif done.done:
        say("Done.")


def _sent(api: ApiClient, text: str, body: dict[str, Any]) -> AppliedView:
    try:
        return api.post("/schedules/apply", AppliedView, body)
    except CliError as error:
        if not error.fields:
            raise
        raise CliError(f"Nothing was changed. {safe(told_with_lines(text, error.fields))}") from None


def _show(would: AppliedView) -> None:
    changes = [each for each in would.changes if each.change is not ChangeKind.NONE]
    for each in changes:
        _show_change(each)
    same = len(would.changes) - len(changes)
    say(f"{same} as before." if changes else "Nothing changed: all is as the file says.")
    if would.left:
        say(f"Not in the file, and kept: {', '.join(would.left)}. --prune deletes them.")


def _show_change(change: ScheduleChange) -> None:
    say(f"{_MARKS[change.change]} {change.name}")
    for each in change.fields:
        say(f"    {each.field}: {one_line(plain(each.was))} → {one_line(plain(each.becomes))}")


def export(api_url: ApiUrl = None) -> None:
    """Print all schedules as a file that `apply` takes.

    Example: clawdbot schedules export
    """
    with ApiClient(find_connection(api_url)) as api:
        found = api.get("/schedules", SchedulesView).schedules
    said = {"schedules": {each.name: said_of(each.definition) for each in found}}
    sys.stdout.write(written(said, ascii_only=True))
