"""Evaluates alert rules against facts: which alerts fire now. Which messages follow is decided in grouping.py."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from alerts import texts
from contracts.alerts.facts import EndedTasks, Facts
from contracts.alerts.rules import Rule, RuleKind

#: Groups of one rule that are told one by one; what is more is told as one.
MOST_GROUPS = 20
#: Who has been away for longer when we look for the first time is no news.
_OLD_NEWS = timedelta(days=1)
OTHERS = "others"
_LONGEST = 300


@dataclass(frozen=True)
class Signal:
    """Something that is wrong, or that has just happened. The same thing always has the same fingerprint."""

    fingerprint: str
    title: str
    body: str
    count: int
    #: What is said when it is over.
    recovered: str = ""
    task_id: str | None = None


def signals_of(rule: Rule, facts: Facts, now: datetime, open_: Collection[str] = ()) -> list[Signal]:
    """What the rule sees at ``now``. ``open_``: fingerprints of what it saw before and that is not over."""
    found = _KINDS[rule.kind](rule, facts, now, open_)
    return _bounded(rule, found, open_)


def _bounded(rule: Rule, found: Iterable[Signal], open_: Collection[str]) -> list[Signal]:
    # What is open already keeps its own message.
    signals = sorted(found, key=lambda each: (each.fingerprint not in open_, -each.count, each.fingerprint))
    shown, rest = signals[:MOST_GROUPS], signals[MOST_GROUPS:]
    if rest:
        shown.append(_others(rule, rest))
    return shown


def _others(rule: Rule, rest: Sequence[Signal]) -> Signal:
    lines = "\n".join(signal.title for signal in rest[:10])
    title = texts.others(rule.name, len(rest))
    return Signal(_print(rule, OTHERS), title, lines, sum(signal.count for signal in rest), texts.over(title))


def _print(rule: Rule, *parts: str) -> str:
    return ":".join((rule.name, *parts))[:_LONGEST]


def _task_failed(rule: Rule, facts: Facts, now: datetime, _: Collection[str]) -> Iterable[Signal]:
    for tasks in _recent(rule, facts.ended, now):
        title = texts.failed(tasks)
        recovered = texts.failures_over(tasks, rule.window_seconds)
        yield Signal(
            _print(rule, tasks.type, tasks.error),
            title,
            texts.failed_body(tasks),
            tasks.tasks,
            recovered,
            str(tasks.task_id),
        )


def _task_succeeded(rule: Rule, facts: Facts, now: datetime, _: Collection[str]) -> Iterable[Signal]:
    for tasks in _recent(rule, facts.ended, now):
        body = f"Newest task: {tasks.task_id}"
        yield Signal(_print(rule, tasks.type), texts.succeeded(tasks), body, tasks.tasks, "", str(tasks.task_id))


def _recent(rule: Rule, ended: Sequence[EndedTasks], now: datetime) -> Iterable[EndedTasks]:
    since = now - timedelta(seconds=rule.window_seconds)
    return (tasks for tasks in ended if tasks.last_at > since)


def _failure_rate(rule: Rule, facts: Facts, _: datetime, __: Collection[str]) -> Iterable[Signal]:
    for rate in facts.rates:
        total = rate.succeeded + rate.failed
        if total >= rule.min_tasks and rate.failed * 100 >= rule.limit * total:
            title = texts.rate(rate, rule.window_seconds)
            body = f"The rule {rule.name} tells from {rule.limit:g} % on."
            yield Signal(_print(rule, rate.type), title, body, rate.failed, texts.rate_over(rate, rule.limit))


def _worker_offline(rule: Rule, facts: Facts, now: datetime, open_: Collection[str]) -> Iterable[Signal]:
    for worker in facts.workers:
        fingerprint, away = _print(rule, str(worker.id)), now - worker.since
        if worker.state != "offline" or worker.last_seen_at is None or away < timedelta(seconds=rule.for_seconds):
            continue
        if away < _OLD_NEWS or fingerprint in open_:
            yield Signal(
                fingerprint, texts.offline(worker, now), texts.offline_body(worker), 1, texts.online_again(worker)
            )


def _worker_online(rule: Rule, facts: Facts, _: datetime, __: Collection[str]) -> Iterable[Signal]:
    for worker in facts.workers:
        yield Signal(_print(rule, str(worker.id)), texts.connected(worker), "It is here for the first time.", 1)


def _queue_stalled(rule: Rule, facts: Facts, now: datetime, _: Collection[str]) -> Iterable[Signal]:
    patience = timedelta(seconds=rule.for_seconds)
    for queue in facts.waiting:
        if not queue.online and queue.tasks >= rule.limit and now - queue.oldest_at >= patience:
            title, over = texts.stalled(queue), texts.flows_again(queue.capability)
            yield Signal(_print(rule, queue.capability), title, texts.stalled_body(queue, now), queue.tasks, over)


def _task_stuck(rule: Rule, facts: Facts, now: datetime, _: Collection[str]) -> Iterable[Signal]:
    for task in facts.silent_tasks:
        if now - task.heard_at >= timedelta(seconds=rule.for_seconds):
            title, over = texts.stuck(task, now), texts.over(texts.stuck_name(task))
            yield Signal(_print(rule, str(task.id)), title, f"Task {task.id}", 1, over, str(task.id))


def _freshness_missed(rule: Rule, facts: Facts, _: datetime, __: Collection[str]) -> Iterable[Signal]:
    for stale in facts.stale:
        title, over = texts.stale(stale, rule.limit), texts.fresh_again(stale.source)
        yield Signal(_print(rule, stale.source), title, texts.stale_body(stale), stale.tickers, over)


def _raised(rule: Rule, facts: Facts, _: datetime, __: Collection[str]) -> Iterable[Signal]:
    for raised in facts.raised:
        title, body = texts.line(raised.title), texts.lines(raised.body)
        yield Signal(_print(rule, raised.key), title, body, raised.count, texts.over(title))


def _drift(rule: Rule, facts: Facts, _: datetime, __: Collection[str]) -> Iterable[Signal]:
    lag = facts.lag
    for name, seconds, text in (
        ("outbox", lag.outbox_seconds, texts.OUTBOX),
        ("mirror", lag.mirror_seconds, texts.MIRROR),
    ):
        if seconds >= max(rule.for_seconds, 1):
            title = text.format(seconds=texts.span(seconds))
            yield Signal(_print(rule, name), title, texts.DRIFT_BODY, 1, texts.over(f"the {name} is behind"))


def _backlog(rule: Rule, facts: Facts, now: datetime, _: Collection[str]) -> Iterable[Signal]:
    for queue in facts.waiting:
        if queue.online and queue.tasks >= rule.limit and now - queue.oldest_at >= timedelta(seconds=rule.for_seconds):
            title, over = texts.backlog(queue, now), texts.flows_again(queue.capability)
            yield Signal(_print(rule, queue.capability), title, texts.BACKLOG_BODY, queue.tasks, over)


def _approval_waits(rule: Rule, facts: Facts, now: datetime, _: Collection[str]) -> Iterable[Signal]:
    waiting = facts.approvals
    if waiting.oldest_at is not None and now - waiting.oldest_at >= timedelta(seconds=rule.for_seconds):
        yield Signal(
            _print(rule), texts.approvals(waiting, now), texts.APPROVALS_BODY, waiting.tasks, texts.APPROVALS_OVER
        )


def _agent_silent(rule: Rule, facts: Facts, now: datetime, _: Collection[str]) -> Iterable[Signal]:
    due = facts.round_due_at
    if due is not None and now - due >= timedelta(seconds=rule.for_seconds):
        late = texts.span((now - due).total_seconds())
        yield Signal(_print(rule), texts.AGENT_SILENT.format(late=late), texts.AGENT_BODY, 1, texts.AGENT_AGAIN)


_KINDS: dict[RuleKind, Callable[[Rule, Facts, datetime, Collection[str]], Iterable[Signal]]] = {
    RuleKind.TASK_SUCCEEDED: _task_succeeded,
    RuleKind.TASK_FAILED: _task_failed,
    RuleKind.FAILURE_RATE: _failure_rate,
    RuleKind.WORKER_ONLINE: _worker_online,
    RuleKind.WORKER_OFFLINE: _worker_offline,
    RuleKind.QUEUE_STALLED: _queue_stalled,
    RuleKind.BACKLOG: _backlog,
    RuleKind.APPROVAL_WAITS: _approval_waits,
    RuleKind.AGENT_SILENT: _agent_silent,
    RuleKind.TASK_STUCK: _task_stuck,
    RuleKind.FRESHNESS_MISSED: _freshness_missed,
    RuleKind.BUDGET_NEAR: _raised,
    RuleKind.AGENT_ESCALATION: _raised,
    RuleKind.DRIFT: _drift,
}
