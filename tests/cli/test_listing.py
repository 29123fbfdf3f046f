"""Tables on a narrow screen: columns go before cells break."""

import io
from collections.abc import Sequence

import pytest
from rich.console import Console

from cli.listing import Listing, listing

ID = "01234567-89ab-4def-8123-456789000001"


def drawn(table: Listing, width: int) -> list[str]:
    console = Console(file=io.StringIO(), width=width)
    with console.capture() as captured:
        console.print(table)
    return [line.rstrip() for line in captured.get().splitlines()]


def table(*rows: Sequence[str]) -> Listing:
    made = listing("ID", "EMPTY", ">SCORE", "WORKER", "WHY", wraps=("WHY",), spare=("SCORE", "WORKER"))
    for row in rows:
        made.add_row(*row)
    return made


ROW = (ID, "", "97", "mac-mini", "no worker offers it right now, none was ever seen")


def test_all_of_it_where_there_is_room() -> None:
    assert drawn(table(ROW), 200)[0].split() == ["ID", "EMPTY", "SCORE", "WORKER", "WHY"]


@pytest.mark.parametrize(
    ("width", "shown"),
    [(85, ["ID", "SCORE", "WORKER", "WHY"]), (80, ["ID", "WORKER", "WHY"]), (66, ["ID", "WHY"])],
)
def test_empty_columns_go_first_then_those_that_can_be_spared(width: int, shown: list[str]) -> None:
    lines = drawn(table(ROW), width)
    assert lines[0].split() == shown
    assert max(map(len, lines)) <= width
    # An id in one piece, a sentence at its words, and what is missing.
    assert lines[1].startswith(f"{ID}  ")
    assert "no worker offers" in lines[1]
    gone = [name for name in ("SCORE", "WORKER") if name not in shown]
    assert (lines[-1] == f"Not shown for want of room: {', '.join(gone)}. --json has all.") == bool(gone)


def test_where_nothing_can_be_spared_cells_are_folded() -> None:
    lines = drawn(table(ROW), 30)
    assert max(map(len, lines[:-2])) <= 30
    assert "".join(line[:3] for line in lines).count("012") == 1
