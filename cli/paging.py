"""Lists that the API gives page by page: one page and how to see the rest, or with ``--all`` every page as it comes."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any

import typer
from pydantic import BaseModel
from rich.console import Console
from rich.text import Text

from cli.api_client import ApiClient
from cli.output import count, listing, plural, print_json, say, screen
from cli.text import one_line

#: A mark that is longer is not for typing; --json has it.
_LONGEST_MARK = 40

All = Annotated[bool, typer.Option("--all", help="Every page, as it comes; with --json one object a line.")]

Query = Mapping[str, Any]


@dataclass(frozen=True)
class Page:
    """One answer of the API."""

    answer: BaseModel
    items: Sequence[Any]
    #: The query of the page behind it; None: there is none.
    following: Query | None
    #: How many there are on all pages, such as ``10,000+``; empty: the API does not count them.
    total: str = ""


@dataclass
class Looks:
    """How a list looks for people."""

    noun: str
    columns: Sequence[str]
    #: The items of a page as cells.
    rows: Callable[[Sequence[Any]], Iterable[Sequence[Text | str]]]
    #: Said instead of an empty table.
    nothing: str
    #: Most that the API puts on a page.
    most: int
    _widths: list[int] = field(default_factory=list)

    def show(self, items: Sequence[Any], console: Console) -> None:
        """The next page, below the one before as if they were one table."""
        table = listing(*self.columns)
        table.show_header = not self._widths
        rows = [list(each) for each in self.rows(items)]
        for row in rows:
            table.add_row(*row)
        titles = [column.lstrip(">") for column in self.columns]
        cells = zip(*([titles, *rows] if not self._widths else rows), strict=True)
        widths = [max(Text(str(cell)).cell_len for cell in column) for column in cells]
        self._widths = [max(pair) for pair in zip(self._widths or widths, widths, strict=True)]
        # Wider than the screen is left to the table, which then folds cells.
        if sum(self._widths) + 2 * len(self._widths) <= console.width:
            for column, width in zip(table.columns, self._widths, strict=True):
                column.min_width = width
        console.print(table)


Ask = Callable[[Query], Page]


def marked(api: ApiClient, path: str, view: type[BaseModel], items: str) -> Ask:
    """For a list whose pages say in ``next`` what to give as ``after``."""

    def ask(query: Query) -> Page:
        found: Any = api.get(path, view, **query)
        total = f"{found.total:,}" if hasattr(found, "total") else ""
        following = {**query, "after": found.next} if found.next is not None else None
        return Page(found, getattr(found, items), following, total)

    return ask


def show_pages(ask: Ask, query: Query, looks: Looks, *, everything: bool, as_json: bool) -> None:
    """Print the page that ``query`` names, or with ``everything`` all from there on, in the largest steps."""
    page = ask({**query, "limit": looks.most} if everything else query)
    if as_json and not everything:
        print_json(page.answer)
        return
    shown, console = 0, screen()
    while True:
        shown += len(page.items)
        if as_json:
            for each in page.items:
                print_json(each, lines=True)
        elif page.items:
            looks.show(page.items, console)
        if not everything or page.following is None:
            break
        page = ask(page.following)
    if not as_json:
        from_start = query.get("after") is None and query.get("page", 1) == 1
        say(Text(f"\n{_footer(page, shown, looks, from_start)}", style="dim") if shown else looks.nothing)


def _footer(page: Page, shown: int, looks: Looks, from_start: bool) -> str:
    """How much was shown and how to see the rest."""
    if page.following is None:
        return f"{count(shown, looks.noun)} ({'all' if from_start else 'the last'})"
    of = f"{shown:,} of {page.total} {plural(looks.noun)}" if page.total else f"{count(shown, looks.noun)} of more"
    marks = [f"--{name} {one_line(mark, 200)}" for name, mark in page.following.items() if name in ("page", "after")]
    following = f", {marks[0]} the next page" if marks and len(marks[0]) <= _LONGEST_MARK else ""
    more = f", --limit N up to {looks.most:,}" if shown < looks.most else ""
    return f"{of}; --all shows the rest{more}{following}"
