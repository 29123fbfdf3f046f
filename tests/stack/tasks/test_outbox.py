"""One command that cannot be carried out is that command's own: core goes on, and so does every other task."""

import json
import uuid
from collections.abc import Iterator

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from db.people.first_people import ensure_user, user_key
from tests.stack.harness import Api, RunningStack, eventually
from tests.stack.people import in_database

#: Nobody does these tasks: they wait.
WAITS = ("web_monitor", {"url": "https://example.com/outbox"})


@pytest.fixture(autouse=True)
def core_goes_on(stack: RunningStack, api: Api) -> Iterator[None]:
    before = stack.restarts("core")
    yield
    is_started(stack, api.submit(*WAITS))
    assert stack.restarts("core") == before


def is_started(stack: RunningStack, id_: str) -> None:
    eventually(lambda: not commands(stack, id_), 10, "nothing of it is left in the outbox")
    assert stack.temporal_side.exists(id_)


def commands(stack: RunningStack, id_: str) -> list[str]:
    return [row["command"] for row in stack.rows("SELECT command FROM outbox WHERE task_id = %s", id_)]


def command(stack: RunningStack, id_: str, word: str, payload: object, *, due: str = "0") -> None:
    stack.execute(
        "INSERT INTO outbox (task_id, command, payload, next_try_at) VALUES (%s, %s, %s, now() + %s::interval)",
        id_, word, json.dumps(payload), due,
    )  # fmt: skip


def test_a_rule_that_nobody_can_read_ends_nothing_in_core(stack: RunningStack, api: Api) -> None:
    """A rule that is too deep to be read at all, as only an admin of the database can write it."""
    deep = "[" * 3_000 + "]" * 3_000
    stack.execute("INSERT INTO alert_rules (name, body, origin, changed_by) VALUES ('broken', %s, 'api', 'test')", deep)
    try:
        eventually(lambda: "the alert rule broken cannot be used" in stack.log("core"), 10, "it was looked at")
        id_ = api.submit(*WAITS)
        is_started(stack, id_)
        assert api.status(id_) == "pending"
    finally:
        stack.execute("DELETE FROM alert_rules WHERE name = 'broken'")


@pytest.mark.parametrize(
    "damage",
    [
        {"retry": {"max_attempts": "many"}},
        {"timeouts": {"attempt_seconds": -1}},
        {"approval": {"seconds": "long"}},
        {"params": ["no", "object"]},
        {"type": "removed_type"},
    ],
    ids=lambda damage: next(iter(damage)),
)
def test_a_task_whose_row_cannot_be_used_fails_with_a_sentence(
    stack: RunningStack, api: Api, damage: dict[str, object]
) -> None:
    like, id_ = api.submit(*WAITS), str(uuid.uuid4())
    changed = {"id": id_, "workflow_id": id_, **damage}
    stack.execute(
        """
        WITH made AS (
            INSERT INTO tasks SELECT (jsonb_populate_record(tasks, %s::jsonb)).* FROM tasks WHERE id = %s RETURNING id
        )
        INSERT INTO outbox (task_id, command) SELECT id, 'start' FROM made
        """,
        json.dumps(changed), like,
    )  # fmt: skip
    eventually(lambda: stack.rows("SELECT 1 FROM tasks WHERE id = %s AND status = 'failed'", id_), 10, "it has failed")
    [row] = stack.rows("SELECT error FROM tasks WHERE id = %s", id_)
    assert row["error"]["type"] == "NotStartable"
    assert "cannot be started" in row["error"]["message"]
    eventually(lambda: not commands(stack, id_), 10, "its command is gone")


@pytest.mark.parametrize(
    ("word", "payload"), [("dance", {}), ("reprioritise", {}), ("reprioritise", {"priority": "x"}), ("decide", {})]
)
def test_a_command_that_cannot_be_used_is_given_up(
    stack: RunningStack, api: Api, word: str, payload: dict[str, object]
) -> None:
    id_ = api.submit(*WAITS)
    command(stack, id_, word, payload)
    is_started(stack, id_)
    assert api.status(id_) == "pending"


def test_a_cancel_needs_no_readable_task_and_does_not_wait_behind_another_command(
    stack: RunningStack, api: Api
) -> None:
    id_ = api.submit(*WAITS)
    is_started(stack, id_)
    stack.execute('UPDATE tasks SET retry = \'{"max_attempts": "many"}\' WHERE id = %s', id_)
    # Refused by Temporal again and again, as far as anybody can see.
    command(stack, id_, "reprioritise", {"priority": 10}, due="1 hour")
    command(stack, id_, "cancel", {"round": 0})
    eventually(lambda: stack.rows("SELECT 1 FROM tasks WHERE id = %s AND status = 'cancelled'", id_), 10, "it is over")
    # Commands are ticked off in company, a moment after they were carried out.
    eventually(lambda: len(commands(stack, id_)) == 1, 10, "the cancel is ticked off")
    left = stack.rows("SELECT command FROM outbox WHERE task_id = %s", id_)
    assert [row["command"] for row in left] == ["reprioritise"]
    stack.execute("DELETE FROM outbox WHERE task_id = %s", id_)


def test_a_cancel_that_is_late_leaves_the_next_round_alone(stack: RunningStack, api: Api) -> None:
    id_ = api.submit(*WAITS)
    is_started(stack, id_)
    api.command(id_, "cancel")
    api.wait_for(id_, "cancelled")
    assert api.command(id_, "retry").json()["retry_count"] == 1
    is_started(stack, id_)
    command(stack, id_, "cancel", {"round": 0})
    eventually(lambda: not commands(stack, id_), 10, "the late cancel is gone")
    described = stack.temporal_side.history(id_).events
    assert not [event for event in described if event.HasField("workflow_execution_cancel_requested_event_attributes")]
    assert api.status(id_) == "pending"


def test_a_person_with_a_long_name_can_have_tasks_done(stack: RunningStack) -> None:
    """Temporal takes 64 bytes of a fairness key, and our names may have a hundred letters of four bytes."""

    async def make(connection: AsyncConnection) -> str:
        id_, _ = await ensure_user(connection, "𐐀" * 92 + uuid.uuid4().hex[:8], "operator", "no password")
        return await user_key(connection, id_, "tests")

    with Api(stack.api_url, in_database(stack, make)) as person, stack.worker("echo"):
        assert person.wait_for(person.submit("echo", {"message": "long"}))["error"] is None
