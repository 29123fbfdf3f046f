"""Reads Server-Sent Events from the lines of an answer."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class ServerSentEvent:
    """One block. ``data`` is empty in a block that only moves the cursor."""

    event: str
    data: str
    id: str


def read_events(lines: Iterable[str]) -> Iterator[ServerSentEvent]:
    """The blocks of a stream; comments are skipped, a block that the end cuts off is dropped."""
    last_id, kind, data = "", "", list[str]()
    for line in lines:
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
