"""`clawdbot keys`: keys of people, services and workers."""

from enum import StrEnum
from typing import Annotated, Any

import typer

from cli.api_client import ApiClient
from cli.connection import find_connection
from cli.errors import CliError
from cli.options import ApiUrl, AsJson, Grace, KeyExpires
from cli.output import listing, print_json, say, screen
from cli.text import ago, one_line
from cli.workers.changes import show_new_key
from contracts.people.views import KeyPage, KeyView, NewKeyView

app = typer.Typer(no_args_is_help=True, help="See, make, replace and revoke keys.")

KeyId = Annotated[
    str, typer.Argument(metavar="ID", help="`clawdbot keys list` shows it; the second last part of a key.")
]


class Kind(StrEnum):
    USER = "user"
    AGENT = "agent"
    WORKER = "worker"


@app.command("list")
def list_keys(
    kind: Annotated[Kind | None, typer.Option(help="Only keys of this kind.")] = None,
    owner: Annotated[str | None, typer.Option(help="Only keys of this person or worker.")] = None,
    all_: Annotated[bool, typer.Option("--all", help="Also those that are expired or revoked.")] = False,
    page: Annotated[int, typer.Option(min=1)] = 1,
    api_url: ApiUrl = None,
    as_json: AsJson = False,
) -> None:
    """List keys, the newest first, with when and from where they were used last."""
    filters = {"kind": kind.value if kind else None, "owner": owner, "ended": all_, "page": page}
    with ApiClient(find_connection(api_url)) as api:
        found = api.get("/keys", KeyPage, **filters)
    if as_json:
        print_json(found)
        return
    _show(found.keys)
    if found.more:
        say(f"There are more: --page {page + 1}")


@app.command()
def create(
    label: Annotated[str, typer.Argument(help="What it is for, such as 'nightly export'.")],
    user: Annotated[str | None, typer.Option(help="The person whose key it is, with their role.")] = None,
    agent: Annotated[bool, typer.Option("--agent", help="A service key: reads and submits tasks.")] = False,
    expires: KeyExpires = None,
    api_url: ApiUrl = None,
    as_json: AsJson = False,
) -> None:
    """Make a key for a person (--user NAME) or for a service (--agent). It is shown this once."""
    if agent == (user is not None):
        raise CliError("Say whose key it shall be: --user NAME, or --agent for a service.")
    body = {"kind": "agent" if agent else "user", "user": user, "label": label, "expires_in": expires}
    _tell("/keys", body, api_url, as_json)


@app.command()
def rotate(
    key: KeyId,
    grace: Grace,
    api_url: ApiUrl = None,
    as_json: AsJson = False,
) -> None:
    """Replace a key. The new one is shown this once; the old one ends after a while."""
    _tell(f"/keys/{key}/rotate", {"grace_seconds": grace}, api_url, as_json)


@app.command()
def revoke(key: KeyId, api_url: ApiUrl = None) -> None:
    """Revoke a key: it is refused within seconds."""
    with ApiClient(find_connection(api_url)) as api:
        api.command("POST", f"/keys/{key}/revoke")
    say(f"The key {one_line(key)} is revoked.")


def _tell(path: str, body: dict[str, Any], api_url: str | None, as_json: bool) -> None:
    with ApiClient(find_connection(api_url)) as api:
        made = api.post(path, NewKeyView, body)
    if as_json:
        print_json(made)
    else:
        show_new_key(made)


def _show(keys: list[KeyView]) -> None:
    table = listing("ID", "KIND", "OWNER", "LABEL", "STATUS", "CREATED", "ENDS", "LAST USED", "FROM")
    for each in keys:
        table.add_row(
            one_line(each.id),
            one_line(each.kind),
            one_line(each.owner, 60),
            one_line(each.label, 60),
            one_line(each.status),
            ago(each.created_at),
            ago(each.expires_at) if each.expires_at else "never",
            ago(each.last_used_at) if each.last_used_at else "never",
            one_line(each.last_address or "-"),
        )
    screen().print(table)
