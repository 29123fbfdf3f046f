"""`clawdbot workspaces create`, `limits`, `add-member`, `remove-member`, `free`."""

from enum import StrEnum
from typing import Annotated, Any

import typer

from cli.api_client import ApiClient
from cli.connection import find_connection
from cli.errors import CliError
from cli.options import ApiUrl, AsJson
from cli.output import say_done
from cli.people.users import UserName, goes_on, user_id
from cli.text import one_line, quoted
from cli.workspaces.looking import Name, tell
from contracts.workspaces.views import WorkspaceDetailView, WorkspacesView

_NewName = Annotated[str, typer.Argument(metavar="WORKSPACE", help="Lower case, such as research.")]
_Description = Annotated[str | None, typer.Option(help="What it is for.")]
_Weight = Annotated[
    float | None, typer.Option(min=0.001, max=1_000, help="Its turns at a queue against those of others; 1 is usual.")
]
_Open = Annotated[int | None, typer.Option("--open", min=0, help="Most tasks that are not over.")]
_PerHour = Annotated[int | None, typer.Option("--per-hour", min=0, help="Most new tasks an hour.")]
_PerDay = Annotated[
    float | None, typer.Option("--dollars-per-day", min=0, help="Nothing new once its results have cost as much.")
]
_OwnWorkers = Annotated[
    bool | None,
    typer.Option(
        "--own-workers/--any-workers", help="Whether only workers that are for it by name serve it.", show_default=False
    ),
]
_Workspace = Annotated[str, typer.Option("--workspace", metavar="WORKSPACE")]


class MemberRole(StrEnum):
    VIEWER = "viewer"
    OPERATOR = "operator"


def create(
    name: _NewName,
    description: _Description = None,
    weight: _Weight = None,
    open_: _Open = None,
    per_hour: _PerHour = None,
    dollars_per_day: _PerDay = None,
    own_workers: _OwnWorkers = None,
    api_url: ApiUrl = None,
    as_json: AsJson = False,
) -> None:
    """Make a workspace; without limits unless they are given.

    Example: clawdbot workspaces create research --open 500 --per-hour 1000
    """
    given = _given(description, weight, open_, per_hour, dollars_per_day, own_workers)
    with ApiClient(find_connection(api_url)) as api:
        if any(each.name == name for each in api.get("/workspaces", WorkspacesView).workspaces):
            raise CliError(f"There is a workspace '{name}' already. `clawdbot workspaces limits {name}` changes it.")
        made = api.put(f"/workspaces/{quoted(name)}", WorkspaceDetailView, given)
    tell(made, as_json)


def limits(
    name: Name,
    description: _Description = None,
    weight: _Weight = None,
    open_: _Open = None,
    per_hour: _PerHour = None,
    dollars_per_day: _PerDay = None,
    own_workers: _OwnWorkers = None,
    unlimited: Annotated[bool, typer.Option("--unlimited", help="First take all limits away.")] = False,
    api_url: ApiUrl = None,
    as_json: AsJson = False,
) -> None:
    """Change what a workspace may. What is not given stays as it is.

    Example: clawdbot workspaces limits research --open 1000 --weight 2
    """
    with ApiClient(find_connection(api_url)) as api:
        now = api.get(f"/workspaces/{quoted(name)}", WorkspaceDetailView)
        kept = ("description", "weight", "own_workers") if unlimited else _FIELDS
        body = {field: getattr(now, field) for field in kept}
        body |= _given(description, weight, open_, per_hour, dollars_per_day, own_workers)
        changed = api.put(f"/workspaces/{quoted(name)}", WorkspaceDetailView, body)
    tell(changed, as_json)


def add_member(
    user: UserName,
    workspace: _Workspace,
    role: Annotated[MemberRole, typer.Option(help="viewer reads, operator also submits and steers.")] = (
        MemberRole.OPERATOR
    ),
    api_url: ApiUrl = None,
    as_json: AsJson = False,
) -> None:
    """Make somebody a member: from then on they see their workspaces only. They are signed out.

    Example: clawdbot workspaces add-member anna --workspace research
    """
    with ApiClient(find_connection(api_url)) as api:
        path = f"/workspaces/{quoted(workspace)}/members/{user_id(api, user)}"
        now = api.put(path, WorkspaceDetailView, {"role": role.value})
    done = f"'{one_line(user)}' is {role} in '{one_line(workspace)}', and sees nothing outside of workspaces."
    say_done(f"{done}{goes_on(now.goes_on)}", as_json)


def remove_member(user: UserName, workspace: _Workspace, api_url: ApiUrl = None, as_json: AsJson = False) -> None:
    """Take somebody out of a workspace. Out of their last one they see nothing; see `free`.

    Example: clawdbot workspaces remove-member anna --workspace research
    """
    with ApiClient(find_connection(api_url)) as api:
        api.delete(f"/workspaces/{quoted(workspace)}/members/{user_id(api, user)}")
    say_done(f"'{one_line(user)}' is in '{one_line(workspace)}' no more.", as_json)


def free(user: UserName, api_url: ApiUrl = None, as_json: AsJson = False) -> None:
    """Let somebody see everything again: they leave all workspaces and keep their role.

    Example: clawdbot workspaces free anna
    """
    with ApiClient(find_connection(api_url)) as api:
        api.delete(f"/users/{user_id(api, user)}/workspaces")
    say_done(f"'{one_line(user)}' belongs to no workspace and sees everything.", as_json)


_FIELDS = ("description", "weight", "open_tasks", "tasks_per_hour", "cost_per_day", "own_workers")


def _given(*values: Any) -> dict[str, Any]:
    return {field: value for field, value in zip(_FIELDS, values, strict=True) if value is not None}
