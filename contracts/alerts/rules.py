"""Alert rules as people write them, in YAML and over the API, and as they are kept (docs/notifications.md)."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated, Any, Self

import yaml
from pydantic import ConfigDict, Field, ValidationError, field_validator, model_validator

from contracts.alerts.quiet_hours import QuietHours
from contracts.honest_numbers import HonestNumbers
from contracts.mistakes import in_words
from contracts.storable import Text

#: Stands for every channel that the settings name.
ALL_CHANNELS = "*"
NAME = r"^[a-z][a-z0-9_\-]{0,63}$"
_MOST_RULES = 200


class Severity(StrEnum):
    INFO = "info"
    WARNING = "warning"
    #: Passes quiet hours.
    CRITICAL = "critical"


class RuleKind(StrEnum):
    """What a rule looks for."""

    TASK_SUCCEEDED = "task_succeeded"
    TASK_FAILED = "task_failed"
    ATTEMPT_FAILED = "attempt_failed"
    FAILURE_RATE = "failure_rate"
    WORKER_ONLINE = "worker_online"
    WORKER_OFFLINE = "worker_offline"
    QUEUE_STALLED = "queue_stalled"
    TASK_STUCK = "task_stuck"
    FRESHNESS_MISSED = "freshness_missed"
    BUDGET_NEAR = "budget_near"
    AGENT_ESCALATION = "agent_escalation"
    DRIFT = "drift"
    BACKLOG = "backlog"
    APPROVAL_WAITS = "approval_waits"
    AGENT_SILENT = "agent_silent"
    PAGE_CHANGED = "page_changed"
    CORE_GONE = "core_gone"
    DISK_LOW = "disk_low"
    SYMBOL_TRENDS = "symbol_trends"
    TRIGGER_HALTED = "trigger_halted"


#: Kinds that tell what happened once: nothing recovers from them.
HAPPENINGS = frozenset(
    {
        RuleKind.TASK_SUCCEEDED,
        RuleKind.ATTEMPT_FAILED,
        RuleKind.WORKER_ONLINE,
        RuleKind.PAGE_CHANGED,
        RuleKind.SYMBOL_TRENDS,
    }
)
#: Where `task_types` is used, and each of the numbers.
_USES: dict[str, frozenset[RuleKind]] = {
    "task_types": frozenset(
        {
            RuleKind.TASK_SUCCEEDED,
            RuleKind.TASK_FAILED,
            RuleKind.ATTEMPT_FAILED,
            RuleKind.FAILURE_RATE,
            RuleKind.TASK_STUCK,
        }
    ),
    "window_seconds": (HAPPENINGS - {RuleKind.SYMBOL_TRENDS}) | {RuleKind.TASK_FAILED, RuleKind.FAILURE_RATE},
    "for_seconds": frozenset(
        {
            RuleKind.WORKER_OFFLINE,
            RuleKind.QUEUE_STALLED,
            RuleKind.TASK_STUCK,
            RuleKind.DRIFT,
            RuleKind.BACKLOG,
            RuleKind.APPROVAL_WAITS,
            RuleKind.AGENT_SILENT,
            RuleKind.CORE_GONE,
        }
    ),
    "threshold": frozenset(
        {
            RuleKind.FAILURE_RATE,
            RuleKind.QUEUE_STALLED,
            RuleKind.FRESHNESS_MISSED,
            RuleKind.BACKLOG,
            RuleKind.DISK_LOW,
        }
    ),
    "min_tasks": frozenset({RuleKind.FAILURE_RATE}),
}
_THRESHOLDS = {
    RuleKind.FAILURE_RATE: 50.0,
    RuleKind.QUEUE_STALLED: 1.0,
    RuleKind.FRESHNESS_MISSED: 1.0,
    RuleKind.BACKLOG: 1.0,
    RuleKind.DISK_LOW: 2.0,
}

ChannelName = Annotated[str, Field(pattern=rf"^\*$|{NAME}")]


class RuleBody(HonestNumbers):
    """All of a rule but its name."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: RuleKind
    enabled: bool = True
    severity: Severity = Severity.WARNING
    channels: list[ChannelName] = Field(
        default=[ALL_CHANNELS], max_length=20, description="By name; '*' is every channel, none: only the in-app list"
    )
    task_types: list[Annotated[Text, Field(max_length=100)]] = Field(
        default_factory=list, max_length=50, description="Only these; none: all"
    )
    window_seconds: int = Field(default=300, ge=5, le=86_400, description="How far back it counts")
    for_seconds: int = Field(default=30, ge=0, le=604_800, description="How long it must last")
    threshold: float | None = Field(
        default=None, gt=0, le=1_000_000, description="Percent, tasks, gigabytes or times the target, as the kind says"
    )
    min_tasks: int = Field(default=5, ge=1, le=1_000_000, description="Fewer ended tasks say nothing about a rate")
    update_seconds: int = Field(
        default=300, ge=60, le=86_400, description="At most one update per channel in this time"
    )
    quiet: QuietHours | None = Field(default=None, description="Such as '22:00-07:00 Europe/Berlin'")

    @model_validator(mode="after")
    def _uses_what_is_set(self) -> Self:
        for name, kinds in _USES.items():
            # With its default it may stand there: a rule that was read can be written back.
            is_default = getattr(self, name) == type(self).model_fields[name].get_default(call_default_factory=True)
            if not is_default and self.kind not in kinds:
                raise ValueError(f"{name} means nothing to {self.kind}; it is for {', '.join(sorted(kinds))}")
        if self.kind is RuleKind.FAILURE_RATE and (self.threshold or 0) > 100:
            raise ValueError("threshold is a percentage for failure_rate: 100 at most")
        return self

    @field_validator("channels")
    @classmethod
    def _once(cls, value: list[str]) -> list[str]:
        return list(dict.fromkeys(value))

    @property
    def limit(self) -> float:
        """The threshold, or that of the kind."""
        return self.threshold if self.threshold is not None else _THRESHOLDS.get(self.kind, 0)


class Rule(RuleBody):
    """One alert rule."""

    name: str = Field(pattern=NAME, examples=["failures"])

    @property
    def body(self) -> dict[str, Any]:
        """What is kept beside the name: only what somebody set."""
        return self.model_dump(mode="json", exclude={"name"}, exclude_unset=True)


def stored_rule(name: str, body: Any) -> Rule:
    """One as it is kept. Raises ValidationError: another version has written it, or it was damaged."""
    return Rule.model_validate({**body, "name": name} if isinstance(body, dict) else body)


class BadRules(ValueError):
    """The rules cannot be used; the text has a sentence per mistake."""


def parse_rules(text: str) -> list[Rule]:
    """Rules from YAML: ``rules:`` with one entry per name.

    Raises:
        BadRules: with a sentence per mistake; then none of the rules counts.
    """
    try:
        read = yaml.safe_load(text)
    except yaml.YAMLError as error:
        where = getattr(error, "problem_mark", None)
        raise BadRules(f"This is not YAML{f' in line {where.line + 1}' if where else ''}.") from None
    rules = read.get("rules") if isinstance(read, dict) and set(read) == {"rules"} else None
    if not isinstance(rules, dict) or len(rules) > _MOST_RULES:
        raise BadRules(
            f"The file must have 'rules:' and nothing else, with a name and a kind for each of at most {_MOST_RULES}."
        )
    parsed, mistakes = [], []
    for name, body in rules.items():
        try:
            parsed.append(Rule.model_validate({**(body if isinstance(body, dict) else {}), "name": name}))
        except ValidationError as error:
            mistakes += [_sentence(name, each) for each in error.errors()]
    if mistakes:
        raise BadRules("\n".join(mistakes))
    return parsed


def unknown_channels(rule: RuleBody, known: Sequence[str]) -> list[str]:
    """Channels of the rule that the settings do not name."""
    return [each for each in rule.channels if each != ALL_CHANNELS and each not in known]


def _sentence(name: object, mistake: Any) -> str:
    where = ".".join(str(part) for part in mistake["loc"])
    wrong = in_words(mistake, Rule.model_fields)
    end = "" if wrong.endswith("?") else "."
    return f"Rule {name!r}: {where + ': ' if where else ''}{wrong[0].lower() + wrong[1:]}{end}"
