"""The part of the facade that streams events, as the script of a test says."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from contracts.tasks.views import EventView
from tests.cli.facade import Facade, Refusal


def _stream(facade: Facade, request: Request, _: Any) -> Response:
    if not facade.stream_works:
        raise Refusal(404, "There is nothing here.")
    wanted = request.query_params.getlist("task_id")
    after = request.headers.get("Last-Event-ID")
    position = int(after) if after else facade.last_event
    return StreamingResponse(_live(facade, wanted, position), media_type="text/event-stream")


async def _live(facade: Facade, wanted: list[str], position: int) -> AsyncIterator[str]:
    yield f": connected\r\nid: {position}\r\n\r\n"
    script = facade.scripts.popleft() if facade.scripts else None
    for step in (lambda: None, *(script or ())):
        step()
        for event in _events_after(facade, wanted, position):
            position = event.id
            # As the real one: not escaped, so the text may hold every kind of line separator.
            data = event.model_dump_json()
            yield f"id: {event.id}\r\nevent: task\r\ndata: {data}\r\n\r\n"
        if facade.tasks and step is RESYNC:
            yield 'event: resync\r\ndata: {"detail": "You missed events."}\r\n\r\n'
            position = facade.last_event
        if step is PING:
            facade.shown.clear()
            yield ": ping\r\n\r\n"
            await facade.shown.wait()
    if script is None:
        facade.idle_stream.set()
        await asyncio.Event().wait()


def RESYNC() -> None:
    """A step: the server has dropped events and says so."""


def PING() -> None:
    """A step: a sign of life; the next one follows when the client has looked at a task."""


def _events_after(facade: Facade, wanted: list[str], position: int) -> list[EventView]:
    events = [each for task in facade.tasks.values() for each in task.events]
    return sorted(
        (each for each in events if each.id > position and (not wanted or str(each.task_id) in wanted)),
        key=lambda each: each.id,
    )


def routes(noted: Callable[[Any], Any]) -> list[Route]:
    """For the facade, which notes what it is asked."""
    return [Route("/tasks/stream", noted(_stream))]
