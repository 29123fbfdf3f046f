"""An open row whose workflow Temporal does not know: what begins again, and what never may."""

import uuid
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from tests.stack.core.alone import Alone, Noting

CANCEL = "UPDATE tasks SET cancel_requested_at = now() WHERE id = CAST(:id AS uuid)"
LONG_QUIET = "UPDATE tasks SET updated_at = now() - interval '31 days' WHERE id = CAST(:id AS uuid)"
STILL_TO_COME = """
UPDATE tasks SET updated_at = now() - interval '31 days', status = 'scheduled', run_at = now() + interval '1 day'
WHERE id = CAST(:id AS uuid)
"""


@pytest.mark.parametrize(
    ("what_is_known", "status", "commands"),
    [
        (None, "pending", ["start"]),
        (STILL_TO_COME, "scheduled", ["start"]),
        (CANCEL, "cancelled", []),
        (LONG_QUIET, "failed", []),
    ],
    ids=["lost", "lost long before its time", "was being cancelled", "may have ended"],
)
async def test_it_begins_again_only_if_it_cannot_have_ended(
    sides: Alone, what_is_known: str | None, status: str, commands: list[str]
) -> None:
    id_ = str(uuid.uuid4())
    await sides.row(id_, run_id=str(uuid.uuid4()))
    if what_is_known:
        await sides.change(id_, what_is_known)
    await sides.reconciler.reconcile(id_)
    row = await sides.shown(id_)
    assert (row.status, await sides.commands(id_)) == (status, commands)
    if status == "failed":
        assert row.error["type"] == "Forgotten"
        assert "was not run again" in row.error["message"]


class Overtaken(Noting):
    """The relay carries the start out between the question to Temporal and the writing."""

    async def _mend(self, connection: AsyncConnection, *seen: Any) -> None:
        await connection.exec_driver_sql("DELETE FROM outbox")
        await super()._mend(connection, *seen)


async def test_a_retry_does_not_take_the_run_before_for_its_own(sides: Alone) -> None:
    id_ = await sides.start()
    sides.temporal.terminate(id_)
    await sides.row(id_)
    await sides.change(id_, "UPDATE tasks SET round = 1 WHERE id = CAST(:id AS uuid)")
    await sides.change(id_, "INSERT INTO outbox (task_id, command) VALUES (CAST(:id AS uuid), 'start')")
    await Overtaken(sides.engine, sides.client).reconcile(id_)
    row = await sides.shown(id_)
    assert (row.status, row.run_id) == ("pending", None)
