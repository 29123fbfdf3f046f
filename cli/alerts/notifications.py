"""`clawdbot notifications`: the in-app list, and what became of the messages to channels."""

from typing import Annotated

import typer

from cli.alerts.rules import show_deliveries
from cli.api_client import ApiClient
from cli.connection import find_connection
from cli.options import ApiUrl, AsJson, ForHowLong
from cli.output import listing, print_json, say, screen
from cli.text import ago, one_line
from contracts.alerts.views import DeliveriesView, NotificationsPage, NotificationView

app = typer.Typer(help="What happened that is worth telling.", no_args_is_help=True)

_Id = Annotated[int, typer.Argument(metavar="ID", min=1, help="`clawdbot notifications list` shows them.")]


@app.command("list")
def list_(
    unread: Annotated[bool, typer.Option("--unread", help="Only those that you have not ticked off.")] = False,
    firing: Annotated[bool, typer.Option("--firing", help="Only alerts that last.")] = False,
    rule: Annotated[str | None, typer.Option(help="Only those of this rule.")] = None,
    after: Annotated[int | None, typer.Option(help="The `next` of the page before, from --json.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=500)] = 20,
    api_url: ApiUrl = None,
    as_json: AsJson = False,
) -> None:
    """Show notifications, the newest first."""
    query = {"state": "firing" if firing else None, "rule": rule, "after": after, "limit": limit}
    with ApiClient(find_connection(api_url)) as api:
        found = api.get("/notifications", NotificationsPage, **query, unread=unread)
    if as_json:
        print_json(found)
    elif not found.notifications:
        say("Nothing matches.")
    else:
        _show(found)


@app.command()
def read(
    ids: Annotated[list[int] | None, typer.Argument(metavar="[ID…]")] = None,
    up_to: Annotated[int | None, typer.Option(min=1, metavar="ID", help="All up to this one.")] = None,
    api_url: ApiUrl = None,
) -> None:
    """Tick off notifications."""
    body = {"up_to": up_to} if up_to is not None else {"ids": ids or []}
    with ApiClient(find_connection(api_url)) as api:
        api.command("POST", "/notifications/read", body)
    say("Ticked off.")


@app.command()
def deliveries(id_: _Id, api_url: ApiUrl = None, as_json: AsJson = False) -> None:
    """Show the messages of a notification, and every try."""
    with ApiClient(find_connection(api_url)) as api:
        found = api.get(f"/notifications/{id_}/deliveries", DeliveriesView)
    if as_json:
        print_json(found)
    elif not found.deliveries:
        say("No channel gets it, so it is in the in-app list only.")
    else:
        show_deliveries(found.deliveries)


@app.command()
def mute(
    id_: _Id,
    for_: ForHowLong,
    api_url: ApiUrl = None,
) -> None:
    """Send nothing about this for a while."""
    with ApiClient(find_connection(api_url)) as api:
        done = api.post(f"/notifications/{id_}/mute", NotificationView, {"seconds": for_})
    say(f"Muted: {one_line(done.title)}")


def _show(found: NotificationsPage) -> None:
    table = listing(">ID", "WHEN", "STATE", "SEVERITY", ">COUNT", "WHAT")
    for each in found.notifications:
        new = "" if each.read_at else "• "
        what = new + one_line(each.title)
        table.add_row(str(each.id), ago(each.last_seen_at), each.state, each.severity, f"{each.count:,}", what)
    screen().print(table)
    if found.next:
        say(f"\nThere are more: --after {found.next}")
