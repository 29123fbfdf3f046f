"""Tasks that have failed, for tests of what is made of failures."""

import uuid
from collections.abc import Sequence
from typing import Any

from contracts.tasks.statuses import TaskStatus
from contracts.tasks.work import TaskFailure
from tests.http.as_core import count_failures, end, take
from tests.support.facade import Api, Facade

TYPE = "web_monitor"


class Failing:
    """Tasks with an error class of their own, so that nobody else's are in their groups."""

    def __init__(self, stack: Facade, api: Api) -> None:
        self.stack, self.api = stack, api
        self.error_type = f"Broken{uuid.uuid4().hex[:8]}X"
        self.worker, self.worker_id, _ = stack.register([TYPE])

    def fail(self, count: int, message: str, params: dict[str, Any] | None = None, type_: str = TYPE) -> list[str]:
        """So many more, with this message; {n} in it is the number of the task."""
        params = params or {"url": "https://example.com/failing"}
        ids = self.api.submit_many(count, type_, params)
        for n, id_ in enumerate(ids):
            self.end(id_, message.replace("{n}", str(n)))
        return ids

    def end(self, id_: str, message: str, round_: int = 0, status: TaskStatus = TaskStatus.FAILED) -> None:
        """This task has ended, at the worker."""
        run_id = take(self.stack, id_, self.worker, self.worker_id, round_)
        failed = status is TaskStatus.FAILED
        error = TaskFailure(type=self.error_type, message=message) if failed else None
        end(self.stack, id_, run_id, status, {} if not failed else None, error, round_)

    def groups(self, **query: Any) -> list[dict[str, Any]]:
        """Of these tasks, once core has counted; the largest first."""
        count_failures(self.stack)
        found = self.api.http.get("/failures", params={"limit": 200, **query})
        assert found.status_code == 200, found.text
        return [group for group in found.json()["groups"] if group["error_type"] == self.error_type]

    def group(self, **query: Any) -> dict[str, Any]:
        """The only one."""
        [group] = self.groups(**query)
        return group

    def do(self, cause: str, verb: str, **body: Any) -> dict[str, Any]:
        reply = self.api.http.post(f"/failures/{cause}/{verb}", json=body or None)
        assert reply.status_code < 300, reply.text
        return dict(reply.json())

    def detail(self, cause: str) -> dict[str, Any]:
        count_failures(self.stack)
        return dict(self.api.http.get(f"/failures/{cause}").json())

    def statuses(self, ids: Sequence[str]) -> list[str]:
        return [self.api.status(id_) for id_ in ids]
