"""`clawdbot workers invite`: a join code for another machine, and what became of earlier ones."""

import shlex
from collections.abc import Sequence
from typing import Annotated, Any
from urllib.parse import urlsplit
from uuid import UUID

import typer
from rich.text import Text

from cli.api_client import ApiClient
from cli.connection import find_connection
from cli.ids import Kind, find_id
from cli.options import (
    ApiUrl,
    AsJson,
    Capabilities,
    KeyExpires,
    Workspaces,
    capability_names,
    how_long,
    serving,
    workspace_names,
)  # fmt: skip
from cli.output import complain, print_json, say, say_done
from cli.paging import All, Looks, marked, show_pages
from cli.tasks.ids import beginnings
from cli.text import ago, one_line, safe
from contracts.people.views import InvitationsView, InvitationView, NewInvitationView

_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_MOST = 1_000
_COLUMNS = ("ID", "STATUS", "NAME", "CAPABILITIES", "BY", "ENDS")
_INVITATION = Kind(
    "invitation", "/workers/invitations", InvitationsView, "invitations", "clawdbot workers invitations",
    about=lambda each: one_line(f"{each.name or '(its own name)'}, {each.status}"),
)  # fmt: skip


def invite(
    capabilities: Capabilities,
    expires: Annotated[int, how_long("1h", "How long the code is valid; at most 7d.")],
    name: Annotated[str | None, typer.Option(help="Default: the machine's own name.")] = None,
    concurrency: Annotated[int, typer.Option(min=1, max=1_000, help="Tasks at once.")] = 2,
    workspaces: Workspaces = None,
    key_expires: KeyExpires = None,
    api_url: ApiUrl = None,
    as_json: AsJson = False,
) -> None:
    """Make a join code that works once, and show the line to run on the other machine.

    Example: clawdbot workers invite --capabilities reddit_crawl,echo --concurrency 2
    """
    body: dict[str, Any] = {
        "capabilities": capability_names(capabilities),
        "max_concurrency": concurrency,
        "name": name,
        "expires_in": expires,
        "key_expires_in": key_expires,
    }
    if workspaces is not None:
        body["serves"] = workspace_names(workspaces)
    with ApiClient(find_connection(api_url)) as api:
        made = api.post("/workers/invitations", NewInvitationView, body)
        url = api.api_url
    if as_json:
        print_json(made)
    else:
        _tell(made, url)


def _tell(made: NewInvitationView, url: str) -> None:
    if made.serves is not None:
        say(f"The worker will serve {serving(made.serves)}.")
    say("On the machine that shall work, with clawdbot installed there (the 'worker' extra), run:\n")
    say(Text(f"  clawdbot workers join {safe(made.code)} --api-url {shlex.quote(safe(url))}\n", style="bold"))
    say(f"The code works once and ends {ago(made.expires_at)}.")
    if urlsplit(url).hostname in _LOOPBACK:
        complain(f"{url} is this machine only. On another one, use an address at which it reaches this API.")


def list_invitations(
    after: Annotated[UUID | None, typer.Option(metavar="ID", help="The last of the page before.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=_MOST, help="Join codes on a page.")] = 50,
    everything: All = False,
    api_url: ApiUrl = None,
    as_json: AsJson = False,
) -> None:
    """List join codes and what became of them, the newest first; the codes themselves are not kept.

    Example: clawdbot workers invitations --all
    """
    query = {"after": after, "limit": limit}
    nothing = "No invitations yet. Make one with `clawdbot workers invite --capabilities echo`."
    looks = Looks("invitation", _COLUMNS, _rows, nothing, _MOST, wraps=("CAPABILITIES",), spare=("BY",))
    with ApiClient(find_connection(api_url)) as api:
        show_pages(
            marked(api, "/workers/invitations", InvitationsView, "invitations"),
            query,
            looks,
            everything=everything,
            as_json=as_json,
        )


def _rows(found: Sequence[InvitationView]) -> list[tuple[str, ...]]:
    return [_row(id_, each) for id_, each in zip(beginnings(found), found, strict=True)]


def _row(id_: str, each: InvitationView) -> tuple[str, ...]:
    name = one_line(each.name, 60) if each.name else "(its own)"
    capabilities = one_line(", ".join(each.capabilities), 1_000)
    ends = ago(each.expires_at) if each.status == "open" else ""
    if each.serves is not None:
        capabilities += f" ({serving(each.serves)})"
    return id_, one_line(each.status), name, capabilities, one_line(each.created_by, 60), ends


def withdraw(
    invitation: Annotated[str, typer.Argument(metavar="ID", help="Its id, or its first 4 or more characters.")],
    api_url: ApiUrl = None,
    as_json: AsJson = False,
) -> None:
    """Withdraw a join code that was not used yet.

    Example: clawdbot workers withdraw 01234567-89ab-4def-8123-456789000001
    """
    with ApiClient(find_connection(api_url)) as api:
        api.delete(f"/workers/invitations/{find_id(api, invitation, _INVITATION)}")
    say_done("Withdrawn. The code can no longer be used.", as_json)
