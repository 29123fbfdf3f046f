"""A watchlist as CSV: read whole, checked whole, so that it is taken or refused as a whole."""

import csv
import io
from typing import Any

from pydantic import ValidationError

from contracts.mistakes import in_words
from contracts.records.requests import TickerLine
from services.errors import BadInput, DomainError

MOST_BYTES = 1_048_576
MOST_LINES = 5_000
#: So many mistakes are told one by one.
_MOST_TOLD = 50
_COLUMNS = tuple(TickerLine.model_fields)

#: What a cell without a text means.
_EMPTY: dict[str, Any] = {"tracked": True, "watchers": 0}


class FileTooLarge(DomainError):
    """The file is too large; at most 1 MiB and 5,000 tickers are taken at once. Split it."""

    status = 413


def read_lines(content: bytes) -> tuple[list[TickerLine], list[str]]:
    """The tickers of a file, and which columns besides the ticker it has.

    Raises:
        BadInput: with a sentence for each line that cannot be used.
        FileTooLarge: more lines than are taken.
    """
    reader = csv.reader(io.StringIO(_text(content), newline=""), strict=True)
    try:
        rows = [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    except csv.Error as error:
        where = f"line {reader.line_num}"
        raise BadInput(f"This is no CSV: {where}: {error}.", [(where, str(error))]) from None
    if not rows:
        raise BadInput(f"The file is empty. Its first line names the columns: {', '.join(_COLUMNS)}.")
    if len(rows) - 1 > MOST_LINES:
        raise FileTooLarge
    heading = _heading(rows[0][1])
    return _checked(heading, rows[1:]), [name for name in heading if name != "ticker"]


def _text(content: bytes) -> str:
    try:
        # Spreadsheets put a byte order mark in front.
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise BadInput(f"Line {line} is not UTF-8. Save the file as UTF-8.", [(f"line {line}", "not UTF-8")]) from None


def _heading(cells: list[str]) -> list[str]:
    names = [cell.strip().lower() for cell in cells]
    unknown = [name for name in names if name not in _COLUMNS]
    if unknown:
        raise BadInput(f"'{unknown[0][:50]}' is no column. The first line names the columns: {', '.join(_COLUMNS)}.")
    if "ticker" not in names:
        raise BadInput(f"The column 'ticker' is missing. The first line names the columns: {', '.join(_COLUMNS)}.")
    if len(set(names)) < len(names):
        raise BadInput("A column is named twice in the first line. Name each once.")
    return names


def _checked(heading: list[str], rows: list[tuple[int, list[str]]]) -> list[TickerLine]:
    mistakes: list[tuple[str, str]] = []
    lines: dict[str, TickerLine] = {}
    for number, row in rows:
        line, wrong = _line(heading, row)
        if line is not None and line.ticker in lines:
            wrong = [f"{line.ticker} is in the file twice"]
        mistakes += [(f"line {number}", each) for each in wrong]
        if line is not None and not wrong:
            lines[line.ticker] = line
    if mistakes:
        raise BadInput(_told(mistakes), mistakes[:_MOST_TOLD])
    return list(lines.values())


def _line(heading: list[str], row: list[str]) -> tuple[TickerLine | None, list[str]]:
    if len(row) != len(heading):
        return None, [f"has {len(row)} cells, but the first line names {len(heading)} columns"]
    cells = {name: cell.strip() for name, cell in zip(heading, row, strict=True)}
    values = {name: cell if cell else _EMPTY.get(name) for name, cell in cells.items()}
    try:
        return TickerLine.model_validate(values), []
    except ValidationError as error:
        return None, [f"{each['loc'][0]}: {in_words(each)}" for each in error.errors()]


def _told(mistakes: list[tuple[str, str]]) -> str:
    count = len(mistakes)
    more = f" The first {_MOST_TOLD} are listed." if count > _MOST_TOLD else ""
    return f"Nothing was imported: {count} mistake{'s' if count != 1 else ''} in the file.{more}"
