"""What workers deliver for tasks of workspaces, where no worker runs."""

import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.records.exchange import Material, MaterialQuery, StoreReply
from contracts.records.rows import RecordKind
from contracts.tasks.statuses import TaskStatus
from contracts.tasks.work import Lease, TaskFailure
from services.records.material import read_material
from services.records.storing import store
from tests.http.as_core import end, take
from tests.stack.people import in_database
from tests.support.facade import Api, Facade


class Held:
    """A task that a worker holds."""

    def __init__(
        self, stack: Facade, submitter: Api, task_type: str, params: dict[str, Any], workspace: str | None = None
    ) -> None:
        said = {"workspace": workspace} if workspace else {}
        self.id = submitter.submit(task_type, params, **said)
        self._stack = stack
        self._run_id = take(stack, self.id, "w", None)
        holder = {"worker_id": str(uuid.uuid4()), "run_id": self._run_id}
        self._lease = Lease(**holder, workflow_id=self.id, attempt=1, round=0)

    def delivers(self, kind: RecordKind, *rows: dict[str, Any]) -> StoreReply:
        async def act(connection: AsyncConnection) -> StoreReply:
            return await store(connection, uuid.UUID(self.id), self._lease, kind, rows)

        return in_database(self._stack, act)

    def reads(self, **query: Any) -> list[dict[str, Any]]:
        async def act(connection: AsyncConnection) -> Material:
            wanted = MaterialQuery.model_validate(query)
            return await read_material(connection, uuid.UUID(self.id), self._lease, wanted)

        return in_database(self._stack, act).records

    def succeeds(self, result: dict[str, Any]) -> None:
        end(self._stack, self.id, self._run_id, TaskStatus.SUCCEEDED, result)

    def fails(self) -> None:
        error = TaskFailure(type="Broken", message="It broke.")
        end(self._stack, self.id, self._run_id, TaskStatus.FAILED, error=error)


def post(ticker: str, id_: str, title: str, **fields: Any) -> dict[str, Any]:
    said = {"subreddit": "stocks", "body": "", "permalink": "/p", "created_utc": "2026-02-01T00:00:00Z"}
    return {"ticker": ticker, "reddit_id": id_, "title": title, **said, **fields}


def crawled(
    stack: Facade, submitter: Api, ticker: str, rows: Sequence[dict[str, Any]], workspace: str | None = None
) -> Held:
    """A crawl that has stored these posts, and is still held."""
    task = Held(stack, submitter, "reddit_crawl", {"ticker": ticker}, workspace)
    task.delivers(RecordKind.REDDIT_POSTS, *rows)
    return task
