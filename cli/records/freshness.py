"""`clawdbot tickers freshness`: how old the data of each ticker is."""

from typing import Annotated

import typer
from rich.text import Text

from cli.api_client import ApiClient
from cli.connection import find_connection
from cli.options import ApiUrl, AsJson
from cli.paging import All, Looks, marked, show_pages
from cli.text import ago, one_line
from contracts.records.views import FreshnessPage, FreshnessView

_MOST = 500
_SPARE = ("COVERS", "ROWS")
_NOTHING = "Nothing has been collected yet."
_COLUMNS = ("TICKER", "SOURCE", "LAST SUCCESS", "LAST ATTEMPT", ">ROWS", "COVERS", "ERROR")


def freshness(
    ticker: Annotated[str | None, typer.Option()] = None,
    source: Annotated[str | None, typer.Option(help="For example reddit, news or sec.")] = None,
    after: Annotated[str | None, typer.Option(help="TICKER/SOURCE of the last line of the page before.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=_MOST, help="Lines on a page.")] = 100,
    everything: All = False,
    api_url: ApiUrl = None,
    as_json: AsJson = False,
) -> None:
    """Show when the data of each ticker was last collected, and what went wrong since.

    Example: clawdbot tickers freshness --source reddit --all
    """
    query = {"ticker": ticker, "source": source, "after": after, "limit": limit}
    looks = Looks("line", _COLUMNS, lambda lines: map(_row, lines), _NOTHING, _MOST, wraps=("ERROR",), spare=_SPARE)
    with ApiClient(find_connection(api_url)) as api:
        ask = marked(api, "/freshness", FreshnessPage, "freshness")
        show_pages(ask, query, looks, everything=everything, as_json=as_json)


def _row(each: FreshnessView) -> tuple[Text | str, ...]:
    return (
        one_line(each.ticker),
        one_line(each.data_source),
        ago(each.last_success_at) if each.last_success_at else "never",
        ago(each.last_attempt_at) if each.last_attempt_at else "never",
        f"{each.record_count:,}",
        _covers(each),
        Text(one_line(_troubles(each), 80), style="red"),
    )


def _covers(each: FreshnessView) -> str:
    span = ""
    if each.covered_from is not None and each.covered_to is not None:
        span = f"{each.covered_from:%Y-%m-%d} to {each.covered_to:%Y-%m-%d %H:%M} UTC"
    left_out = [
        f"{one_line(place.place, 30)} (refuses since {place.since:%Y-%m-%d})"
        for place in each.refusing
        if place.left_out
    ]
    return f"{span}, without {', '.join(left_out)}".removeprefix(", ") if left_out else span


def _troubles(each: FreshnessView) -> str:
    """Why the last run failed, or who keeps the source from being covered."""
    waited_for = [f"{place.place} refuses: {place.why}" for place in each.refusing if not place.left_out]
    return each.last_error or "; ".join(waited_for)
