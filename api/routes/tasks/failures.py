"""Route of failed tasks by cause."""

from typing import Annotated

from fastapi import APIRouter, Query

from api.security.principal import Reader
from api.state import Services
from contracts.requests import Moment
from contracts.tasks.failures import FailureGroupView, FailuresView
from db.tasks.failures import LOOKED_AT, failure_groups

router = APIRouter(tags=["tasks"])

_EXAMPLES = 5


@router.get("/failures", summary="Show failed tasks by cause: type, class of the error and message")
async def get_failures(
    _: Reader,
    state: Services,
    since: Annotated[Moment | None, Query(description="Only tasks that were created from then on")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> FailuresView:
    """Of the newest 2,000 that are failed now. A `cause` is a filter of lists, and of a bulk retry."""
    async with state.database.transaction() as connection:
        rows, looked_at = await failure_groups(connection, since, limit)
    groups = [FailureGroupView.model_validate({**row, "task_ids": row["task_ids"][:_EXAMPLES]}) for row in rows]
    return FailuresView(groups=groups, looked_at=looked_at, capped=looked_at >= LOOKED_AT)
