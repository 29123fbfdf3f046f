"""Tables that fit their screen: where it is narrow whole columns are left out, before any cell is broken."""

from collections.abc import Collection, Iterable, Iterator, Sequence

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.table import Column, Table
from rich.text import Text

_GAP = 2
#: A column of sentences may become so narrow.
_SENTENCE = 24


class Listing(Table):
    """A table with quiet lines; a column whose name begins with ``>`` is aligned to the right."""

    def __init__(self, columns: Sequence[str], wraps: Collection[str] = (), spare: Sequence[str] = ()) -> None:
        """A table without rows.

        Args:
            columns: their names.
            wraps: those of sentences, which may take several lines.
            spare: those that a narrow screen does without, the least important first.
        """
        super().__init__(box=None, pad_edge=False, header_style="bold", padding=(0, _GAP, 0, 0))
        self._wraps, self._spare = wraps, spare
        for column in columns:
            right = column.startswith(">")
            self.add_column(column.lstrip(">"), justify="right" if right else "left", overflow="fold")

    def fitting(self, width: int) -> tuple[Table, list[str]]:
        """The table with the columns that there is room for, and the names of the others: empty ones go first."""
        columns, left_out = list(self.columns), list[str]()
        for each in self._in_order_of_loss():
            if self._needed(columns) <= width:
                break
            columns.remove(each)
            left_out.append(str(each.header))
        return self._of(columns, is_room=self._needed(columns) <= width), left_out

    def whole(self) -> Table:
        """The table with all of its columns; cells are folded where there is no room."""
        return self._of(self.columns, is_room=False)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        table, left_out = self.fitting(options.max_width)
        yield table
        missed = [str(each.header) for each in self.columns if each.header in left_out and says_something(each.cells)]
        if missed:
            yield Text(f"\n{missed_words(missed)}", style="dim")

    def _in_order_of_loss(self) -> Iterator[Column]:
        empty = [each for each in reversed(self.columns) if _is_empty(each)]
        named = {str(each.header): each for each in self.columns if each not in empty}
        yield from empty
        yield from (named[name] for name in self._spare if name in named)

    def _needed(self, columns: Sequence[Column]) -> int:
        return sum(_GAP + (min(_widest(each), _SENTENCE) if each.header in self._wraps else _widest(each))
                   for each in columns)  # fmt: skip

    def _of(self, columns: Sequence[Column], *, is_room: bool) -> Table:
        table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, _GAP, 0, 0))
        table.show_header = self.show_header
        for each in columns:
            # Names and ids stay in one piece, as long as there is room for them.
            is_whole = is_room and each.header not in self._wraps
            least = max(each.min_width or 0, _widest(each) if is_whole else 0) or None
            table.add_column(each.header, justify=each.justify, overflow="fold", min_width=least)
        for row in zip(*(each.cells for each in columns), strict=True):
            table.add_row(*row)
        return table


def listing(*columns: str, wraps: Collection[str] = (), spare: Sequence[str] = ()) -> Listing:
    """As `Listing`."""
    return Listing(columns, wraps, spare)


def grid() -> Table:
    """For names, each with what it says, which is broken where the screen ends."""
    table = Table.grid(padding=(0, _GAP, 0, 0))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    return table


def says_something(cells: Iterable[RenderableType]) -> bool:
    """Whether a column tells its rows apart; one whose every cell is the same is not missed."""
    said = [str(cell) for cell in cells]
    return len(set(said)) > 1 or (len(said) == 1 and bool(said[0]))


def missed_words(names: Sequence[str]) -> str:
    """What a reader does not see, and where it is."""
    return f"Not shown for want of room: {', '.join(names)}. --json has all."


def _widest(column: Column) -> int:
    return max(column.min_width or 0, *(Text(str(cell)).cell_len for cell in (column.header, *column.cells)))


def _is_empty(column: Column) -> bool:
    return not any(str(cell) for cell in column.cells)
