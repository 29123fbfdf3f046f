"""What core says to Temporal about schedules: nobody waits for it meanwhile, and what they write then is not lost."""

import asyncio
import contextlib
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import cast

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection
from temporalio.api.workflowservice.v1 import DescribeScheduleResponse
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from contracts import names
from contracts.names import CONTROLS_CHANNEL
from db.engine import make_engine, plain_url
from db.listen import Listening
from db.schedules.schedules import claim_command, command_done, note_told, schedule_to_tell
from tests.http.schedules.made import schedule
from tests.stack.people import in_database
from tests.support.facade import Api, Facade
from workers.core.schedules.keeper import ScheduleKeeper

_CHANGE = text("UPDATE schedules SET definition = jsonb_set(definition, '{description}', '\"other\"') WHERE id = :id")
#: Every ten minutes, eleven times.
_PAST = {"start": "2026-05-04T08:00:00Z", "end": "2026-05-04T09:40:00Z"}
_PRINT = text("SELECT told_print FROM schedules WHERE id = :id")


class Silent:
    """A Temporal that is called and never answers."""

    def __init__(self) -> None:
        self.called = asyncio.Event()

    def get_schedule_handle(self, id_: str) -> SimpleNamespace:
        return SimpleNamespace(id=id_)

    async def silence(self, *_: object, **__: object) -> None:
        self.called.set()
        await asyncio.Event().wait()

    create_schedule = silence


class Starting(Silent):
    """A Temporal that takes every schedule, and starts so many runs before it falls silent."""

    def __init__(self, starts: int) -> None:
        super().__init__()
        self._starts = starts

    def get_schedule_handle(self, id_: str) -> SimpleNamespace:
        return SimpleNamespace(id=id_, describe=self.described)

    async def create_schedule(self, *_: object, **__: object) -> None:
        pass

    async def described(self, **_: object) -> SimpleNamespace:
        return SimpleNamespace(raw_description=DescribeScheduleResponse())

    async def start_workflow(self, *_: object, **__: object) -> None:
        if not self._starts:
            await self.silence()
        self._starts -= 1


class Breaking(Silent):
    """Our own words about one of them break on their way; of another one it never answers."""

    def __init__(self, broken: str) -> None:
        super().__init__()
        self._broken = broken

    async def create_schedule(self, *given: object, **_: object) -> None:
        if given[0] == self._broken:
            raise ValueError("a fault of ours")
        await self.silence()


class Running(Silent):
    """A Temporal that is told to run one, says this, and falls silent when it is told of a pause."""

    namespace = identity = "tests"

    def __init__(self, error: RPCError | None) -> None:
        super().__init__()
        self._error = error
        self.workflow_service = SimpleNamespace(patch_schedule=self.patched)

    def get_schedule_handle(self, id_: str) -> SimpleNamespace:
        return SimpleNamespace(id=id_, pause=self.silence)

    async def patched(self, *_: object, **__: object) -> None:
        if self._error is not None:
            raise self._error


def while_it_talks(stack: Facade, act: Callable[[], None], temporal: Silent | None = None) -> None:
    """Core has called Temporal, which does not answer any more."""
    temporal = temporal or Silent()

    async def run() -> None:
        engine = make_engine(stack.database_url, process="tests", pool_size=2)
        keeper = ScheduleKeeper(engine, cast(Client, temporal)).run(
            Listening(plain_url(stack.database_url), CONTROLS_CHANNEL)
        )
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


def test_one_about_which_we_break_keeps_no_other_from_being_told_and_says_so(stack: Facade, api: Api) -> None:
    stack.execute("DELETE FROM schedule_commands")
    broken, well = schedule(api)["id"], schedule(api)["id"]
    while_it_talks(stack, lambda: None, Breaking(names.schedule_id(uuid.UUID(broken))))
    left = stack.rows("SELECT schedule_id::text, tries > 0 AS tried FROM schedule_commands ORDER BY id")
    assert left == [{"schedule_id": broken, "tried": True}, {"schedule_id": well, "tried": True}]
    fault = "something went wrong on our side (ValueError). The log of core has the details."
    assert api.http.get(f"/schedules/{broken}").json()["note"] == f"Temporal does not take it: {fault}"


def told(stack: Facade, api: Api) -> str:
    """A schedule that Temporal knows, and no other word is on its way."""
    id_ = str(schedule(api)["id"])
    stack.execute("DELETE FROM schedule_commands")
    stack.execute("UPDATE schedules SET told_at = now() WHERE id = %s", id_)
    return id_


def commands(stack: Facade, id_: str) -> list[tuple[str, list[str]]]:
    """The words about it, each with the moments that are left."""
    rows = stack.rows("SELECT verb, content FROM schedule_commands WHERE schedule_id = %s ORDER BY id", id_)
    return [(row["verb"], [each[11:16] for each in row["content"].get("moments", [])]) for row in rows]


@pytest.mark.parametrize("error", [None, RPCError("not found", RPCStatusCode.NOT_FOUND, b"")], ids=["there", "gone"])
def test_a_run_is_told_once_also_of_one_that_was_deleted_there(stack: Facade, api: Api, error: RPCError | None) -> None:
    """What is said after it would wait for ever. Temporal, which names runs by the second, would drop a second one."""
    id_ = told(stack, api)
    for word in ("run", "pause"):
        assert api.http.post(f"/schedules/{id_}/{word}", json={}).is_success
    while_it_talks(stack, lambda: None, Running(error))
    assert commands(stack, id_) == [("pause", [])]
    # Its row is not there yet. Two seconds that take as long as the machine likes:
    for hours, status in ((1, 409), (-2, 202)):
        stack.execute("UPDATE schedules SET run_told_at = run_told_at + %s WHERE id = %s", timedelta(hours=hours), id_)
        assert api.http.post(f"/schedules/{id_}/run").status_code == status


def test_one_that_temporal_does_not_take_is_not_told_to_run(stack: Facade, api: Api) -> None:
    id_ = schedule(api)["id"]
    stack.execute("UPDATE schedules SET problem = 'no such zone' WHERE id = %s", id_)
    refused = api.http.post(f"/schedules/{id_}/run")
    assert (refused.status_code, refused.json()["detail"]) == (
        409,
        "It cannot run: Temporal does not take this schedule. Write it anew first. Temporal says: no such zone",
    )
    stack.execute("UPDATE schedules SET problem = '' WHERE id = %s", id_)
    assert api.http.post(f"/schedules/{id_}/run").status_code == 202


def test_a_backfill_goes_on_where_it_was(stack: Facade, api: Api) -> None:
    id_ = told(stack, api)
    assert api.http.post(f"/schedules/{id_}/backfill", json=_PAST).json()["runs"] == 11
    assert api.http.post(f"/schedules/{id_}/pause", json={}).is_success
    while_it_talks(stack, lambda: None, Starting(10))
    assert commands(stack, id_) == [("backfill", ["09:40"]), ("pause", [])]


def test_that_temporal_was_told_is_noted_before_what_was_due_meanwhile_is_started(stack: Facade, api: Api) -> None:
    id_ = schedule(api)["id"]
    stack.execute("DELETE FROM schedule_commands WHERE schedule_id <> %s", id_)
    ago = (datetime.now(UTC) - timedelta(minutes=35)).isoformat()
    stack.execute("UPDATE schedule_commands SET content = jsonb_set(content, '{since}', to_jsonb(%s::text))", ago)
    while_it_talks(stack, lambda: None, Starting(0))
    [row] = stack.rows("SELECT told_at IS NOT NULL AS told FROM schedules WHERE id = %s", id_)
    [left] = stack.rows("SELECT content FROM schedule_commands WHERE schedule_id = %s", id_)
    assert row["told"]
    assert left["content"]["is_backfill"] is False
    assert len(left["content"]["moments"]) in (3, 4)


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
