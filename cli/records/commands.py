"""`clawdbot records`: look at what was collected, and save it."""

import codecs
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

import typer

from cli import completing
from cli.api_client import ApiClient
from cli.connection import find_connection
from cli.listing import listing
from cli.moments import bound
from cli.options import ApiUrl, AsJson, InWorkspace
from cli.output import print_json, reader_gone, say_all, screen
from cli.paging import All, Looks, marked, show_pages
from cli.tasks.ids import find_task
from cli.text import one_line, plain, safe
from contracts.records.rows import RecordKind
from contracts.records.views import RecordKindsView, RecordPage

app = typer.Typer(
    no_args_is_help=True, help="Look at what was collected, save it.\n\nExample: clawdbot records list reddit_posts"
)


class Format(StrEnum):
    CSV = "csv"
    JSON = "json"
    NDJSON = "ndjson"


_MOST = 200

Kind = Annotated[RecordKind, typer.Argument(metavar="KIND", help="`clawdbot records kinds` lists them.")]
Ticker = Annotated[str | None, typer.Option()]
Since = Annotated[datetime | None, typer.Option(parser=bound, metavar="TIME", help="No older than this.")]
Until = Annotated[datetime | None, typer.Option(parser=bound, metavar="TIME", help="Older than this.")]
Task = Annotated[
    str | None,
    typer.Option(
        metavar="ID", help="Stored last by this task: the beginning of its id.", autocompletion=completing.tasks
    ),
]
Words = Annotated[str | None, typer.Option(help="Words that must all occur.")]


@app.command()
def kinds(workspace: InWorkspace = None, api_url: ApiUrl = None, as_json: AsJson = False) -> None:
    """List the kinds of rows, and how many there are.

    Example: clawdbot records kinds
    """
    with ApiClient(find_connection(api_url)) as api:
        found = api.get("/records", RecordKindsView, workspace=workspace)
    if as_json:
        print_json(found)
        return
    table = listing("KIND", ">ROWS", "TIME")
    for each in found.kinds:
        table.add_row(each.kind.value, f"{'about ' if each.estimated else ''}{each.rows:,}", one_line(each.time))
    screen().print(table)
    say_all(len(found.kinds), "kind")


@app.command("list")
def list_records(
    kind: Kind,
    ticker: Ticker = None,
    since: Since = None,
    until: Until = None,
    task: Task = None,
    text: Words = None,
    workspace: InWorkspace = None,
    after: Annotated[str | None, typer.Option(help="The `next` of the page before, from --json.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=_MOST, help="Rows on a page.")] = 20,
    everything: All = False,
    api_url: ApiUrl = None,
    as_json: AsJson = False,
) -> None:
    """List rows of one kind, newest first. Every filter that is given must match.

    Example: clawdbot records list reddit_posts --ticker NVDA --since 2026-01-01T00:00Z
    """
    with ApiClient(find_connection(api_url)) as api:
        query = {
            **_filters(api, ticker, since, until, task, text),
            "workspace": workspace,
            "after": after,
            "limit": limit,
        }
        columns = (kind.spec.time, *kind.spec.shown)
        titles = [name.upper().replace("_", " ") for name in columns]
        looks = Looks(
            "row", titles, lambda rows: _cells(columns, rows), f"No {kind} are stored yet.", _MOST, wraps=titles
        )
        ask = marked(api, f"/records/{kind}", RecordPage, "records")
        show_pages(ask, query, looks, everything=everything, as_json=as_json)


@app.command()
def export(
    kind: Kind,
    format_: Annotated[Format, typer.Option("--format", help="For spreadsheets, or for programs.")] = Format.CSV,
    ticker: Ticker = None,
    since: Since = None,
    until: Until = None,
    task: Task = None,
    text: Words = None,
    workspace: InWorkspace = None,
    api_url: ApiUrl = None,
) -> None:
    """Write all rows that match to stdout; send it to a file with `> rows.csv`.

    Example: clawdbot records export reddit_posts --ticker NVDA --format csv
    """
    with ApiClient(find_connection(api_url)) as api:
        filters = _filters(api, ticker, since, until, task, text)
        with api.download(f"/records/{kind}/export", **filters, workspace=workspace, format=format_.value) as pieces:
            write_pieces(pieces)


def _filters(
    api: ApiClient,
    ticker: str | None,
    since: datetime | None,
    until: datetime | None,
    task: str | None,
    text: str | None,
) -> dict[str, Any]:
    return {
        "ticker": ticker,
        "since": since.isoformat() if since else None,
        "until": until.isoformat() if until else None,
        "task_id": str(find_task(api, task)) if task else None,
        "text": text,
    }


def _cells(columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> list[list[str]]:
    return [[_cell(row.get(name)) for name in columns] for row in rows]


def _cell(value: Any) -> str:
    return "" if value is None else one_line(plain(value), 90)


def write_pieces(pieces: Iterator[bytes]) -> None:
    """A downloaded file to stdout; what could steer a terminal is spelled out if it is one."""
    if not sys.stdout.isatty():
        try:
            for piece in pieces:
                sys.stdout.buffer.write(piece)
            sys.stdout.flush()
        except BrokenPipeError:
            reader_gone()
        return
    # A text of a stranger must not steer the terminal; a file gets it as it is.
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    for piece in pieces:
        sys.stdout.write(safe(decoder.decode(piece)))
