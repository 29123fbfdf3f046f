"""The definition of a task type. Task packs import this, and not the table, which is made of them."""

from dataclasses import dataclass, field

from contracts.params.common import Params
from contracts.records.rows import RecordKind
from contracts.tasks.approval import ApprovalRule
from contracts.tasks.work import RetrySettings, TimeoutSettings


@dataclass(frozen=True)
class DataSource:
    """What tasks of a type keep fresh: one `data_source` of the table `ticker_data_freshness`."""

    name: str
    #: The field of the result that says how many rows a run kept; None: each success is one row.
    counts: str | None
    #: The param that is a `DateRange`; None: the type asks for no span of time.
    span: str | None = "date_range"
    #: Hours after which it counts as stale, unless CLAWDBOT_FRESHNESS_TARGETS says otherwise.
    stale_hours: float = 24
    #: The kind whose rows are mentions of their ticker, of which the watchlist counts the trend; None: none of them.
    mentions: RecordKind | None = None
    #: Params that add to what a run collects; any other one that is not as usual makes it look at a part only.
    adding: frozenset[str] = frozenset()
    #: Fields of the result that say where a run could not look, in a number or by names; those of places where a usual
    #: run does not look are left aside.
    missed: tuple[str, ...] = ()
    #: The field of the result that names those of these places which refuse for good, with their reasons.
    refused: str = ""
    #: Requests a second that it takes of all workers together, if it counts them so and its replies do not tell what is
    #: left: the handler awaits `TaskContext.turn` before each. None: it counts otherwise.
    per_second: float | None = None


@dataclass(frozen=True)
class TaskType:
    """One kind of work."""

    name: str
    params: type[Params]
    #: ``module:function`` of the handler, imported by workers only; None while there is none yet.
    handler: str | None = None
    #: ``module:class`` of what the handler needs from the worker's environment; its ``from_environment`` raises
    #: CredentialsMissing. A worker that lacks it does not take the queue. Empty: nothing is needed.
    needs: str = ""
    #: What a worker must offer; also the name of the task queue. Default: the name of the type.
    capability: str = ""
    retry: RetrySettings = field(default_factory=RetrySettings)
    timeouts: TimeoutSettings = field(default_factory=TimeoutSettings)
    #: Whether its tasks wait for a person's yes; CLAWDBOT_APPROVAL overrules it.
    approval: ApprovalRule = ApprovalRule.NEVER
    #: Kinds of stored rows that its handler may read.
    reads: tuple[RecordKind, ...] = ()
    #: The param that names, as ``<kind>:<id>``, the only rows it may read; empty: all rows of its ticker.
    reads_named: str = ""
    #: Kinds of rows that its tasks may deliver, each about the task's own ticker, page or id; empty: none.
    writes: tuple[RecordKind, ...] = ()
    #: The param that is the name of the ticker's company: filled in with what is known, if a task leaves it out.
    company: str = ""
    #: What its successes keep fresh, so that the agent may plan them; not for types of packs.
    source: DataSource | None = None
    #: The installed distribution that it comes from; empty for what ClawdBot brings itself.
    pack: str = ""
    #: Its handlers are bots, in whatever language; no worker of ours takes it.
    for_bots: bool = False
    #: Its handler opens something and `TaskContext.hold`s it: plans have their steps run there (docs/adr/0053).
    opens_session: bool = False
    #: Its handler works with what a session holds open: it is nothing but a step that runs in one.
    in_session: bool = False

    def __post_init__(self) -> None:
        if not self.capability:
            object.__setattr__(self, "capability", self.name)

    @property
    def summary(self) -> str:
        """One line for people: the first line of the params model's docstring."""
        return (self.params.__doc__ or self.name).strip().splitlines()[0]
