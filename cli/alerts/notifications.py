"""`clawdbot alerts list`, `read` and `deliveries`: the in-app list, and what became of the messages to channels."""

from typing import Annotated

import typer

from cli.alerts.deliveries import tell_deliveries
from cli.api_client import ApiClient
from cli.connection import find_connection
from cli.errors import CliError
from cli.options import ApiUrl, AsJson
from cli.output import print_json, say_done
from cli.paging import All, Looks, marked, show_pages
from cli.text import ago, one_line
from contracts.alerts.views import DeliveriesView, NotificationsPage, NotificationView

_Id = Annotated[int, typer.Argument(metavar="ID", min=1, help="`clawdbot alerts list` shows them.")]
_MOST = 500
_COLUMNS = (">ID", "WHEN", "STATE", "SEVERITY", ">COUNT", "WHAT")


def list_notifications(
    unread: Annotated[bool, typer.Option("--unread", help="Only those that you have not ticked off.")] = False,
    firing: Annotated[bool, typer.Option("--firing", help="Only alerts that last.")] = False,
    rule: Annotated[str | None, typer.Option(help="Only those of this rule.")] = None,
    after: Annotated[int | None, typer.Option(help="The `next` of the page before, from --json.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=_MOST, help="Notifications on a page.")] = 20,
    everything: All = False,
    api_url: ApiUrl = None,
    as_json: AsJson = False,
) -> None:
    """Show what happened, the newest first.

    Example: clawdbot alerts list --unread --firing
    """
    query = {"state": "firing" if firing else None, "rule": rule, "after": after, "limit": limit, "unread": unread}
    looks = Looks(
        "notification",
        _COLUMNS,
        lambda found: map(_row, found),
        "Nothing has happened yet.",
        _MOST,
        wraps=("WHAT",),
        spare=("COUNT",),
    )
    with ApiClient(find_connection(api_url)) as api:
        ask = marked(api, "/notifications", NotificationsPage, "notifications")
        show_pages(ask, query, looks, everything=everything, as_json=as_json)


def read(
    ids: Annotated[list[int] | None, typer.Argument(metavar="[ID…]")] = None,
    up_to: Annotated[int | None, typer.Option(min=1, metavar="ID", help="All up to this one.")] = None,
    api_url: ApiUrl = None,
    as_json: AsJson = False,
) -> None:
    """Tick off what you have read.

    Example: clawdbot alerts read --up-to 17
    """
    if bool(ids) == (up_to is not None):
        raise CliError("Say which: the numbers of `clawdbot alerts list`, or --up-to and the last of them.")
    body = {"up_to": up_to} if up_to is not None else {"ids": ids}
    with ApiClient(find_connection(api_url)) as api:
        api.command("POST", "/notifications/read", body)
    say_done("Ticked off.", as_json)


def deliveries(id_: _Id, api_url: ApiUrl = None, as_json: AsJson = False) -> None:
    """Show the messages about one thing that happened, and every try to send them.

    Example: clawdbot alerts deliveries 17
    """
    with ApiClient(find_connection(api_url)) as api:
        found = api.get(f"/notifications/{id_}/deliveries", DeliveriesView)
    if as_json:
        print_json(found)
    else:
        tell_deliveries(found.deliveries)


def _row(each: NotificationView) -> tuple[str, ...]:
    what = ("" if each.read_at else "• ") + one_line(each.title)
    return str(each.id), ago(each.last_seen_at), each.state, each.severity, f"{each.count:,}", what
