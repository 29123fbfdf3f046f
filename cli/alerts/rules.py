"""`clawdbot alerts`: the rules, the channels, muting, and trying them out."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from urllib.parse import quote

import typer

from cli.api_client import ApiClient
from cli.connection import find_connection
from cli.errors import CliError
from cli.options import ApiUrl, AsJson, ForHowLong
from cli.output import listing, print_json, say, screen
from cli.text import clock, one_line
from contracts.alerts.rules import BadRules, Rule, parse_rules
from contracts.alerts.views import ChannelsView, DeliveriesView, DeliveryView, RulesView, RuleView, TestView

app = typer.Typer(help="Alert rules and channels.", no_args_is_help=True)

_Name = Annotated[str, typer.Argument(metavar="RULE", help="`clawdbot alerts rules` shows them.")]
_File = Annotated[Path, typer.Argument(metavar="FILE", help="Rules in YAML.")]
#: A channel that does not answer is tried for a day; nobody waits for that.
_TEST_SECONDS = 30.0


@app.command()
def rules(api_url: ApiUrl = None, as_json: AsJson = False) -> None:
    """Show every alert rule."""
    with ApiClient(find_connection(api_url)) as api:
        found = api.get("/alerts/rules", RulesView)
    if as_json:
        print_json(found)
    else:
        _show(found.rules)


@app.command()
def channels(api_url: ApiUrl = None, as_json: AsJson = False) -> None:
    """Show the channels that the settings name."""
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


@app.command()
def check(file: _File) -> None:
    """Check a file with rules, without sending it anywhere."""
    found = _read(file)
    say(f"{one_line(file.name)} is fine: {', '.join(each.name for each in found) or 'no rules'}.")


@app.command()
def apply(file: _File, api_url: ApiUrl = None, as_json: AsJson = False) -> None:
    """Write the rules of a file; rules that are not in it stay as they are."""
    found = _read(file)
    with ApiClient(find_connection(api_url)) as api:
        done = [api.put(_path(each.name), RuleView, each.body) for each in found]
    if as_json:
        print_json(done)
    else:
        say(f"Written: {', '.join(each.rule.name for each in done) or 'nothing'}.")


@app.command()
def delete(name: _Name, api_url: ApiUrl = None) -> None:
    """Delete a rule that was written over the API."""
    with ApiClient(find_connection(api_url)) as api:
        api.delete(_path(name))
    say(f"{one_line(name)} is deleted.")


@app.command()
def mute(
    name: _Name,
    for_: ForHowLong,
    api_url: ApiUrl = None,
) -> None:
    """Send nothing of a rule for a while; the in-app list goes on."""
    with ApiClient(find_connection(api_url)) as api:
        done = api.post(f"{_path(name)}/mute", RuleView, {"seconds": for_})
    say(f"{one_line(name)} is muted until {clock(done.muted_until or datetime.now(UTC))}.")


@app.command()
def unmute(name: _Name, api_url: ApiUrl = None) -> None:
    """End that."""
    with ApiClient(find_connection(api_url)) as api:
        api.command("DELETE", f"{_path(name)}/mute")
    say(f"{one_line(name)} is not muted.")


@app.command("test")
def try_out(
    rule: Annotated[str | None, typer.Option("--rule", help="To all channels of this rule.")] = None,
    channel: Annotated[str | None, typer.Option("--channel", help="To this channel.")] = None,
    api_url: ApiUrl = None,
    as_json: AsJson = False,
) -> None:
    """Send a test message, and say what became of it."""
    if (rule is None) == (channel is None):
        raise CliError("Say what: one of --rule NAME, --channel NAME.")
    path = f"{_path(rule)}/test" if rule is not None else f"/channels/{quote(channel or '', safe='')}/test"
    with ApiClient(find_connection(api_url)) as api:
        started = api.post(path, TestView)
        found = _wait(api, started)
    if as_json:
        print_json(found)
    else:
        _tell(found.deliveries)
    if any(each.state != "sent" for each in found.deliveries):
        raise typer.Exit(1)


def show_deliveries(deliveries: Sequence[DeliveryView]) -> None:
    """A table of messages."""
    table = listing("CHANNEL", "KIND", "STATE", ">TRIES", "SENT", "LAST ERROR")
    for each in deliveries:
        error = each.tries[-1].error if each.tries else None
        sent = clock(each.sent_at) if each.sent_at else ""
        words = (each.channel, each.kind, each.state)
        table.add_row(*(one_line(word) for word in words), str(each.attempts), sent, one_line(error or ""))
    screen().print(table)


def _tell(deliveries: Sequence[DeliveryView]) -> None:
    if deliveries:
        show_deliveries(deliveries)
    else:
        say("No channel gets it, so it is in the in-app list only.")


def _wait(api: ApiClient, started: TestView) -> DeliveriesView:
    deadline = time.monotonic() + _TEST_SECONDS
    while True:
        found = api.get(f"/notifications/{started.notification_id}/deliveries", DeliveriesView)
        # One failed try is enough to know; Temporal goes on trying.
        if all(each.state != "pending" or each.tries for each in found.deliveries) or time.monotonic() > deadline:
            return found
        time.sleep(0.3)


def _read(file: Path) -> list[Rule]:
    try:
        return parse_rules(file.read_text("utf-8"))
    except BadRules as error:
        raise CliError(str(error)) from None
    except (OSError, UnicodeError) as error:
        raise CliError(f"{file} cannot be read: {error}.") from None


def _path(name: str) -> str:
    return f"/alerts/rules/{quote(name, safe='')}"


def _show(found: Sequence[RuleView]) -> None:
    table = listing("RULE", "LOOKS FOR", "SEVERITY", "CHANNELS", "ON", "MUTED UNTIL", "FROM")
    for each in found:
        muted = clock(each.muted_until) if each.muted_until and each.muted_until > datetime.now(UTC) else ""
        names = ", ".join(each.rule.channels) or "in-app list only"
        on = "yes" if each.rule.enabled else "no"
        table.add_row(each.rule.name, each.rule.kind, each.rule.severity, one_line(names), on, muted, each.origin)
    screen().print(table)
