"""Reads Server-Sent Events from the text of an answer."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

#: A carriage return at the very end may be the first half of CR LF. `str.splitlines` would also split at
#: U+2028 and others, which may stand inside the data.
_LINE_END = re.compile(r"\r\n|\n|\r(?=.)", re.DOTALL)


@dataclass(frozen=True)
class ServerSentEvent:
    """One block. ``data`` is empty in a block that only moves the cursor."""

    event: str
    data: str
    id: str


def read_events(chunks: Iterable[str]) -> Iterator[ServerSentEvent]:
    """The blocks of a stream; comments are skipped, a block that the end cuts off is dropped."""
    last_id, kind, data = "", "", list[str]()
    for line in _lines(chunks):
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if not line:
            yield ServerSentEvent(kind or "message", "\n".join(data), last_id)
            kind, data = "", []
        elif name == "id":
            last_id = value
        elif name == "event":
            kind = value
        elif name == "data":
            data.append(value)


def _lines(chunks: Iterable[str]) -> Iterator[str]:
    rest = ""
    for chunk in chunks:
        *lines, rest = _LINE_END.split(rest + chunk)
        yield from lines
