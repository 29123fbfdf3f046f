"""The definition of a task type. Task packs import this, and not the table, which is made of them."""

from dataclasses import dataclass, field

from contracts.params.common import Params
from contracts.records.rows import RecordKind
from contracts.tasks.approval import ApprovalRule
from contracts.tasks.work import RetrySettings, TimeoutSettings


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
    #: The installed distribution that it comes from; empty for what ClawdBot brings itself.
    pack: str = ""

    def __post_init__(self) -> None:
        if not self.capability:
            object.__setattr__(self, "capability", self.name)

    @property
    def summary(self) -> str:
        """One line for people: the first line of the params model's docstring."""
        return (self.params.__doc__ or self.name).strip().splitlines()[0]
