"""Route that lists task types."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel
from pydantic_core import to_jsonable_python

from api.security.principal import MemberReader, Principal
from api.state import Services
from contracts.params.common import Params
from contracts.task_types import TASK_TYPES
from contracts.tasks.views import TaskTypeView
from contracts.workspaces.names import DEFAULT, WorkspaceName
from db.workers.registry import offering

router = APIRouter(tags=["tasks"])


class TaskTypesView(BaseModel):
    task_types: list[TaskTypeView]


def schema_of(params: type[Params]) -> dict[str, Any]:
    """The JSON Schema of a type's params, also with those defaults that are made anew for each task."""
    schema = params.model_json_schema(by_alias=True)
    for name, field in params.model_fields.items():
        if field.default_factory is not None:
            usual = field.get_default(call_default_factory=True, validated_data={})
            schema["properties"][field.alias or name]["default"] = to_jsonable_python(usual, exclude_none=True)
    return schema


def _served(caller: Principal, workspace: str | None) -> str:
    """The workspace that is asked about; of one that is not theirs a member learns nothing."""
    if caller.scope is None:
        return workspace or DEFAULT
    mine = caller.scope.reads
    return workspace if workspace in mine else mine[0] if len(mine) == 1 else DEFAULT


@router.get("/task-types", summary="List task types with params schema, defaults and workers online")
async def get_task_types(
    caller: MemberReader,
    state: Services,
    workspace: Annotated[
        WorkspaceName | None, Query(description="Workers online are those that serve it; default: that of a new task")
    ] = None,
) -> TaskTypesView:
    served = _served(caller, workspace)
    async with state.database.transaction() as connection:
        offers = await offering(connection)
    return TaskTypesView(
        task_types=[
            TaskTypeView(
                name=row.name,
                summary=row.summary,
                capability=row.capability,
                implemented=row.handler is not None or row.for_bots,
                params_schema=schema_of(row.params),
                retry=row.retry,
                timeouts=row.timeouts,
                pack=row.pack,
                source=row.source.name if row.source else None,
                writes=list(row.writes),
                workers_online=offers.online_to(served, row.capability),
            )
            for row in TASK_TYPES.values()
        ]
    )
