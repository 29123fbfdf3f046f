"""Collected rows as files: CSV for spreadsheets, JSON and NDJSON for programs. Written page by page."""

import csv
import io
from collections.abc import AsyncIterator, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from pydantic_core import to_json

Row = dict[str, Any]
Pages = AsyncIterator[Sequence[Row]]

#: A spreadsheet takes a cell that begins with one of these for a formula, which may run programs or send data away.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class ExportFormat(StrEnum):
    CSV = "csv"
    JSON = "json"
    NDJSON = "ndjson"


MEDIA_TYPES = {
    ExportFormat.CSV: "text/csv; charset=utf-8",
    ExportFormat.JSON: "application/json",
    ExportFormat.NDJSON: "application/x-ndjson",
}


async def written(format_: ExportFormat, columns: Sequence[str], pages: Pages) -> AsyncIterator[bytes]:
    """The file, in pieces. Without rows a CSV has its heading only, and JSON is an empty array."""
    if format_ is ExportFormat.CSV:
        yield _lines([columns])
        async for page in pages:
            yield _lines([[_cell(row[name]) for name in columns] for row in page])
    elif format_ is ExportFormat.NDJSON:
        async for page in pages:
            yield b"".join(to_json(row) + b"\n" for row in page)
    else:
        start = b"["
        async for page in pages:
            if page:
                yield start + b",\n".join(map(to_json, page))
                start = b",\n"
        yield b"]\n" if start != b"[" else b"[]\n"


def _lines(rows: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()


def _cell(value: object) -> str:
    match value:
        case None:
            return ""
        case str():
            return f"'{value}" if value.startswith(_FORMULA) else value
        case bool():
            return str(value).lower()
        case datetime() | date():
            return value.isoformat()
        case dict() | list():
            return to_json(value).decode()
    return str(value)
