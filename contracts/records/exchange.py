"""What a worker and the API exchange about rows: what was stored, what is asked for, whose turn it is."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from contracts.records.fields import Address, Moment, Short
from contracts.records.rows import RecordKind


class StoreReply(BaseModel):
    """How many of the delivered rows were new and how many the table already had."""

    inserted: int
    duplicates: int


class MaterialQuery(BaseModel):
    """Which stored rows a handler wants to read. A task of a ticker sees the rows of that ticker only."""

    model_config = ConfigDict(extra="forbid")

    kind: RecordKind
    #: Values of the kind's own id: reddit_id, post_id, article_id, accession_number, …; None: all.
    ids: list[Short] | None = Field(default=None, max_length=1_000)
    since: Moment | None = None
    until: Moment | None = None
    #: Only posts that this scorer has not scored yet, or of which it has scored another text.
    unscored_by: Short | None = None
    #: With `unscored_by`: also those that it scored for this very task, whose count a lost attempt took with it.
    or_by_this_task: bool = False
    #: Of web snapshots: of this address and selector, the newest first.
    url: Address | None = None
    selector: Short | None = None
    #: The id of the last row of the page before; pages are in the order of ids.
    after: Address | None = None
    limit: int = Field(default=100, ge=1, le=200)


class Material(BaseModel):
    """One page of stored rows, in the shape of their kind."""

    records: list[dict[str, Any]]


class Turn(BaseModel):
    """When a source that counts the requests of all workers together may be asked once more."""

    wait_seconds: float = Field(ge=0)
    given: bool = Field(default=True, description="False: too many wait; ask again after that time")
