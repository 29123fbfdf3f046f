"""`apply` of what a file says by name (schedules, triggers): shown first, then done after a yes."""

import sys
from collections.abc import Sequence
from typing import Annotated, Any, TypeVar

import typer

from cli.acting import agree
from cli.api_client import ApiClient
from cli.errors import CliError
from cli.output import complain, print_json, say
from cli.text import one_line, plain, safe
from contracts.named_files import AppliedView, BadFile, ChangeKind, NamedChange, told_with_lines
from contracts.people.views import MeView
from contracts.plans.documents import written
from contracts.views import UnreadableView
from contracts.workspaces.names import DEFAULT

Applied = TypeVar("Applied", bound=AppliedView)
Prune = Annotated[bool, typer.Option("--prune", help="Delete those that are not in it, but for what cannot be read.")]
_MARKS = {ChangeKind.CREATE: "+", ChangeKind.CHANGE: "~", ChangeKind.DELETE: "-"}


def nothing_changed(error: BadFile) -> CliError:
    return CliError(f"Nothing was changed. {safe(error)}")


def apply_file(
    api: ApiClient, path: str, view: type[Applied], text: str, body: dict[str, Any], *, yes: bool, as_json: bool
) -> Applied:
    """Show what it would change, ask, and do it; what was done."""
    would = _sent(api, path, view, text, {**body, "dry_run": True})
    if not as_json:
        _show(would)
    if any(each.change is not ChangeKind.NONE for each in would.changes):
        agree("Change this?", "change this", yes=yes, nothing="Nothing was changed.", default=True)
        would = _sent(api, path, view, text, body)
    if as_json:
        print_json(would)
    elif would.done:
        say("Done.")
    return would


def print_file(key: str, said: dict[str, Any], unreadable: Sequence[UnreadableView]) -> None:
    """All of them as a file that `apply` takes."""
    for each in unreadable:
        complain(f"Not in it: {one_line(each.name)}. {one_line(each.why, 1_000)}")
    sys.stdout.write(written({key: said}, ascii_only=True))


def own_workspace(api: ApiClient) -> str:
    """Where `apply` would put them, where nothing is said."""
    me = api.get("/me", MeView)
    if me.workspaces is None:
        return DEFAULT
    # Who changes nothing anywhere still looks.
    mine = me.changes or me.workspaces
    if len(mine) != 1:
        raise CliError(f"Say --workspace: {', '.join(me.workspaces) or 'you are in none'}.")
    return mine[0]


def _sent(api: ApiClient, path: str, view: type[Applied], text: str, body: dict[str, Any]) -> Applied:
    try:
        return api.post(path, view, body)
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
    left = [name for name in would.left if name not in would.unreadable]
    if left:
        say(f"Not in the file, and kept: {', '.join(left)}. --prune deletes them.")
    if would.unreadable:
        names = ", ".join(would.unreadable)
        say(f"Not in the file, and kept, as it cannot be read: {names}. Write it anew, or delete it by its name.")


def _show_change(change: NamedChange) -> None:
    say(f"{_MARKS[change.change]} {change.name}")
    for each in change.fields:
        say(f"    {each.field}: {one_line(plain(each.was))} → {one_line(plain(each.becomes))}")
