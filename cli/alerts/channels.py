"""`clawdbot alerts channels` and `test`: where messages go, and whether they arrive."""

import time
from typing import Annotated

import typer

from cli.alerts.deliveries import tell_deliveries
from cli.alerts.rules import path_of
from cli.api_client import ApiClient
from cli.connection import find_connection
from cli.errors import CliError
from cli.listing import listing
from cli.options import ApiUrl, AsJson
from cli.output import print_json, say, say_all, screen
from cli.text import one_line, quoted
from contracts.alerts.views import ChannelsView, DeliveriesView, TestView

#: A channel that does not answer is tried for a day; nobody waits for that.
_TEST_SECONDS = 30.0


def channels(api_url: ApiUrl = None, as_json: AsJson = False) -> None:
    """Show the channels that the settings name.

    Example: clawdbot alerts channels
    """
    with ApiClient(find_connection(api_url)) as api:
        found = api.get("/channels", ChannelsView)
    if as_json:
        print_json(found)
    elif not found.channels:
        say("There are no channels. Set CLAWDBOT_CHANNELS, see docs/notifications.md.")
    else:
        table = listing("CHANNEL", "SERVICE", "QUIET")
        for each in found.channels:
            table.add_row(one_line(each.name), one_line(each.service), one_line(each.quiet or ""))
        screen().print(table)
        say_all(len(found.channels), "channel")


def try_out(
    rule: Annotated[str | None, typer.Option("--rule", help="To all channels of this rule.")] = None,
    channel: Annotated[str | None, typer.Option("--channel", help="To this channel.")] = None,
    api_url: ApiUrl = None,
    as_json: AsJson = False,
) -> None:
    """Send a test message, and say what became of it.

    Example: clawdbot alerts test --channel ops
    """
    if (rule is None) == (channel is None):
        raise CliError("Say what: one of --rule NAME, --channel NAME.")
    path = f"{path_of(rule)}/test" if rule is not None else f"/channels/{quoted(channel or '')}/test"
    with ApiClient(find_connection(api_url)) as api:
        started = api.post(path, TestView)
        found = _wait(api, started)
    if as_json:
        print_json(found)
    else:
        tell_deliveries(found.deliveries)
    if any(each.state != "sent" for each in found.deliveries):
        raise typer.Exit(1)


def _wait(api: ApiClient, started: TestView) -> DeliveriesView:
    deadline = time.monotonic() + _TEST_SECONDS
    while True:
        found = api.get(f"/notifications/{started.notification_id}/deliveries", DeliveriesView)
        # One failed try is enough to know; Temporal goes on trying.
        if all(each.state != "pending" or each.tries for each in found.deliveries) or time.monotonic() > deadline:
            return found
        time.sleep(0.3)
