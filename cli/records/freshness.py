"""`clawdbot freshness`: how old the data of each ticker is."""

from typing import Annotated

import typer
from rich.text import Text

from cli.api_client import ApiClient
from cli.connection import find_connection
from cli.options import ApiUrl, AsJson
from cli.output import listing, print_json, say, screen
from cli.text import ago, one_line
from contracts.views import FreshnessPage, FreshnessView


def freshness(
    ticker: Annotated[str | None, typer.Option()] = None,
    source: Annotated[str | None, typer.Option(help="For example reddit, news or sec.")] = None,
    after: Annotated[str | None, typer.Option(help="TICKER/SOURCE of the last line of the page before.")] = None,
    api_url: ApiUrl = None,
    as_json: AsJson = False,
) -> None:
    """Show when the data of each ticker was last collected, and what went wrong since."""
    with ApiClient(find_connection(api_url)) as api:
        found = api.get("/freshness", FreshnessPage, ticker=ticker, source=source, after=after)
    if as_json:
        print_json(found)
    elif not found.freshness:
        say("Nothing has been collected yet." if not (ticker or source or after) else "Nothing matches.")
    else:
        _show(found)


def _show(found: FreshnessPage) -> None:
    table = listing("TICKER", "SOURCE", "LAST SUCCESS", "LAST ATTEMPT", ">ROWS", "COVERS", "ERROR")
    for each in found.freshness:
        table.add_row(
            one_line(each.ticker),
            one_line(each.data_source),
            ago(each.last_success_at) if each.last_success_at else "never",
            ago(each.last_attempt_at) if each.last_attempt_at else "never",
            f"{each.record_count:,}",
            _covers(each),
            Text(one_line(each.last_error or "", 80), style="red"),
        )
    screen().print(table)
    if found.next:
        say(Text(f"\n--after {one_line(found.next)} shows the next", style="dim"))


def _covers(each: FreshnessView) -> str:
    if each.covered_from is None or each.covered_to is None:
        return ""
    return f"{each.covered_from:%Y-%m-%d} to {each.covered_to:%Y-%m-%d %H:%M} UTC"
