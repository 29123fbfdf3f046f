"""Live events for programs, as Server-Sent Events."""

import asyncio
import contextlib
import re
import time
import uuid
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Sequence
from typing import Annotated

from fastapi import APIRouter, Header, Query, Request
from sse_starlette import EventSourceResponse, ServerSentEvent

from api.events.hub import REPLAY_LIMIT, Listener
from api.security.principal import Reader, still_signed_in
from api.state import Services, State
from contracts.tasks.views import EventView
from db.tasks.events import events_after

router = APIRouter(prefix="/tasks", tags=["tasks"])

_PING_SECONDS = 15
#: How often it is asked whether the caller may still listen.
_CHECK_SECONDS = 2.0
_EVENT_ID = re.compile(r"[0-9]{1,18}")
_RESYNC = ServerSentEvent(event="resync", data='{"detail": "You missed events. Load your tasks again."}')


@router.get("/stream", summary="Stream changes of tasks as they happen (Server-Sent Events)")
async def stream(
    request: Request,
    _: Reader,
    state: Services,
    task_id: Annotated[list[uuid.UUID] | None, Query(description="Only these tasks; default is all")] = None,
    last_event_id: Annotated[str | None, Header()] = None,
) -> EventSourceResponse:
    """`id:` is the event's id. Send the last one as `Last-Event-ID` to go on where the connection broke.

    An event `resync` instead of `task` means: too much was missed, load the tasks again. The stream ends when the
    credentials do.
    """
    known = _EVENT_ID.fullmatch(last_event_id or "")
    after = int(known[0]) if known else None
    return EventSourceResponse(
        _events(state, task_id, after, lambda: still_signed_in(request)),
        ping=_PING_SECONDS,
        headers={"Cache-Control": "no-cache, no-transform", "X-Accel-Buffering": "no"},
    )


async def _events(
    state: State, task_ids: Sequence[uuid.UUID] | None, after: int | None, may_listen: Callable[[], Awaitable[bool]]
) -> AsyncIterator[ServerSentEvent]:
    await state.hub.ready()
    with state.hub.listen(task_ids) as listener:
        # The client knows that it is connected, and from where it will go on, before anything happens.
        position = state.hub.position
        yield ServerSentEvent(comment="connected", id=str(position if after is None else min(after, position)))
        if after is not None:
            for event in await _missed(state, task_ids, after, position):
                yield event
        async with contextlib.aclosing(_while_allowed(listener, may_listen)) as heard:
            async for live in heard:
                if live is None:
                    yield _RESYNC
                elif live.id > position:
                    yield _sse(live)


async def _while_allowed(
    listener: Listener, may_listen: Callable[[], Awaitable[bool]]
) -> AsyncGenerator[EventView | None, None]:
    """What the listener gets, until its caller is signed in no more."""
    checked_at = time.monotonic()
    while True:
        try:
            yield await asyncio.wait_for(listener.queue.get(), _CHECK_SECONDS)
        except TimeoutError:
            pass
        if time.monotonic() - checked_at >= _CHECK_SECONDS:
            if not await may_listen():
                return
            checked_at = time.monotonic()


async def _missed(
    state: State, task_ids: Sequence[uuid.UUID] | None, after: int, position: int
) -> list[ServerSentEvent]:
    async with asyncio.timeout(10), state.database.transaction() as connection:
        events = await events_after(connection, after, REPLAY_LIMIT + 1, until=position, task_ids=task_ids)
    if len(events) > REPLAY_LIMIT:
        return [_RESYNC]
    return [_sse(event) for event in events]


def _sse(event: EventView) -> ServerSentEvent:
    return ServerSentEvent(id=str(event.id), event="task", data=event.model_dump_json())
