"""How long tasks waited, over the time."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.http.as_core import take
from tests.support.facade import Api, Facade


def claimed(stack: Facade, id_: str, at: datetime, waited: float) -> None:
    """A worker had it then, after so many seconds."""
    name, worker_id, _ = stack.register(["echo"])
    take(stack, id_, name, worker_id)
    stack.execute("UPDATE task_attempts SET claimed_at = %s WHERE task_id = %s", at, id_)
    stack.execute("UPDATE tasks SET created_at = %s WHERE id = %s", at - timedelta(seconds=waited), id_)


def test_waits_are_told_by_the_hour(stack: Facade, api: Api) -> None:
    hour = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(hours=5)
    for waited in (10, 20, 30):
        claimed(stack, api.submit("echo"), hour + timedelta(minutes=59), waited)
    claimed(stack, api.submit("echo"), hour + timedelta(minutes=61), 7)
    # A person's answer is no wait for a worker.
    claimed(stack, api.submit("echo", needs_approval=True), hour, 3_000)
    told = {datetime.fromisoformat(each.pop("start")): each for each in api.http.get("/metrics/queue").json()["waits"]}
    assert len(told) == 24
    assert told[hour] == pytest.approx({"started": 3, "wait_p50_seconds": 20, "wait_p95_seconds": 29})
    assert told[hour + timedelta(hours=1)] == {"started": 1, "wait_p50_seconds": 7, "wait_p95_seconds": 7}
    assert told[hour + timedelta(hours=2)] == {"started": 0, "wait_p50_seconds": None, "wait_p95_seconds": None}
