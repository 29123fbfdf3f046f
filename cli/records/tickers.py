"""`clawdbot tickers`: which tickers are kept fresh, what is known of them, and which others are talked about."""

from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text

from cli.api_client import ApiClient
from cli.connection import find_connection
from cli.errors import CliError
from cli.listing import listing
from cli.options import ApiUrl, AsJson
from cli.output import count, print_json, say, say_done, screen
from cli.paging import All, Looks, marked, show_pages
from cli.records.freshness import freshness
from cli.text import one_line, quoted
from contracts.records.ticker_views import ImportView, SignalsView, TickersPage, TickerView, TrendingView

app = typer.Typer(
    no_args_is_help=True, help="The watchlist, and symbols that trend outside of it.\n\nExample: clawdbot tickers list"
)

_MOST = 500
_SPARE = ("SCORE", "TREND", "EARNINGS", "MENTIONS", "WATCHERS")
_COLUMNS = ("TICKER", "NAME", "TRACKED", ">WATCHERS", ">MENTIONS", "TREND", "EARNINGS", ">SCORE")
#: Takes a value away.
_NONE = "none"

_Ticker = Annotated[str, typer.Argument(metavar="TICKER")]
_Name = Annotated[str | None, typer.Option(help="Name of the company; none: no name.")]
_Watchers = Annotated[int | None, typer.Option(min=0, help="How many people watch it.")]
_Earnings = Annotated[
    str | None, typer.Option(metavar="DAY", help="The next earnings, as 2026-05-27; none: not known.")
]
_Score = Annotated[str | None, typer.Option(metavar="0-100", help="A score of yours; none: no score.")]
_Tracked = Annotated[bool | None, typer.Option("--tracked/--untracked", help="Keep its sources fresh, or do not.")]


@app.command("list")
def list_tickers(
    tracked: Annotated[bool | None, typer.Option("--tracked/--untracked", help="Only these.")] = None,
    after: Annotated[str | None, typer.Option(help="The last ticker of the page before.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=_MOST, help="Tickers on a page.")] = 100,
    everything: All = False,
    api_url: ApiUrl = None,
    as_json: AsJson = False,
) -> None:
    """List the watchlist with its signals.

    Example: clawdbot tickers list --tracked --all
    """
    query = {"tracked": tracked, "after": after, "limit": limit}
    nothing = "No ticker is watched. Add one with `clawdbot tickers add NVDA`."
    looks = Looks("ticker", _COLUMNS, lambda tickers: map(_row, tickers), nothing, _MOST, spare=_SPARE)
    with ApiClient(find_connection(api_url)) as api:
        ask = marked(api, "/tickers", TickersPage, "tickers")
        show_pages(ask, query, looks, everything=everything, as_json=as_json)


app.command()(freshness)


@app.command(
    "add",
    help="Put a ticker on the watchlist; one that is there is changed.\n\n"
    "Example: clawdbot tickers add GME --watchers 12000",
)
@app.command(
    "set",
    help="Change what is known of a ticker of the watchlist; what is not said stays.\n\n"
    "Example: clawdbot tickers set GME --earnings 2026-05-27",
)
def put(
    context: typer.Context,
    ticker: _Ticker,
    name: _Name = None,
    watchers: _Watchers = None,
    earnings: _Earnings = None,
    score: _Score = None,
    tracked: _Tracked = None,
    api_url: ApiUrl = None,
    as_json: AsJson = False,
) -> None:
    fields = _fields(name, watchers, earnings, score, tracked)
    if context.info_name == "set":
        _check_change(ticker, fields, api_url)
    _put(ticker, fields, api_url, as_json)


def _check_change(ticker: str, fields: dict[str, Any], api_url: str | None) -> None:
    """Something is to be changed, and it is there."""
    if not fields:
        raise CliError("Say what to change: --name, --watchers, --earnings, --score, --tracked or --untracked.")
    with ApiClient(find_connection(api_url)) as api:
        api.get(f"/tickers/{quoted(ticker)}", TickerView)


@app.command()
def remove(ticker: _Ticker, api_url: ApiUrl = None, as_json: AsJson = False) -> None:
    """Take a ticker off the watchlist. What was collected stays.

    Example: clawdbot tickers remove GME
    """
    with ApiClient(find_connection(api_url)) as api:
        api.delete(f"/tickers/{quoted(ticker)}")
    say_done(f"{one_line(ticker.upper())} is watched no longer.", as_json)


@app.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, metavar="FILE")],
    api_url: ApiUrl = None,
    as_json: AsJson = False,
) -> None:
    """Add and change tickers from a CSV file, all of them or none.

    Its first line names the columns: ticker, and any of name, tracked, watchers, earnings_date, score.

    Example: clawdbot tickers import watchlist.csv
    """
    with ApiClient(find_connection(api_url)) as api:
        done = api.upload("/tickers/import", ImportView, file.read_bytes(), "text/csv")
    if as_json:
        print_json(done)
    else:
        say(f"{count(done.added, 'ticker')} added, {done.changed:,} changed, {done.unchanged:,} as they were.")


@app.command()
def scan(
    hours: Annotated[int, typer.Option(min=1, max=168, help="These are compared with as many before.")] = 24,
    posts: Annotated[int | None, typer.Option(min=1, help="Fewest posts.")] = None,
    authors: Annotated[int | None, typer.Option(min=1, help="Fewest different authors.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=200, help="No more than so many, the fastest first.")] = 50,
    api_url: ApiUrl = None,
    as_json: AsJson = False,
) -> None:
    """Find symbols that rise in the crawled posts and that nobody tracks.

    Example: clawdbot tickers scan --hours 6 --posts 20
    """
    with ApiClient(find_connection(api_url)) as api:
        found = api.get("/tickers/trending", TrendingView, hours=hours, posts=posts, authors=authors, limit=limit)
    if as_json:
        print_json(found)
    else:
        _show_trending(found)


def _put(ticker: str, fields: dict[str, Any], api_url: str | None, as_json: bool) -> None:
    with ApiClient(find_connection(api_url)) as api:
        now = api.put(f"/tickers/{quoted(ticker)}", TickerView, fields)
    if as_json:
        print_json(now)
    else:
        said = [f"{now.watchers:,} watchers" if now.watchers != 1 else "1 watcher"]
        said += [f"earnings on {now.earnings_date}"] if now.earnings_date else []
        said += [f"score {now.score:g}"] if now.score is not None else []
        state = "tracked" if now.tracked else "watched, but not tracked"
        say(f"{one_line(now.ticker)} is {state}: {', '.join(said)}.")


def _fields(
    name: str | None, watchers: int | None, earnings: str | None, score: str | None, tracked: bool | None
) -> dict[str, Any]:
    """What was said; `none` is null."""
    given: dict[str, Any] = {"name": name, "watchers": watchers, "tracked": tracked}
    fields = {field: value for field, value in given.items() if value is not None}
    if name == _NONE:
        fields["name"] = None
    if earnings is not None:
        fields["earnings_date"] = None if earnings == _NONE else _day(earnings)
    if score is not None:
        fields["score"] = None if score == _NONE else _number(score)
    return fields


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise CliError("Give the day of the earnings as 2026-05-27, or none.") from None


def _number(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1
    if not 0 <= value <= 100:
        raise CliError("Give the score as a number from 0 to 100, or none.")
    return value


def _row(each: TickerView) -> tuple[Text | str, ...]:
    return (
        one_line(each.ticker),
        one_line(each.name or "", 40),
        "yes" if each.tracked else Text("no", style="dim"),
        f"{each.watchers:,}",
        "" if each.signals.mentions is None else f"{each.signals.mentions:,}",
        trend_text(each.signals),
        _earnings(each),
        "" if each.score is None else f"{each.score:g}",
    )


def trend_text(signals: SignalsView) -> Text:
    if signals.trend is None:
        return Text("?", style="dim")
    style = "green" if signals.trend >= 0.2 else "red" if signals.trend <= -0.2 else ""
    return Text(f"{signals.trend:+.2f}", style=style)


def _earnings(ticker: TickerView) -> str:
    days = ticker.signals.earnings_in_days
    if ticker.earnings_date is None or days is None:
        return ""
    return f"{ticker.earnings_date} ({'today' if days == 0 else f'in {days} d' if days > 0 else f'{-days} d ago'})"


def _show_trending(found: TrendingView) -> None:
    looked = f"{found.posts:,} posts of the last {found.hours} h against {found.posts_before:,} of those before"
    if not found.tickers:
        say(f"No symbol that is not tracked is trending ({looked}).")
        return
    table = listing("SYMBOL", "KNOWN", ">POSTS", ">BEFORE", ">AUTHORS", ">AS $", ">MOMENTUM", spare=("AS $", "KNOWN"))
    for each in found.tickers:
        table.add_row(
            one_line(each.ticker), "yes" if each.known else "no", f"{each.posts:,}", f"{each.posts_before:,}",
            f"{each.authors:,}", f"{each.cashtags:,}", f"{each.momentum:+.2f}",
        )  # fmt: skip
    screen().print(table)
    say(Text(f"\n{looked}", style="dim"))
