"""What core says to Temporal about schedules: nobody waits for it meanwhile, and what they write then is not lost."""

import asyncio
import contextlib
import uuid
from collections.abc import Callable
from types import SimpleNamespace
from typing import cast

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection
from temporalio.client import Client

from db.engine import make_engine, plain_url
from db.schedules.schedules import claim_command, command_done, note_told, schedule_to_tell
from tests.http.schedules.made import schedule
from tests.stack.people import in_database
from tests.support.facade import Api, Facade
from workers.core.schedules.keeper import ScheduleKeeper

_CHANGE = text("UPDATE schedules SET definition = jsonb_set(definition, '{description}', '\"other\"') WHERE id = :id")
_PRINT = text("SELECT told_print FROM schedules WHERE id = :id")


class Silent:
    """A Temporal that is called and never answers."""

    def __init__(self) -> None:
        self.called = asyncio.Event()

    def get_schedule_handle(self, id_: str) -> SimpleNamespace:
        return SimpleNamespace(id=id_)

    async def create_schedule(self, *_: object, **__: object) -> None:
        self.called.set()
        await asyncio.Event().wait()


def while_it_talks(stack: Facade, act: Callable[[], None]) -> None:
    """Core has called Temporal, which does not answer."""

    async def run() -> None:
        engine, temporal = make_engine(stack.database_url, process="tests", pool_size=2), Silent()
        keeper = ScheduleKeeper(engine, cast(Client, temporal)).run(plain_url(stack.database_url))
        talking = asyncio.create_task(keeper)
        try:
            async with asyncio.timeout(60):
                await temporal.called.wait()
            await asyncio.to_thread(act)
        finally:
            talking.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await talking
            await engine.dispose()

    asyncio.run(run())


def test_nobody_waits_for_a_schedule_while_temporal_does_not_answer(stack: Facade, api: Api) -> None:
    stack.execute("DELETE FROM schedule_commands")
    id_ = schedule(api)["id"]

    def act() -> None:
        stack.execute("SELECT 1 FROM schedules WHERE id = %s FOR UPDATE NOWAIT", id_)
        assert api.http.post(f"/schedules/{id_}/pause", json={}).status_code == 200

    while_it_talks(stack, act)
    verbs = stack.rows("SELECT verb FROM schedule_commands WHERE schedule_id = %s ORDER BY id", id_)
    assert [each["verb"] for each in verbs] == ["put", "pause"]


def test_one_that_cannot_be_read_keeps_no_other_from_being_told(stack: Facade, api: Api) -> None:
    stack.execute("DELETE FROM schedule_commands")
    broken, well = schedule(api)["id"], schedule(api)["id"]
    stack.execute("UPDATE schedules SET definition = '[]' WHERE id = %s", broken)
    # That Temporal is called at all is for the other one.
    while_it_talks(stack, lambda: None)
    left = stack.rows("SELECT schedule_id::text, tries > 0 AS tried FROM schedule_commands ORDER BY id")
    assert left == [{"schedule_id": broken, "tried": True}, {"schedule_id": well, "tried": True}]
    api.http.delete(f"/schedules/{broken}")


def test_what_was_written_anew_meanwhile_is_not_taken_for_told(stack: Facade, api: Api) -> None:
    id_ = uuid.UUID(schedule(api)["id"])

    async def act(connection: AsyncConnection) -> list[str | None]:
        prints = []
        row = await schedule_to_tell(connection, id_)
        await connection.execute(_CHANGE, {"id": id_})
        for known in (row, await schedule_to_tell(connection, id_)):
            assert known is not None
            await note_told(connection, id_, known["digest"], "print", None)
            prints.append((await connection.execute(_PRINT, {"id": id_})).scalar())
        return prints

    assert in_database(stack, act) == [None, "print"]


def test_a_claim_that_has_ended_is_nobodys_any_more(stack: Facade, api: Api) -> None:
    stack.execute("DELETE FROM schedule_commands")
    id_ = schedule(api)["id"]
    api.http.post(f"/schedules/{id_}/pause", json={})

    async def act(connection: AsyncConnection) -> list[bool]:
        first = await claim_command(connection, 60)
        # The next word waits for the one before it.
        assert await claim_command(connection, 60) is None
        await connection.execute(text("UPDATE schedule_commands SET next_try_at = now()"))
        again = await claim_command(connection, 60)
        assert first is not None
        assert again is not None
        assert again["id"] == first["id"]
        return [await command_done(connection, each["id"], each["tries"]) for each in (first, again)]

    assert in_database(stack, act) == [False, True]
