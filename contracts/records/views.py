"""Answers of the API about collected rows and how fresh they are."""

import uuid
from datetime import datetime
from typing import Any

from pydantic import Field

from contracts.records.refusals import RefusalView
from contracts.records.rows import RecordKind
from contracts.views import View


class RecordKindView(View):
    """A kind of collected rows."""

    kind: RecordKind
    rows: int
    #: `rows` is counted up to 10,000; beyond that it is Postgres' estimate.
    estimated: bool
    #: The column that `since` and `until` look at.
    time: str


class RecordKindsView(View):
    kinds: list[RecordKindView]


class RecordPage(View):
    """A page of collected rows, newest first. ``next`` leads to the following page; None on the last one."""

    kind: RecordKind
    records: list[dict[str, Any]]
    next: str | None


class RevisionView(View):
    """What a collected row said before its content was replaced."""

    content: dict[str, Any]
    #: Who had stored it last, and when the row was first stored.
    task_id: uuid.UUID
    attempt: int
    fetched_at: datetime
    #: The task that replaced it.
    replaced_by: uuid.UUID
    replaced_at: datetime
    #: Of the row.
    workspace: str


class RevisionsView(View):
    kind: RecordKind
    revisions: list[RevisionView]


class FreshnessView(View):
    """How fresh one source of one ticker is."""

    ticker: str
    data_source: str
    last_attempt_at: datetime | None
    last_success_at: datetime | None
    last_error: str | None
    record_count: int
    covered_from: datetime | None
    covered_to: datetime | None
    #: Until when everything that a usual run asks for is collected without a gap; a run of a part makes nothing fresh.
    fresh_to: datetime | None
    #: Feeds and the like that refuse in every run: covered is what the others have.
    refusing: list[RefusalView] = Field(default_factory=list)


class FreshnessPage(View):
    """By ticker and source. ``next`` leads to the following page; None on the last one."""

    freshness: list[FreshnessView]
    next: str | None
