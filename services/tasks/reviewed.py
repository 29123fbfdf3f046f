"""Tasks whose results wait for a person: each is the only step of a plan that is written with it.

So that review, its end, its buttons and what follows from it are those of plans.
"""

import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.tasks.requests import Submission
from db.plans.single import add_single

STEP = "task"


async def review_them(
    connection: AsyncConnection, submissions: Sequence[Submission], rows: Sequence[dict[str, Any]]
) -> None:
    """Write plans for the tasks that ask for a review; their ``rows`` say then where they stand."""
    plans = [
        _plan(each, row)
        for each, row in zip(submissions, rows, strict=True)
        if each.needs_review and not row.get("plan_id")
    ]
    if plans:
        await add_single(connection, plans, STEP)


def _plan(submission: Submission, row: dict[str, Any]) -> dict[str, Any]:
    row |= {"plan_id": uuid.uuid4(), "plan_step": STEP, "plan_place": 0}
    step = {"id": STEP, "task_type": row["type"], "params": row["params"], "needs_review": True}
    if submission.review_seconds is not None:
        step["review_seconds"] = submission.review_seconds
    name = " ".join(filter(None, (row["type"], row["ticker"])))
    return {
        "plan_id": row["plan_id"],
        "task_id": row["id"],
        "name": name,
        "document": {"name": name, "steps": [step], "priority": row["priority"], "tags": row["tags"]},
        "definition": step,
        "created_by": row["created_by"],
        "created_at": row["created_at"],
        "instance": row["instance"],
    }
