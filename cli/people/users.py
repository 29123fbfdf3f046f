"""`clawdbot users`: who may sign in, and as what."""

import sys
from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

import typer

from cli.api_client import ApiClient
from cli.connection import find_connection
from cli.errors import CliError, NotFound
from cli.listing import listing
from cli.options import ApiUrl, AsJson
from cli.output import print_json, say, say_all, say_done, screen
from cli.text import ago, one_line, safe
from contracts.people.views import MeView, UsersView, UserView

app = typer.Typer(
    no_args_is_help=True,
    help="Add people, change their role, disable them, set passwords.\n\nExample: clawdbot users list",
)

UserName = Annotated[str, typer.Argument(metavar="NAME")]
FromStdin = Annotated[
    bool, typer.Option("--password-stdin", help="Read passwords from stdin, one a line, instead of asking.")
]


class Role(StrEnum):
    VIEWER = "viewer"
    OPERATOR = "operator"
    ADMIN = "admin"


@app.command("list")
def list_users(api_url: ApiUrl = None, as_json: AsJson = False) -> None:
    """List all people and their roles.

    Example: clawdbot users list
    """
    with ApiClient(find_connection(api_url)) as api:
        found = api.get("/users", UsersView)
    if as_json:
        print_json(found)
        return
    table = listing("NAME", "ROLE", "STATUS", "CREATED")
    for each in found.users:
        table.add_row(one_line(each.name), one_line(each.role), _status(each), ago(each.created_at))
    screen().print(table)
    say_all(len(found.users), "user")


@app.command()
def create(
    name: UserName,
    role: Annotated[Role, typer.Option(help="viewer reads, operator also steers, admin may do all.")] = Role.VIEWER,
    password_stdin: FromStdin = False,
    api_url: ApiUrl = None,
    as_json: AsJson = False,
) -> None:
    """Add a person; asks for their password.

    Example: clawdbot users create anna --role operator
    """
    body = {"name": name, "role": role.value, "password": _password("Password", password_stdin, confirm=True)}
    with ApiClient(find_connection(api_url)) as api:
        made = api.post("/users", UserView, body)
    say_done(f"'{one_line(made.name)}' may sign in as {made.role}.", as_json)


@app.command("role")
def change_role(name: UserName, role: Role, api_url: ApiUrl = None, as_json: AsJson = False) -> None:
    """Change the role of a person. They are signed out.

    Example: clawdbot users role anna viewer
    """
    _change(name, {"role": role.value}, api_url, as_json)


@app.command()
def disable(name: UserName, api_url: ApiUrl = None, as_json: AsJson = False) -> None:
    """Keep a person out: their tokens end, and their keys rest until they are enabled again.

    Example: clawdbot users disable anna
    """
    _change(name, {"disabled": True}, api_url, as_json)


@app.command()
def enable(name: UserName, api_url: ApiUrl = None, as_json: AsJson = False) -> None:
    """Let a person in again.

    Example: clawdbot users enable anna
    """
    _change(name, {"disabled": False}, api_url, as_json)


@app.command()
def password(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="Default: your own.")] = None,
    password_stdin: FromStdin = False,
    api_url: ApiUrl = None,
    as_json: AsJson = False,
) -> None:
    """Set the password of a person, or change your own; they are signed out.

    Example: clawdbot users password anna
    """
    with ApiClient(find_connection(api_url)) as api:
        if name is None:
            old = _password("Your password now", password_stdin)
            new = _password("New password", password_stdin, confirm=True)
            api.command("PUT", "/me/password", {"old_password": old, "new_password": new})
        else:
            id_ = user_id(api, name)
            new = _password(f"New password of {safe(name)}", password_stdin, confirm=True)
            api.command("PUT", f"/users/{id_}/password", {"password": new})
    say_done("The password is changed.", as_json)


@app.command()
def me(api_url: ApiUrl = None, as_json: AsJson = False) -> None:
    """Who this command line is signed in as.

    Example: clawdbot users me
    """
    with ApiClient(find_connection(api_url)) as api:
        found = api.get("/me", MeView)
        url = api.api_url
    if as_json:
        print_json(found)
    else:
        key = f", by the key {one_line(found.key_id)}" if found.key_id else ""
        say(f"{one_line(found.name)}, {one_line(found.role)}, at {url}{key}.")


def _change(name: str, body: dict[str, Any], api_url: str | None, as_json: bool) -> None:
    with ApiClient(find_connection(api_url)) as api:
        now = api.patch(f"/users/{user_id(api, name)}", UserView, body)
    say_done(f"'{one_line(now.name)}' is {now.role}, {_status(now)}.{goes_on(now.goes_on)}", as_json)


def goes_on(signed: Sequence[str]) -> str:
    """A sentence about what somebody leaves behind."""
    if not signed:
        return ""
    named = ", ".join(one_line(each) for each in signed)
    secrets = (
        " Rotate the secrets of hooks that they know." if any(each.startswith("trigger:") for each in signed) else ""
    )
    return f" What they have made goes on: {named}.{secrets}"


def _status(user: UserView) -> str:
    return f"disabled {ago(user.disabled_at)}" if user.disabled_at else "may sign in"


def user_id(api: ApiClient, name: str) -> UUID:
    for each in api.get("/users", UsersView).users:
        if each.name == name:
            return each.id
    raise NotFound(f"There is no user '{safe(name)}'. `clawdbot users list` shows them.")


def _password(prompt: str, from_stdin: bool, *, confirm: bool = False) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\n")
    if not sys.stdin.isatty():
        raise CliError("There is nobody to ask for a password here: give it on stdin, with --password-stdin.")
    answer: str = typer.prompt(prompt, hide_input=True, confirmation_prompt=confirm, err=True)
    return answer
