"""What a kind of collected rows is. The kinds there are stand in `contracts.records.rows`, one row each."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from pydantic import BaseModel, ConfigDict


class Record(BaseModel):
    """Base of all rows. ``key`` names the fields that tell one row from another: the table's primary key."""

    model_config = ConfigDict(extra="forbid")

    key: ClassVar[tuple[str, ...]]


class BadKind(ValueError):
    """The row of a kind does not fit its record model or its table."""


class Owner(StrEnum):
    """What a row must share with the task that delivers it, so that no task can touch the rows of another subject."""

    #: Its ticker.
    TICKER = "ticker"
    #: The address and the part of the page that the task watches.
    PAGE = "page"
    #: Its id begins with the task's; if it has a ticker, that is the task's, too.
    TASK = "task"


@dataclass(frozen=True)
class Opinions:
    """That posts of a kind are scored by `ai_sentiment`."""

    #: The kind of the scores; its model is a `Sentiment`.
    kind: str
    #: What people call the posts.
    about: str


@dataclass(frozen=True)
class KindSpec:
    """All that is known of a kind; columns are those of its table, whose primary key is the key of its model."""

    model: type[Record]
    table: str
    #: When it happened at the source, or, where there is no such time, when it was stored: rows are sorted by it.
    time: str
    #: The row's own id, as tasks name it: ``<kind>:<id>``.
    id: str
    #: What a line of `clawdbot records list` shows beside the time.
    shown: tuple[str, ...]
    #: The texts: a search looks at them, and a model reads them.
    words: tuple[str, ...]
    #: Columns that every look at the source finds changed; a change of any other one leaves a revision.
    counters: tuple[str, ...] = ()
    owner: Owner = Owner.TICKER
    #: What params call it (`data_sources` of `ai_summary`). With a name, `ai_summary` and `llm_task` may read it.
    source: str = ""
    #: Rows that a handler reads at once: long ones are few.
    page: int = 200
    #: Who wrote it; rows that have such a column are looked through for symbols. Empty: they are not.
    author: str = ""
    opinions: Opinions | None = None
    #: The kind of rows that these are pieces of: their ids begin with that row's id and a colon. Who may read a row may
    #: read its pieces.
    part_of: str = ""
    #: Days that rows are kept unless CLAWDBOT_RETENTION_DAYS says otherwise; None: for ever.
    kept_days: int | None = None

    def __post_init__(self) -> None:
        name, key, fields = self.model.__name__, {*self.model.key}, {*self.model.model_fields}
        named = {*key, self.id, *self.words, *self.counters, *([self.author] if self.author else [])}
        unknown = (named | {self.time, *self.shown} - {"fetched_at"}) - fields
        if unknown:
            raise BadKind(f"The kind of {name} names {min(unknown)}, which is no field of {name}.")
        needs = {Owner.TICKER: {"ticker"}, Owner.PAGE: {"url", "selector"}, Owner.TASK: {self.id}}[self.owner]
        if not needs <= key or (self.owner is Owner.TASK and key != needs):
            raise BadKind(
                f"The key of {name} is {', '.join(self.model.key)}: one task could write the rows of another. "
                f"Owner.{self.owner.name} needs a key of {', '.join(sorted(needs))}; change it, or say another owner."
            )
        if self.opinions and not self.source:
            raise BadKind(f"{name} is scored, so its kind needs a source: what `source` of ai_sentiment calls it.")
