"""`clawdbot alerts rules`, `check`, `apply` and `delete`: what is worth telling."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from cli.api_client import ApiClient
from cli.connection import find_connection
from cli.errors import CliError
from cli.files import text_of
from cli.listing import listing
from cli.options import ApiUrl, AsJson
from cli.output import print_json, say, say_all, say_done, say_unreadable, screen
from cli.text import clock, one_line, quoted
from contracts.alerts.rules import BadRules, Rule, parse_rules
from contracts.alerts.views import RulesView, RuleView

RuleName = Annotated[str, typer.Argument(metavar="RULE", help="`clawdbot alerts rules` shows them.")]
_File = Annotated[Path, typer.Argument(metavar="FILE", help="Rules in YAML; - for stdin.")]


def rules(api_url: ApiUrl = None, as_json: AsJson = False) -> None:
    """Show every alert rule.

    Example: clawdbot alerts rules
    """
    with ApiClient(find_connection(api_url)) as api:
        found = api.get("/alerts/rules", RulesView)
    if as_json:
        print_json(found)
    else:
        _show(found.rules)
        say_unreadable(found.unreadable)


def check(file: _File, as_json: AsJson = False) -> None:
    """Check a file with rules, without sending it anywhere.

    Example: clawdbot alerts check rules.yaml
    """
    found = _read(file)
    say_done(f"{one_line(file.name)} is fine: {', '.join(each.name for each in found) or 'no rules'}.", as_json)


def apply(file: _File, api_url: ApiUrl = None, as_json: AsJson = False) -> None:
    """Write the rules of a file; rules that are not in it stay as they are.

    Example: clawdbot alerts apply rules.yaml
    """
    found = _read(file)
    with ApiClient(find_connection(api_url)) as api:
        done = [api.put(path_of(each.name), RuleView, each.body) for each in found]
    if as_json:
        print_json(done)
    else:
        say(f"Written: {', '.join(each.rule.name for each in done) or 'nothing'}.")


def delete(name: RuleName, api_url: ApiUrl = None, as_json: AsJson = False) -> None:
    """Delete a rule that was written over the API.

    Example: clawdbot alerts delete task-failed
    """
    with ApiClient(find_connection(api_url)) as api:
        api.delete(path_of(name))
    say_done(f"{one_line(name)} is deleted.", as_json)


def path_of(rule: str) -> str:
    return f"/alerts/rules/{quoted(rule)}"


def _read(file: Path) -> list[Rule]:
    try:
        return parse_rules(text_of(file))
    except BadRules as error:
        raise CliError(str(error)) from None


def _show(found: Sequence[RuleView]) -> None:
    if not found:
        say("There are no rules. `clawdbot alerts apply FILE` writes some; docs/notifications.md has examples.")
        return
    table = listing(
        "RULE",
        "LOOKS FOR",
        "SEVERITY",
        "CHANNELS",
        "ON",
        "MUTED UNTIL",
        "FROM",
        wraps=("CHANNELS",),
        spare=("FROM", "SEVERITY"),
    )
    for each in found:
        muted = clock(each.muted_until) if each.muted_until and each.muted_until > datetime.now(UTC) else ""
        names = ", ".join(each.rule.channels) or "in-app list only"
        on = "yes" if each.rule.enabled else "no"
        table.add_row(each.rule.name, each.rule.kind, each.rule.severity, one_line(names), on, muted, each.origin)
    screen().print(table)
    say_all(len(found), "rule")
