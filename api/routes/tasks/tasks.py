"""Submitting and reading tasks."""

import asyncio
import uuid
from dataclasses import replace
from typing import Annotated, Self

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field, field_validator, model_validator

from api.idempotency import IdempotencyKey
from api.large_bodies import UnreadBatch, read_batch
from api.placing import placed
from api.routes.tasks.filters import FilterQuery
from api.routes.tasks.from_text import create_from_text
from api.security.principal import MemberReader, MemberSubmitter
from api.state import Services
from contracts.tasks.plain_language import CreatedFromTextView
from contracts.tasks.plain_language_requests import TaskSubmission
from contracts.tasks.views import BatchView, CreatedView, EventView, TaskDetailView, TaskPage
from db.tasks.cursor import BadCursor, Cursor
from db.tasks.events import events_after
from db.tasks.queries import SORTS, TaskFilter, find_tasks, get_task
from db.workspaces.scope import current_scope
from services.errors import BadInput, TaskNotFound
from services.tasks.approvals import Approvals
from services.tasks.detail import task_detail
from services.tasks.idempotency import once
from services.tasks.submit import is_alone, submit, submit_alone, validate, validate_batch
from services.tasks.views import task_view
from services.tasks.waiting import with_reasons
from services.temporal_links import WebUi

router = APIRouter(prefix="/tasks", tags=["tasks"])
#: Asked most often, and looked for first: each route before it is one more pattern that a path is held against.
submissions = APIRouter(prefix="/tasks", tags=["tasks"])

#: Of a batch, on a busy machine, and with twenty follow-ups each.
_SECONDS_PER_TASK = 0.02


class EventPage(BaseModel):
    events: list[EventView]


class ListQuery(FilterQuery):
    """A page of the tasks that match."""

    id: list[uuid.UUID] = Field(default_factory=list, max_length=100, description="Only these; default is all")
    sort: str = Field(default="-created_at", description=f"One of {', '.join(SORTS)}; a minus puts the largest first")
    page: int = Field(default=1, ge=1, le=1_000)
    after: str | None = Field(default=None, max_length=500, description="The `next` of the page before, for any depth")
    limit: int = Field(default=20, ge=1, le=200)
    reasons: bool = Field(default=False, description="Also say of each task why it waits (`waiting_because`)")

    @field_validator("sort")
    @classmethod
    def _known(cls, sort: str) -> str:
        if sort.removeprefix("-") not in SORTS:
            raise ValueError(f"must be one of {', '.join(SORTS)}, with a minus for the largest first")
        return sort

    @model_validator(mode="after")
    def _one_way_of_leafing(self) -> Self:
        if self.after and self.page > 1:
            raise ValueError("give 'page' or 'after', not both")
        return self

    def filter(self) -> TaskFilter:
        return replace(super().filter(), ids=self.id or None)

    def cursor(self) -> Cursor | None:
        try:
            return Cursor.read(self.after, self.sort) if self.after else None
        except BadCursor as error:
            raise BadInput(str(error), [("after", "take the mark that a page of the same order ends with")]) from None


@submissions.post("", status_code=201, response_model=CreatedView | CreatedFromTextView, summary="Submit a task")
async def create_task(
    body: TaskSubmission, caller: MemberSubmitter, state: Services, idempotency_key: IdempotencyKey = None
) -> JSONResponse:
    """A task answered with 201 is never lost, even if Temporal is down right now.

    A sentence as `text` is answered with all tasks that came of it, or with 422 and the questions that are open.
    """
    if body.text is not None:
        return await create_from_text(placed(caller, body), body.text, caller.label, state, idempotency_key)
    task = placed(caller, body.as_submission())
    checked = validate(task, Approvals(state.settings, caller.label))
    # As whom it is done, and what it was answered before, count for a transaction.
    if idempotency_key is None and current_scope() is None and is_alone(task, checked):
        with state.database.in_our_words():
            created = await submit_alone(state.submissions, task, checked, caller.label)
        return JSONResponse(created.model_dump(mode="json"), 201)
    async with state.database.transaction() as connection:

        async def act() -> CreatedView:
            return (await submit(connection, [task], [checked], caller.label))[0]

        answer = await once(connection, (caller.label, "POST /tasks"), idempotency_key, task, act)
    return JSONResponse(answer, 201)


@submissions.post("/batch", status_code=201, response_model=BatchView, summary="Submit several tasks, all or none")
async def create_batch(
    body: UnreadBatch, caller: MemberSubmitter, state: Services, idempotency_key: IdempotencyKey = None
) -> JSONResponse:
    # A thousand tasks with twenty follow-ups each take seconds, in which nobody else would be answered.
    batch = await read_batch(body)
    submissions = [placed(caller, each) for each in batch.submissions()]
    checked = await asyncio.to_thread(validate_batch, submissions, Approvals(state.settings, caller.label))
    async with state.database.transaction(more_seconds=len(submissions) * _SECONDS_PER_TASK) as connection:

        async def act() -> BatchView:
            created = await submit(connection, submissions, checked, caller.label)
            return BatchView(created=len(created), task_ids=[each.id for each in created])

        answer = await once(connection, (caller.label, "POST /tasks/batch"), idempotency_key, batch, act)
    return JSONResponse(answer, 201)


@router.get("", summary="List tasks")
async def get_tasks(query: Annotated[ListQuery, Query()], _: MemberReader, state: Services) -> TaskPage:
    async with state.database.transaction() as connection:
        found = await find_tasks(
            connection,
            query.filter(),
            sort=query.sort,
            offset=(query.page - 1) * query.limit,
            limit=query.limit,
            after=query.cursor(),
        )
        tasks = await with_reasons(connection, found.rows) if query.reasons else [task_view(row) for row in found.rows]
    return TaskPage(
        tasks=tasks,
        total=found.total,
        total_capped=found.is_capped,
        page=query.page,
        pages=-(-found.total // query.limit),
        next=str(found.next) if found.next else None,
    )


@router.get("/{task_id}", summary="Show a task with everything about it")
async def get_one(task_id: uuid.UUID, _: MemberReader, state: Services) -> TaskDetailView:
    async with state.database.transaction(snapshot=True) as connection:
        return await task_detail(connection, task_id, WebUi.of(state.settings))


@router.get("/{task_id}/events", summary="List the events of a task, the oldest first")
async def get_events(
    task_id: uuid.UUID,
    _: MemberReader,
    state: Services,
    after: Annotated[int, Query(ge=0, lt=2**63, description="Only events with a higher id")] = 0,
    limit: Annotated[int, Query(ge=1, le=1_000)] = 200,
) -> EventPage:
    async with state.database.transaction() as connection:
        if await get_task(connection, task_id) is None:
            raise TaskNotFound
        return EventPage(events=await events_after(connection, after, limit, task_ids=[task_id]))
