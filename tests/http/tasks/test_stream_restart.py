"""What a client hears that is back before a restarted API has read its first event."""

import asyncio
import json
import re
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from api.bots.wiring import make_bots
from api.events.hub import Hub, Listener, Told
from api.routes.tasks.stream import _events, _while_allowed
from api.security.known_keys import KnownKeys
from api.security.known_sessions import KnownSessions
from api.security.known_users import KnownUsers
from api.security.session_cookie import SessionCookie
from api.state import State
from contracts.settings import ServerSettings
from contracts.tasks.statuses import TaskStatus
from contracts.tasks.views import EventView
from db.engine import make_engine, plain_url
from db.session import Database
from db.tasks.event_places import Place
from db.tasks.submission import SubmissionWriter
from tests.support.facade import Api, Facade


async def test_it_misses_nothing(stack: Facade, api: Api) -> None:
    """After a restart all clients are back at once: the API must know where it stands before it answers them."""
    id_ = api.submit("web_monitor", {"url": "https://example.com/restart"})
    [created] = event_ids(api, id_)
    api.command(id_, "cancel")
    expected = event_ids(api, id_)[1:]
    async with fresh_api(stack) as (state, start_reading):
        messages = _events(state, [uuid.UUID(id_)], created, always)
        first = asyncio.ensure_future(anext(messages))
        await asyncio.wait([first], timeout=0.1)
        start_reading()
        await first
        later = api.command(id_, "notes", text="after the restart")
        assert later.status_code == 201
        replies = [read(await asyncio.wait_for(anext(messages), 5)) for _ in range(len(expected) + 2)]
        assert [kind for ((kind, _),) in replies] == [*("task" for _ in expected), "beat", "task"]
        heard = [data["id"] for ((kind, data),) in replies if kind == "task"]
    assert heard[:-1] == expected


async def test_what_is_there_is_sent_in_one_piece_and_written_once_for_all_who_hear_it() -> None:
    """An event by itself costs the API and its client as much as ten that come together."""
    events = [Told(event(number)) for number in range(3)]
    streams = [Listener(None), Listener(None)]
    for each in streams:
        each.offer(events, Place(1, 1), Place(2, 2))
    pieces = []
    for each in streams:
        async with aclosing(_while_allowed(each, always)) as heard:
            pieces.append(await anext(heard))
    assert pieces[0] == pieces[1]
    assert [(kind, data["id"]) for kind, data in read(pieces[0])] == [("task", 0), ("task", 1), ("task", 2)]
    # Whoever breaks off in between is given all of it again.
    assert re.findall(rb"id: (\S+)", pieces[0] or b"") == [b"1:1:", b"1:1:", b"2:2:"]
    assert all("line" in vars(each) for each in events)


async def test_silence_is_told_from_a_dead_connection() -> None:
    """A browser sees no comments, so there are beats; never before something that waits to be sent."""
    listener = Listener(None)
    async with aclosing(_while_allowed(listener, always, beat_after=0)) as heard:
        assert await anext(heard) is None
        listener.overrun()
        assert [kind for kind, _ in read(await anext(heard))] == ["resync"]


@asynccontextmanager
async def fresh_api(stack: Facade) -> AsyncIterator[tuple[State, Callable[[], None]]]:
    """What a new API process has in its first milliseconds, and the call that lets it read events."""
    engine = make_engine(stack.database_url, process="tests", pool_size=2)
    secrets = {"jwt_secret": "x" * 32, "lease_secret": "x"}
    settings = ServerSettings.model_validate({"database_url": stack.database_url, **secrets})
    hub = Hub()
    reading: list[asyncio.Task[None]] = []

    def start_reading() -> None:
        reading.append(asyncio.create_task(hub.run(plain_url(stack.database_url))))

    try:
        database = Database(engine)
        bots = make_bots(settings, database)
        sessions, cookie = KnownSessions(database, settings.session_idle), SessionCookie.of(settings)
        keys, users = KnownKeys(database), KnownUsers(database)
        submissions = SubmissionWriter(stack.database_url, process="tests")
        yield State(settings, database, submissions, hub, keys, users, sessions, cookie, bots), start_reading
        await bots.close()
    finally:
        for task in reading:
            task.cancel()
        await asyncio.gather(*reading, return_exceptions=True)
        await engine.dispose()


def read(piece: bytes | None) -> list[tuple[str, dict[str, Any]]]:
    """Kind and data of the events in a piece of a stream."""
    found = re.findall(r"event: (\w+)\r\ndata: (.*)\r\n\r\n", (piece or b"").decode())
    return [(kind, json.loads(data)) for kind, data in found]


def event(id_: int) -> EventView:
    return EventView(
        id=id_,
        task_id=uuid.uuid4(),
        type="note",
        status=TaskStatus.RUNNING,
        round=0,
        attempt=None,
        worker_id=None,
        actor=None,
        details={"text": "two\nlines"},
        created_at=datetime.now(UTC),
    )


async def always() -> bool:
    """The caller stays signed in."""
    return True


def event_ids(api: Api, id_: str) -> list[int]:
    return [each["id"] for each in api.http.get(f"/tasks/{id_}/events").json()["events"]]
