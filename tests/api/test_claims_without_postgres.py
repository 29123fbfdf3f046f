"""A bot asks while Postgres is away: what it cannot be handed goes back as it was, and nothing more is taken for it."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import grpc
import grpc.aio
import pytest
import temporalio.api.common.v1 as common

from api.bots.bot import Bot
from api.bots.claims import Claims
from api.bots.gateway_client import Gateway
from api.bots.waiting_queues import WaitingQueues
from contracts.settings import ServerSettings
from contracts.tasks.work import WorkItem
from db.engine import make_engine
from db.session import Database, Unavailable
from runtime.upstream import SERVICE
from tests.api.test_gateway_calls import KEYS
from tests.api.test_hands_full import Temporal, Worker

QUEUE = "a"


class Postgres:
    """Takes connections and says nothing, or ends each at once."""

    def __init__(self, *, is_silent: bool) -> None:
        self.was_asked = asyncio.Semaphore(0)
        self._is_silent = is_silent

    @asynccontextmanager
    async def served(self) -> AsyncIterator[int]:
        """The port."""
        async with await asyncio.start_server(self._take, "127.0.0.1") as server:
            yield server.sockets[0].getsockname()[1]

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.was_asked.release()
        if self._is_silent:
            with suppress(asyncio.CancelledError):
                await reader.read()  # until nobody asks any more
        writer.close()


@asynccontextmanager
async def gateway_of(worker: Worker) -> AsyncIterator[int]:
    """The port of a gateway that knows one worker."""

    class Door:
        def service(self, details: grpc.HandlerCallDetails) -> grpc.RpcMethodHandler:
            async def answer(raw: bytes, _: grpc.aio.ServicerContext) -> bytes:
                return await worker.send(details.method.removeprefix(SERVICE), raw)

            return grpc.unary_unary_rpc_method_handler(answer)

    server = grpc.aio.server(handlers=[Door()])
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    try:
        yield port
    finally:
        await server.stop(None)


@asynccontextmanager
async def asking(worker: Worker, postgres: Postgres) -> AsyncIterator[tuple[Claims, Bot]]:
    """Claims of an API between the two."""
    async with postgres.served() as postgres_port, gateway_of(worker) as port:
        url = f"postgresql://nobody@127.0.0.1:{postgres_port}/none"
        settings = ServerSettings.model_validate(
            {"database_url": url, "jwt_secret": "x" * 32, "lease_secret": "x", "gateway_port": port}
        )
        gateway, engine = Gateway(settings), make_engine(url, process="tests")
        database = Database(engine)
        yield (
            Claims(database, gateway, WaitingQueues(database), KEYS),
            Bot(worker.id, "bot", (QUEUE,), "key"),
        )
        await gateway.close()
        await engine.dispose()


def submit(temporal: Temporal, max_attempts: int) -> None:
    task = temporal.add(QUEUE, max_attempts)
    item = WorkItem(task_id=str(uuid.uuid4()), round=0, params={}, submitted_at="2026-11-30T00:00:00Z")
    task.input.CopyFrom(common.Payloads(payloads=[common.Payload(data=item.model_dump_json().encode())]))


@pytest.mark.parametrize("max_attempts", [1, 3])
async def test_it_costs_no_attempt_and_nothing_more_is_taken(max_attempts: int) -> None:
    worker = Worker(most=2)
    async with asking(worker, Postgres(is_silent=False)) as (claims, bot):
        for _ in range(3):
            submit(worker.temporal, max_attempts)
            with pytest.raises(Unavailable):
                await claims.take(bot, [QUEUE], 2)
    assert worker.temporal.handed_back() == [(max_attempts + 1, "HandedBack")]
    assert worker.temporal.asked == [QUEUE]


async def test_a_bot_that_hangs_up_meanwhile_costs_no_attempt() -> None:
    worker, postgres = Worker(most=2), Postgres(is_silent=True)
    async with asking(worker, postgres) as (claims, bot):
        submit(worker.temporal, max_attempts=1)
        taking = asyncio.create_task(claims.take(bot, [QUEUE], 2))
        async with asyncio.timeout(20):
            # Who serves whom, for which no claim waits long, and then what was handed out.
            await postgres.was_asked.acquire()
            await postgres.was_asked.acquire()
        taking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await taking
    assert worker.temporal.handed_back() == [(2, "HandedBack")]
