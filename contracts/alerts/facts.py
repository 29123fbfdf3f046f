"""Facts that alert rules are evaluated against, as core reads them from Postgres (db/alerts/facts.py)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True)
class EndedTasks:
    """Tasks of one type that ended one way (or attempts), since the alert about them began or within the window."""

    type: str
    #: Type of the error; empty for successes.
    error: str
    tasks: int
    last_at: datetime
    #: The newest of them.
    task_id: UUID
    ticker: str | None
    message: str
    attempt: int
    max_attempts: int
    #: Rows that it kept; None if its result does not say.
    rows: int | None
    seconds: float | None


@dataclass(frozen=True)
class ChangedPage:
    """A watched page that is not what it was, and its newest change."""

    task_id: UUID
    url: str
    title: str | None
    times: int
    added: int
    removed: int


@dataclass(frozen=True)
class EndRate:
    """Ends of one type within the window."""

    type: str
    succeeded: int
    failed: int


@dataclass(frozen=True)
class WorkerFact:
    """A worker that is not retired."""

    id: UUID
    name: str
    capabilities: list[str]
    state: str
    since: datetime
    last_seen_at: datetime | None
    #: It said that it stops.
    stopped: bool


@dataclass(frozen=True)
class Waiting:
    """Tasks of one capability that wait for a worker."""

    capability: str
    tasks: int
    oldest_at: datetime
    #: Workers that would take them.
    online: int
    #: Set: they wait in a queue of this workspace's own, which other workers do not ask.
    workspace: str | None = None

    @property
    def what(self) -> str:
        """What a worker for them has to offer."""
        return f"{self.capability} for workspace {self.workspace}" if self.workspace else self.capability


@dataclass(frozen=True)
class SilentTask:
    """A task on hand whose worker says nothing of it."""

    id: UUID
    type: str
    ticker: str | None
    worker: str | None
    heard_at: datetime


@dataclass(frozen=True)
class Stale:
    """Tracked tickers whose source is older than wanted."""

    source: str
    tickers: int
    #: The stalest of them.
    examples: list[str]
    target_hours: float


@dataclass(frozen=True)
class Raised:
    """What another part of ClawdBot raised (db/alerts/raised_alerts.py)."""

    key: str
    title: str
    body: str
    count: int
    #: It is over then, even if nobody says so.
    until: datetime | None = None


@dataclass(frozen=True)
class Lag:
    """How far the mirror and the outbox are behind."""

    outbox_seconds: float
    mirror_seconds: float


@dataclass(frozen=True)
class Approvals:
    """Tasks and results that wait for a person's yes, and since when the oldest does."""

    tasks: int
    oldest_at: datetime | None
    results: int = 0


@dataclass(frozen=True)
class Facts:
    """Only what the rule needs is filled in."""

    ended: tuple[EndedTasks, ...] = ()
    pages: tuple[ChangedPage, ...] = ()
    rates: tuple[EndRate, ...] = ()
    workers: tuple[WorkerFact, ...] = ()
    waiting: tuple[Waiting, ...] = ()
    silent_tasks: tuple[SilentTask, ...] = ()
    stale: tuple[Stale, ...] = ()
    raised: tuple[Raised, ...] = ()
    lag: Lag = Lag(0, 0)
    approvals: Approvals = Approvals(0, None)
    #: When the agent's last round was due, if it is not paused and has not had it.
    round_due_at: datetime | None = None
    #: Bytes that are left on the disk of the data directory, if it is known.
    disk_free: int | None = None
    #: Since when somebody has been looking without a break: silence before that was ours.
    awake_since: datetime | None = None


@dataclass(frozen=True)
class Course:
    """How an open alert goes on."""

    #: How often it came back within the hour.
    returns: int = 0
    #: Since when it is well, while it has to stay so.
    well_since: datetime | None = None
