"""The words of a digest."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from zoneinfo import ZoneInfo

from alerts.texts import line
from contracts.agent.budget import NEAR_PERCENT, limit_text
from contracts.agent.policy import BudgetUnit
from contracts.agent.views import BudgetUseView
from contracts.alerts.digests import AgentDigest, Decided, DigestData, Named


def title(data: DigestData) -> str:
    """One line, as it stands in a chat."""
    named = ", ".join(f"{line(each.name, 20)}({each.count:,})" for each in data.top_tickers[:3])
    top = f" — Top: {named}" if named else ""
    return f"📊 {data.period.capitalize()}: {data.ended:,} tasks, {data.succeeded:,}✅ {data.failed:,}❌{top}"


def body(data: DigestData, zone: str) -> str:
    """The rest, a line per subject."""
    clock = ZoneInfo(zone)
    since, until = (each.astimezone(clock).strftime("%a %d %b %H:%M") for each in (data.since, data.until))
    lines = [
        f"{since} to {until} ({zone})",
        f"Tasks: {data.created:,} created, {data.succeeded:,} succeeded, {data.failed:,} failed, "
        f"{data.cancelled:,} cancelled, {data.rejected:,} rejected; {data.open_tasks:,} open now",
        f"Workers: {data.workers_online:,} of {data.workers:,} online",
        f"Data: {data.stale_sources:,} sources of tracked tickers are older than wanted",
        f"Alerts: {data.alerts:,} began, {data.alerts_firing:,} last",
        *_listed("Tickers", data.top_tickers),
        *_listed("Errors", data.top_errors),
        *_by_itself(data),
        *(_agent(data.agent) if data.agent else []),
        *_waiting(data.escalations_open, data.awaiting_approval),
        *(f"Left out, because it cannot be read (see the log): {part}" for part in data.left_out),
    ]
    return "\n".join(lines)


def _listed(name: str, found: Sequence[Named]) -> list[str]:
    return [f"{name}: " + ", ".join(f"{line(each.name, 60)} ({each.count:,})" for each in found)] if found else []


def _by_itself(data: DigestData) -> list[str]:
    """What goes wrong when nobody types: a line for each kind, here and nowhere else."""
    return [
        *_listed("Schedules that missed runs", data.missed_schedules),
        *_listed("Triggers that failed", data.failed_triggers),
        *_listed("New groups of failures", data.new_failures),
    ]


def _agent(agent: AgentDigest) -> list[str]:
    refused = f", {agent.refused:,} of them refused" if agent.refused else ""
    lines = [
        f"Agent: {agent.state}; {agent.rounds:,} rounds{refused}; {agent.tasks:,} tasks created, ${agent.usd:,.2f}"
    ]
    if agent.decisions:
        lines.append(f"Decisions: {_decisions(agent.decisions)}")
    used = [_use(each) for each in agent.budget if _is_told(each)]
    return [*lines, f"Budget now: {', '.join(used)}"] if used else lines


def _decisions(decided: Iterable[Decided]) -> str:
    kinds = groupby(decided, key=lambda each: each.kind)
    return "; ".join(f"{kind} {', '.join(f'{each.count:,} {each.outcome}' for each in found)}" for kind, found in kinds)


def _is_told(use: BudgetUseView) -> bool:
    return use.limit.unit is BudgetUnit.USD_MICROS or _percent(use) >= NEAR_PERCENT


def _use(use: BudgetUseView) -> str:
    return f"{_percent(use)} % of {limit_text(use.limit)}"


def _percent(use: BudgetUseView) -> int:
    """Of a limit that allows nothing, 0."""
    return use.used * 100 // use.limit.most if use.limit.most else 0


def _waiting(escalations: int, approvals: int) -> list[str]:
    waiting = [
        f"{number:,} {what}{'' if number == 1 else 's'}"
        for number, what in ((escalations, "open escalation"), (approvals, "task"))
        if number
    ]
    said = " and ".join(waiting) + (" to approve" if approvals else "")
    return [f"Waiting for a person: {said}"] if waiting else []
