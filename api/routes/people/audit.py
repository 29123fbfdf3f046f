"""Routes of the audit log: read and export."""

from collections.abc import AsyncIterator, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field

from api.security.principal import Admin
from api.state import Services
from contracts.people.views import AuditEntryView, AuditPage
from contracts.requests import Moment
from contracts.storable import Text
from db.people.audit import COLUMNS, AuditFilter, list_entries
from db.session import Database
from services.records.export import MEDIA_TYPES, ExportFormat, written

router = APIRouter(prefix="/audit", tags=["audit"])

_EXPORT_PAGE = 1_000


class AuditQuery(BaseModel):
    """Filters; every one that is given must match."""

    model_config = {"extra": "forbid"}

    actor: Text | None = Field(default=None, max_length=200, examples=["human:anna"])
    action: Text | None = Field(
        default=None, max_length=100, description="A whole action, or its part before the dot: worker, user, key …"
    )
    object: Text | None = Field(
        default=None, max_length=200, description="The object of the action: an id or its beginning, or a name"
    )
    since: Moment | None = Field(default=None, description="Only lines from this time on")
    until: Moment | None = Field(default=None, description="Only lines before this time")

    def filter(self) -> AuditFilter:
        return AuditFilter(self.actor, self.action, self.object, self.since, self.until)


class PageQuery(AuditQuery):
    after: int | None = Field(default=None, ge=1, lt=2**63, description="The `next` of the page before")
    limit: int = Field(default=100, ge=1, le=1_000)


class ExportQuery(AuditQuery):
    format: ExportFormat = ExportFormat.CSV


@router.get("", summary="List lines of the audit log, the newest first")
async def get_audit(query: Annotated[PageQuery, Query()], _: Admin, state: Services) -> AuditPage:
    async with state.database.transaction() as connection:
        rows = await list_entries(connection, query.filter(), before=query.after, limit=query.limit + 1)
    shown = [AuditEntryView.model_validate(dict(row)) for row in rows[: query.limit]]
    return AuditPage(entries=shown, next=shown[-1].id if len(rows) > query.limit else None)


@router.get("/export", summary="Export lines of the audit log that match, as a file", response_class=StreamingResponse)
async def export(query: Annotated[ExportQuery, Query()], _: Admin, state: Services) -> StreamingResponse:
    pages = _pages(state.database, query.filter())
    # Read before anything is answered: what is wrong at the start is still told as a problem.
    first = await anext(pages)
    return StreamingResponse(
        written(query.format, COLUMNS, _joined(first, pages)),
        media_type=MEDIA_TYPES[query.format],
        headers={"Content-Disposition": f'attachment; filename="audit.{query.format}"'},
    )


async def _pages(database: Database, wanted: AuditFilter) -> AsyncIterator[Sequence[dict[str, Any]]]:
    before: int | None = None
    while True:
        async with database.transaction() as connection:
            rows = await list_entries(connection, wanted, before=before, limit=_EXPORT_PAGE)
        yield [dict(row) for row in rows]
        if len(rows) < _EXPORT_PAGE:
            return
        before = rows[-1]["id"]


async def _joined(
    first: Sequence[dict[str, Any]], others: AsyncIterator[Sequence[dict[str, Any]]]
) -> AsyncIterator[Sequence[dict[str, Any]]]:
    yield first
    async for page in others:
        yield page
