"""`clawdbot metrics coverage`: a table whose columns are the sources."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.text import Text

from cli.api_client import ApiClient
from cli.connection import find_connection
from cli.metrics.options import FreshHours
from cli.metrics.tables import coverage_table
from cli.options import ApiUrl, AsJson
from cli.paging import All, Looks, Page, Query, marked, show_pages
from contracts.metrics.views import CoverageView

_MOST = 200
#: A crawl of five minutes ago is "stale", too, if its limit cut it short.
_STALE = "\nThe time is that of the last success. Stale: what is covered without a gap ends before --fresh-hours ago."


@dataclass
class _Table(Looks):
    """Every page has a header of its own: a source that is switched off is a column where it has data."""

    sources: list[str] = field(default_factory=list)

    def show(self, items: Sequence[Any], console: Console) -> None:
        console.print(coverage_table(self.sources, items))
        if any(cell and cell.state == "stale" for each in items for cell in each.cells):
            console.print(Text(_STALE, style="dim"))


def coverage(
    fresh_hours: FreshHours = 24,
    after: Annotated[str | None, typer.Option(help="The last ticker of the page before.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=_MOST, help="Tickers on a page.")] = 100,
    everything: All = False,
    api_url: ApiUrl = None,
    as_json: AsJson = False,
) -> None:
    """Which source knows which ticker, and how fresh that is.

    Example: clawdbot metrics coverage --fresh-hours 48
    """
    query = {"fresh_hours": fresh_hours, "after": after, "limit": limit}
    looks = _Table("ticker", (), list, "There is nothing to show yet.", _MOST)
    with ApiClient(find_connection(api_url)) as api:
        next_page = marked(api, "/metrics/coverage", CoverageView, "tickers")

        def ask(query: Query) -> Page:
            page = next_page(query)
            looks.sources = CoverageView.model_validate(page.answer).sources
            return page

        show_pages(ask, query, looks, everything=everything, as_json=as_json)
