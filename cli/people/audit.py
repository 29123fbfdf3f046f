"""`clawdbot audit`: who did what."""

import re
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

import typer

from cli.api_client import ApiClient
from cli.connection import find_connection
from cli.moments import bound
from cli.options import ApiUrl, AsJson
from cli.paging import All, Looks, marked, show_pages
from cli.records.commands import write_pieces
from cli.text import clock, one_line, plain
from contracts.people.views import AuditEntryView, AuditPage

_MOST = 1_000
_ID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_LAST = ("DETAILS",)
_NOTHING = "Nobody has done anything yet."
_COLUMNS = ("WHEN", "WHO", "WHAT", "TO", "DETAILS")


class Format(StrEnum):
    CSV = "csv"
    JSON = "json"
    NDJSON = "ndjson"


def audit(
    actor: Annotated[str | None, typer.Option(help="Such as human:anna or worker:mac.")] = None,
    action: Annotated[str | None, typer.Option(help="Such as worker.revoke, or worker for all of its kind.")] = None,
    object_: Annotated[
        str | None, typer.Option("--object", help="What it was done to: an id or its beginning, or a name.")
    ] = None,
    since: Annotated[datetime | None, typer.Option(parser=bound, metavar="TIME")] = None,
    until: Annotated[datetime | None, typer.Option(parser=bound, metavar="TIME")] = None,
    after: Annotated[int | None, typer.Option(help="The `next` of the page before, from --json.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=_MOST, help="Lines on a page.")] = 50,
    everything: All = False,
    export: Annotated[Format | None, typer.Option(help="Write all that match to stdout in this format.")] = None,
    api_url: ApiUrl = None,
    as_json: AsJson = False,
) -> None:
    """Show who did what, the newest first. Every filter that is given must match.

    Example: clawdbot audit --actor human:anna --action worker --all
    """
    filters: dict[str, Any] = {
        "actor": actor,
        "action": action,
        "object": object_,
        "since": since.isoformat() if since else None,
        "until": until.isoformat() if until else None,
    }
    with ApiClient(find_connection(api_url)) as api:
        if export:
            with api.download("/audit/export", **filters, format=export.value) as pieces:
                write_pieces(pieces)
            return

        query = {**filters, "after": after, "limit": limit}
        looks = Looks("line", _COLUMNS, lambda lines: map(_row, lines), _NOTHING, _MOST, _LAST, _LAST)
        ask = marked(api, "/audit", AuditPage, "entries")
        show_pages(ask, query, looks, everything=everything, as_json=as_json)


def _row(each: AuditEntryView) -> tuple[str, ...]:
    details = one_line(plain(each.details), 120) if each.details else ""
    return clock(each.at), one_line(each.actor, 80), one_line(each.action, 80), _object(each.object), details


def _object(name: str) -> str:
    """Of an id the beginning, which `--object` takes as well."""
    return name[:8] if _ID.fullmatch(name) else one_line(name, 80)
