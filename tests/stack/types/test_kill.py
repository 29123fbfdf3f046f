"""kill -9 halfway, for every task type: another worker ends the task, and the rows are those of a clean run.

Each task is stopped where it is known to be: the sandbox takes one of its requests and does not answer.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.faults import cells
from tests.faults.case import Case
from tests.faults.table import CASES
from tests.sandbox_server import running_sandbox
from tests.stack.harness import RunningStack
from tests.stack.types.killing import Killing

#: All of it happens in the set-up of the first test.
pytestmark = pytest.mark.timeout(400)

#: One provider is enough here: what differs between them is tried in `tests/faults/`.
CHOSEN = [case for case in CASES if case.source != "anthropic"]


@pytest.fixture(scope="module")
def killing(stack: RunningStack) -> Iterator[Killing]:
    """After one killing for all types. Its sources' data ends today, since X reaches back seven days from now."""
    stack.wait_until_ready()
    today = datetime.now(UTC).date()
    with running_sandbox(today=today) as sandbox:
        killing = Killing(stack, sandbox, CHOSEN, today)
        killing.play()
        yield killing


def row(case: Case) -> Any:
    return pytest.param(case, id=case.task_type, marks=pytest.mark.cell(case.task_type, cells.KILL))


@pytest.mark.parametrize("case", [row(case) for case in CHOSEN])
def test_a_task_whose_worker_is_killed_halfway_ends_as_if_it_was_not(killing: Killing, case: Case) -> None:
    name = case.task_type
    clean, ended = killing.clean[name], killing.ended[name]
    assert (clean.task["status"], clean.task["attempt"]) == ("succeeded", 1), clean.task["error"]
    assert name in killing.halfway, f"it was not halfway when the worker died: {ended.task}"
    assert 0 < killing.halfway[name] < len(clean.rows) if case.spared else killing.halfway[name] == 0

    attempts = [(attempt["attempt"], attempt["status"]) for attempt in ended.task["attempts"]]
    assert attempts == [(1, "lost"), (2, "succeeded")], ended.task["attempts"]
    assert ended.task["worker"] == killing.second
    assert clean.rows
    assert ended.rows == clean.rows
    assert ended.result == clean.result
    # It went on where it was: what had been stored was not fetched again.
    assert ended.requests == clean.requests - case.spared
