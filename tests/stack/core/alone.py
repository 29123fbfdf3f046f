"""A Temporal namespace and a mirror of it that nobody else looks after: no process of ours runs beside the test."""

import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

from contracts.names import CORE_QUEUE, TASK_WORKFLOW
from contracts.tasks.work import TaskInput
from db.engine import make_engine
from tests.stack.temporal_side import TemporalSide
from tests.support.databases import cloned
from tests.support.servers import Servers
from workers.core.meters import Meters
from workers.core.mirror.reconciler import Reconciler
from workers.core.namespace import prepare_namespace

_INSERT = text("""
INSERT INTO tasks (id, workflow_id, type, capability, params, priority, created_by, status, retry, timeouts, run_id,
    created_at, updated_at)
VALUES (:id, :workflow_id, 'delay', 'delay', '{}', 50, 'a test', :status, '{"max_attempts": 1}',
    '{"heartbeat_seconds": 10, "attempt_seconds": 60}', :run_id, now() - interval '1 hour', now() - interval '1 hour')
""")


class Noting(Reconciler):
    """Remembers about which workflows it was asked."""

    def __init__(self, engine: AsyncEngine, client: Client) -> None:
        super().__init__(engine, client, Meters())
        self.asked: list[str] = []

    async def reconcile(self, workflow_id: str) -> None:
        self.asked.append(workflow_id)
        await super().reconcile(workflow_id)


@dataclass
class Alone:
    """Both sides, and whoever makes them equal."""

    engine: AsyncEngine
    client: Client
    temporal: TemporalSide
    reconciler: Noting = field(init=False)

    def __post_init__(self) -> None:
        self.reconciler = Noting(self.engine, self.client)

    async def start(self, workflow_id: str = "") -> str:
        """A workflow of a task without a row; nobody carries it on."""
        workflow_id = workflow_id or str(uuid.uuid4())
        await self.client.start_workflow(TASK_WORKFLOW, TaskInput(type="delay"), id=workflow_id, task_queue=CORE_QUEUE)
        return workflow_id

    async def row(self, workflow_id: str, status: str = "pending", run_id: str | None = None) -> None:
        """The row of a task that is an hour old."""
        values = {"id": workflow_id, "workflow_id": workflow_id, "status": status, "run_id": run_id}
        async with self.engine.begin() as connection:
            await connection.execute(_INSERT, values)

    async def both(self) -> str:
        """A task that waits, on both sides."""
        workflow_id = await self.start()
        await self.row(workflow_id)
        return workflow_id

    async def change(self, workflow_id: str, statement: str) -> None:
        """Run a statement about this row (``:id``)."""
        async with self.engine.begin() as connection:
            await connection.execute(text(statement), {"id": workflow_id})

    async def shown(self, workflow_id: str) -> Any:
        """Its row."""
        found = text("SELECT * FROM tasks WHERE workflow_id = :id")
        async with self.engine.connect() as connection:
            return (await connection.execute(found, {"id": workflow_id})).first()

    async def commands(self, workflow_id: str) -> Sequence[str]:
        """What is on its way to Temporal."""
        found = text("SELECT command FROM outbox WHERE task_id = :id ORDER BY id")
        async with self.engine.connect() as connection:
            return [row.command for row in await connection.execute(found, {"id": workflow_id})]

    async def mark(self, question: str) -> datetime:
        found = text("SELECT seen_until FROM watch_marks WHERE question = :question")
        async with self.engine.connect() as connection:
            mark: datetime = (await connection.execute(found, {"question": question})).scalar_one()
        return mark


@asynccontextmanager
async def alone(servers: Servers) -> AsyncIterator[Alone]:
    """Its own database and namespace until the block ends."""
    namespace = f"alone-{uuid.uuid4().hex[:12]}"
    client = await Client.connect(
        servers.temporal.address, namespace=namespace, data_converter=pydantic_data_converter, identity="a test"
    )
    await prepare_namespace(client, timedelta(days=1))
    with cloned(servers) as url:
        engine = make_engine(url, process="tests")
        temporal = TemporalSide(servers.temporal.address, namespace)
        try:
            yield Alone(engine, client, temporal)
        finally:
            temporal.close()
            await engine.dispose()
