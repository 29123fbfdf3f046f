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

from api.events.confined import ConfinedListener, visible
from api.events.hub import REPLAY_LIMIT, Heard, Listener, Told
from api.security.principal import MemberReader, still_signed_in
from api.state import Services, State
from contracts.workspaces.names import WorkspaceName
from db.tasks.event_places import Place, events_behind, events_since
from db.workspaces.scope import current_scope, seeing_everything

router = APIRouter(prefix="/tasks", tags=["tasks"])

_PING_SECONDS = 15
#: How often it is asked whether the caller may still listen.
_CHECK_SECONDS = 2.0
#: After so much silence a beat follows. A browser's EventSource sees no comments: without one it takes a connection
#: that is dead, as after a change of the network, for one on which nothing happens.
_BEAT_SECONDS = 10.0
_EVENT_ID = re.compile(r"[0-9]{1,18}", re.ASCII)
_RESYNC = ServerSentEvent(event="resync", data='{"detail": "You missed events. Load your tasks again."}').encode()


@router.get("/stream", summary="Stream changes of tasks as they happen (Server-Sent Events)")
async def stream(
    request: Request,
    caller: MemberReader,
    state: Services,
    task_id: Annotated[list[uuid.UUID] | None, Query(description="Only these tasks; default is all")] = None,
    workspace: Annotated[WorkspaceName | None, Query(description="Only what belongs to it")] = None,
    last_event_id: Annotated[str | None, Header()] = None,
) -> EventSourceResponse:
    """`id:` says how far the stream has come. Send the last one as `Last-Event-ID` to go on where it broke. For the
    stream of one task, the `id` in the data of an event will do as well.

    What happens to schedules comes as `schedule`. An event `resync` instead means: too much was missed, load the tasks
    again. `beat` means: until now you have heard all of it. It comes first, after what was missed, and then in every
    silence of ten seconds. The stream ends when the credentials do.
    """
    given = last_event_id or ""
    after = int(given) if _EVENT_ID.fullmatch(given) else Place.parse(given)
    return EventSourceResponse(
        _events(state, task_id, after, lambda: still_signed_in(request, caller), workspace),
        ping=_PING_SECONDS,
        headers={"Cache-Control": "no-cache, no-transform", "X-Accel-Buffering": "no"},
    )


async def _events(
    state: State,
    task_ids: Sequence[uuid.UUID] | None,
    after: Place | int | None,
    may_listen: Callable[[], Awaitable[bool]],
    workspace: str | None = None,
) -> AsyncIterator[bytes]:
    # Of most callers nothing is asked: they see all that the hub hands out.
    is_part = workspace is not None or current_scope() is not None
    await state.hub.ready()
    with state.hub.listen(task_ids) as listener:
        # The client knows that it is connected, and from where it will go on, before anything happens.
        place = state.hub.place
        yield ServerSentEvent(comment="connected", id=str(place if after is None else after)).encode()
        if after is not None:
            for event in await _missed(state, task_ids, after, place, workspace):
                yield event
        yield _beat(place)
        source = ConfinedListener(listener, state.database, workspace) if is_part else listener
        async with contextlib.aclosing(_while_allowed(source, may_listen)) as heard:
            async for live in heard:
                # In silence nothing waits to be sent: what was handed out has arrived.
                yield _beat(state.hub.place) if live is None else live


async def _while_allowed(
    source: Listener | ConfinedListener,
    may_listen: Callable[[], Awaitable[bool]],
    beat_after: float = _BEAT_SECONDS,
) -> AsyncGenerator[bytes | None, None]:
    """What is heard, all that is there at once, and None in the silence, until its caller is signed in no more."""
    checked_at = said_at = time.monotonic()
    while True:
        try:
            async with asyncio.timeout(_CHECK_SECONDS):
                heard = await source.some()
        except TimeoutError:
            if source.is_empty() and time.monotonic() - said_at >= beat_after:
                said_at = time.monotonic()
                yield None
        else:
            said_at = time.monotonic()
            yield b"".join(map(_piece, heard))
        if time.monotonic() - checked_at >= _CHECK_SECONDS:
            if not await may_listen():
                return
            checked_at = time.monotonic()


async def _missed(
    state: State,
    task_ids: Sequence[uuid.UUID] | None,
    after: Place | int,
    place: Place,
    workspace: str | None,
) -> list[bytes]:
    limit = REPLAY_LIMIT + 1
    # Of everybody's, also for those who see a part of them: to look for so many of a part might never end.
    with seeing_everything():
        async with asyncio.timeout(10), state.database.transaction() as connection:
            if isinstance(after, int):
                events = await events_behind(connection, after, place, limit, task_ids=task_ids)
            else:
                events, now = await events_since(connection, after, limit, until=place, task_ids=task_ids)
                # A place in the future is one in a database that this one was not made from: it says nothing.
                if after.following > now.following:
                    return [_RESYNC]
    if len(events) > REPLAY_LIMIT:
        return [_RESYNC]
    if workspace is not None or current_scope() is not None:
        seen = await visible(state.database, [each.id for each in events], workspace)
        events = [each for each in events if each.id in seen]
    # Whoever breaks off in between is given all of it again.
    return [_written(Told(event), place if event is events[-1] else after) for event in events]


def _beat(place: Place) -> bytes:
    return ServerSentEvent(id=str(place), event="beat", data="{}").encode()


def _piece(heard: Heard | None) -> bytes:
    return _RESYNC if heard is None else _written(heard.told, heard.place)


def _written(told: Told, place: Place | int) -> bytes:
    """As `ServerSentEvent` would write it, which takes four times as long (*measured*)."""
    kind = "task" if told.event.schedule_id is None else "schedule"
    return f"id: {place}\r\nevent: {kind}\r\ndata: {told.line}\r\n\r\n".encode()
