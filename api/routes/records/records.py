"""Looking at what was collected, and taking it away as a file."""

import uuid
from collections.abc import AsyncIterator, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field, field_validator

from api.security.principal import MemberReader, Principal
from api.state import Services
from contracts.records.rows import RecordKind
from contracts.records.views import RecordKindsView, RecordPage, RevisionsView, RevisionView
from contracts.requests import Moment
from contracts.storable import Text
from contracts.workspaces.names import WorkspaceName
from db.records.queries import RecordFilter
from db.records.revisions import RevisionFilter, list_revisions
from db.records.tables import table_of
from services.records.counting import kinds_of
from services.records.export import MEDIA_TYPES, ExportFormat, written
from services.records.pages import all_pages, read_page

router = APIRouter(prefix="/records", tags=["records"])

_MOST_WORDS = 10


def _ticker(said: str | None) -> str | None:
    return said.lstrip("$").upper() if said else None


class WorkspaceQuery(BaseModel):
    model_config = {"extra": "forbid"}

    workspace: WorkspaceName | None = Field(default=None, description="Only rows that belong to it")

    def workspaces(self, caller: Principal) -> tuple[str, ...]:
        """Whose rows are looked for; none named: all that the caller sees.

        Those of members are named, too, for an index to be found. It is not what keeps them from the others: Postgres
        does, whatever is asked.
        """
        if self.workspace is not None:
            return (self.workspace,)
        return caller.scope.reads if caller.scope is not None else ()


class RecordQuery(WorkspaceQuery):
    """Filters; every one that is given must match."""

    ticker: Text | None = Field(default=None, max_length=20)
    since: Moment | None = Field(default=None, description="Only rows from this time of the kind on")
    until: Moment | None = Field(default=None, description="Only rows before this time of the kind")
    task_id: uuid.UUID | None = Field(default=None, description="Only rows that this task stored last")
    text: Text | None = Field(default=None, max_length=500, description="Only rows with all these words")
    id: list[Text] = Field(
        default=[], max_length=100, description="Only these rows, by their own id: what a citation `<kind>:<id>` names"
    )

    @field_validator("text")
    @classmethod
    def _not_too_many(cls, value: str | None) -> str | None:
        if value and len(value.split()) > _MOST_WORDS:
            raise ValueError(f"give at most {_MOST_WORDS} words")
        return value

    def filter(self, caller: Principal) -> RecordFilter:
        return RecordFilter(
            workspaces=self.workspaces(caller),
            ticker=_ticker(self.ticker),
            task_id=self.task_id,
            since=self.since,
            until=self.until,
            words=tuple((self.text or "").split()),
            ids=tuple(self.id),
        )


class PageQuery(RecordQuery):
    after: str | None = Field(default=None, max_length=20_000, description="The `next` of the page before")
    limit: int = Field(default=50, ge=1, le=200)


class RevisionQuery(WorkspaceQuery):
    """Filters; every one that is given must match."""

    ticker: Text | None = Field(default=None, max_length=20)
    task_id: uuid.UUID | None = Field(default=None, description="Only rows that this task stored or replaced")
    since: Moment | None = Field(default=None, description="Only contents replaced at this time or later")
    until: Moment | None = Field(default=None, description="Only contents replaced before this time")
    limit: int = Field(default=50, ge=1, le=100)

    def filter(self, caller: Principal) -> RevisionFilter:
        return RevisionFilter(_ticker(self.ticker), self.task_id, self.since, self.until, self.workspaces(caller))


class ExportQuery(RecordQuery):
    format: ExportFormat = ExportFormat.CSV


@router.get("", summary="List the kinds of collected rows, with their numbers")
async def get_kinds(
    query: Annotated[WorkspaceQuery, Query()], caller: MemberReader, state: Services
) -> RecordKindsView:
    return RecordKindsView(kinds=await kinds_of(state.database, query.workspaces(caller)))


@router.get("/{kind}", summary="List collected rows of a kind, the newest first")
async def get_page(
    kind: RecordKind, query: Annotated[PageQuery, Query()], caller: MemberReader, state: Services
) -> RecordPage:
    records, following = await read_page(state.database, kind, query.filter(caller), query.after, query.limit)
    return RecordPage(kind=kind, records=records, next=following)


@router.get("/{kind}/export", summary="Export rows of a kind that match, as a file", response_class=StreamingResponse)
async def export(
    kind: RecordKind, query: Annotated[ExportQuery, Query()], caller: MemberReader, state: Services
) -> StreamingResponse:
    pages = all_pages(state.database, kind, query.filter(caller))
    # Read before anything is answered: what is wrong at the start is still told as a problem.
    first = await anext(pages)
    columns = [column.name for column in table_of(kind).columns]
    return StreamingResponse(
        written(query.format, columns, _joined(first, pages)),
        media_type=MEDIA_TYPES[query.format],
        headers={"Content-Disposition": f'attachment; filename="{kind}.{query.format}"'},
    )


@router.get("/{kind}/revisions", summary="List earlier contents of rows, the latest replaced first")
async def get_revisions(
    kind: RecordKind, query: Annotated[RevisionQuery, Query()], caller: MemberReader, state: Services
) -> RevisionsView:
    """Kept for 30 days. Counters, such as the score of a post, may change without leaving one."""
    async with state.database.transaction() as connection:
        rows = await list_revisions(connection, kind, query.filter(caller), query.limit)
    return RevisionsView(kind=kind, revisions=[RevisionView(**row) for row in rows])


async def _joined(
    first: Sequence[dict[str, Any]], others: AsyncIterator[Sequence[dict[str, Any]]]
) -> AsyncIterator[Sequence[dict[str, Any]]]:
    yield first
    async for page in others:
        yield page
