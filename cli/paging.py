"""Lists that the API gives page by page: one page and how to see the rest, or with ``--all`` every page as it comes."""

import shlex
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any

import typer
from pydantic import BaseModel
from rich.console import Console
from rich.text import Text

from cli.api_client import ApiClient
from cli.listing import Listing, missed_words, says_something
from cli.output import count, plural, print_json, screen
from cli.text import one_line

#: A mark that is longer is not for typing; --json has it.
_LONGEST_MARK = 40

All = Annotated[bool, typer.Option("--all", help="Every page, as it comes; with --json one object a line.")]

Query = Mapping[str, Any]

#: Which page, not which items.
_NO_FILTERS = ("after", "limit", "page", "sort", "reasons")
#: How a filter is typed, where that is not its name in the query.
_OPTIONS = {
    "task_type": "type", "created_after": "since", "created_before": "until", "task_id": "task",
}  # fmt: skip


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
    #: Said instead of an empty table, where no filter was given.
    nothing: str
    #: Most that the API puts on a page.
    most: int
    #: Of the columns: those of sentences, and those that a narrow screen does without (`cli.listing`).
    wraps: Collection[str] = ()
    spare: Sequence[str] = ()
    #: What a narrow screen does not show although there is something.
    missed: set[str] = field(default_factory=set)
    _left_out: set[str] = field(default_factory=set)
    _widths: dict[str, int] = field(default_factory=dict)

    def show(self, items: Sequence[Any], console: Console) -> None:
        """The next page, below the one before as if they were one table."""
        names = [column.lstrip(">") for column in self.columns]
        rows = [dict(zip(names, each, strict=True)) for each in self.rows(items)]
        is_first = not self._widths
        shown = [column for column in self.columns if column.lstrip(">") not in self._left_out]
        listing = self._listing(shown, rows, console.width)
        table, left_out = listing.fitting(console.width) if is_first else (listing.whole(), [])
        self._left_out.update(left_out)
        table.show_header = is_first
        console.print(table)
        self.missed |= {name for name in self._left_out if says_something([row[name] for row in rows])}

    def _listing(self, columns: Sequence[str], rows: Sequence[Mapping[str, Text | str]], width: int) -> Listing:
        """As wide as the pages before, unless that is wider than the screen, which then folds cells."""
        table = Listing(columns, self.wraps, self.spare)
        for row in rows:
            table.add_row(*(row[column.lstrip(">")] for column in columns))
        for column in table.columns:
            name = str(column.header)
            cells = [name, *column.cells] if not self._widths.get(name) else column.cells
            widest = max((Text(str(cell)).cell_len for cell in cells), default=0)
            self._widths[name] = max(self._widths.get(name, 0), widest)
        if sum(self._widths.values()) + 2 * len(columns) <= width:
            for column in table.columns:
                column.min_width = self._widths[str(column.header)]
        return table


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
        is_all = query.get("after") is None and query.get("page", 1) == 1
        sentence = f"\n{_footer(page, shown, looks, is_all)}" if shown else _nothing(query, looks, is_all)
        _close(console, sentence, looks.missed)


def _close(console: Console, sentence: str, missed: Collection[str]) -> None:
    """Below the list. Nothing in it is there to be copied, so it may be broken where the screen ends."""
    console.print(Text(sentence, style="dim"))
    if missed:
        console.print(Text(missed_words(sorted(missed)), style="dim"))


def _nothing(query: Query, looks: Looks, is_all: bool) -> str:
    """Why the list is empty. Filters are named as they are typed: one that was mistyped is seen at once."""
    if not is_all:
        return f"There are no more {plural(looks.noun)}."
    filters = {name: value for name, value in query.items() if name not in _NO_FILTERS and value not in (None, [])}
    given = [_typed(name, value) for name, value in filters.items() if value is not False or name == "tracked"]
    return f"No {looks.noun} matches {' '.join(given)}." if given else looks.nothing


def _typed(name: str, value: Any) -> str:
    option = f"--{_OPTIONS.get(name, name).replace('_', '-')}"
    if isinstance(value, list):
        return " ".join(_typed(name, each) for each in value)
    if isinstance(value, bool):
        return option if value else option.replace("--", "--un")
    return f"{option} {one_line(shlex.quote(str(value)), 60)}"


def _footer(page: Page, shown: int, looks: Looks, from_start: bool) -> str:
    """How much was shown and how to see the rest."""
    if page.following is None:
        return f"{count(shown, looks.noun)} ({'all' if from_start else 'the last'})"
    of = f"{count(shown, looks.noun)}, and there are more"
    if page.total:
        of = f"{shown:,} of {page.total} {plural(looks.noun)}"
    marks = [f"--{name} {one_line(mark, 200)}" for name, mark in page.following.items() if name in ("page", "after")]
    following = f", {marks[0]} the next page" if marks and len(marks[0]) <= _LONGEST_MARK else ""
    more = f", --limit N up to {looks.most:,}" if shown < looks.most else ""
    return f"{of}; --all shows the rest{more}{following}"
