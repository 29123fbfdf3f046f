"""`clawdbot keys`: keys of people, services and workers."""

from enum import StrEnum
from typing import Annotated, Any

import typer

from cli.api_client import ApiClient
from cli.connection import find_connection
from cli.errors import CliError
from cli.options import ApiUrl, AsJson, Grace, KeyExpires
from cli.output import print_json, say_done
from cli.paging import All, Looks, Page, Query, show_pages
from cli.text import ago, one_line, quoted
from cli.workers.changes import show_new_key
from contracts.people.views import KeyPage, KeyView, NewKeyView

app = typer.Typer(
    no_args_is_help=True, help="See, make, replace and revoke keys.\n\nExample: clawdbot keys list --kind worker"
)

_MOST = 1_000
_SPARE = ("FROM", "CREATED", "KIND", "LAST USED")
_COLUMNS = ("ID", "KIND", "OWNER", "LABEL", "STATUS", "CREATED", "ENDS", "LAST USED", "FROM")

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
    ended: Annotated[bool, typer.Option("--ended", help="Also those that are expired or revoked.")] = False,
    page: Annotated[int, typer.Option(min=1)] = 1,
    limit: Annotated[int, typer.Option(min=1, max=_MOST, help="Keys on a page.")] = 100,
    everything: All = False,
    api_url: ApiUrl = None,
    as_json: AsJson = False,
) -> None:
    """List keys, the newest first, with when and from where they were used last.

    Example: clawdbot keys list --kind worker --owner mac-mini --ended
    """
    query = {
        "kind": kind.value if kind else None, "owner": owner, "ended": ended, "page": page, "limit": limit,
    }  # fmt: skip
    looks = Looks("key", _COLUMNS, lambda keys: map(_row, keys), "There are no keys.", _MOST, spare=_SPARE)
    with ApiClient(find_connection(api_url)) as api:

        def ask(query: Query) -> Page:
            found = api.get("/keys", KeyPage, **query)
            return Page(found, found.keys, {**query, "page": found.page + 1} if found.more else None)

        show_pages(ask, query, looks, everything=everything, as_json=as_json)


@app.command()
def create(
    label: Annotated[str, typer.Argument(help="What it is for, such as 'nightly export'.")],
    user: Annotated[str | None, typer.Option(help="The person whose key it is, with their role.")] = None,
    agent: Annotated[bool, typer.Option("--agent", help="A service key: reads and submits tasks.")] = False,
    expires: KeyExpires = None,
    api_url: ApiUrl = None,
    as_json: AsJson = False,
) -> None:
    """Make a key for a person (--user NAME) or for a service (--agent). It is shown this once.

    Example: clawdbot keys create 'nightly export' --agent --key-expires 90d
    """
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
    """Replace a key. The new one is shown this once; the old one ends after a while.

    Example: clawdbot keys rotate 4f1c9a2b --grace 10m
    """
    _tell(f"/keys/{quoted(key)}/rotate", {"grace_seconds": grace}, api_url, as_json)


@app.command()
def revoke(key: KeyId, api_url: ApiUrl = None, as_json: AsJson = False) -> None:
    """Revoke a key: it is refused within seconds.

    Example: clawdbot keys revoke 4f1c9a2b
    """
    with ApiClient(find_connection(api_url)) as api:
        api.command("POST", f"/keys/{quoted(key)}/revoke")
    say_done(f"The key {one_line(key)} is revoked.", as_json)


def _tell(path: str, body: dict[str, Any], api_url: str | None, as_json: bool) -> None:
    with ApiClient(find_connection(api_url)) as api:
        made = api.post(path, NewKeyView, body)
    if as_json:
        print_json(made)
    else:
        show_new_key(made)


def _row(each: KeyView) -> tuple[str, ...]:
    return (
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
