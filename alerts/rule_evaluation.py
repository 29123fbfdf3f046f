"""Evaluates alert rules against facts: which alerts fire now. Which messages follow is decided in grouping.py."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from alerts import texts
from contracts.alerts.facts import EndedTasks, EndRate, Facts
from contracts.alerts.rules import Rule, RuleKind

#: Groups of one rule that are told one by one; what is more is told as one.
MOST_GROUPS = 20
#: Who has been away for longer when we look for the first time is no news.
_OLD_NEWS = timedelta(days=1)
#: A worker that says that it stops may be back in a moment: it was started anew.
_GOODBYE = timedelta(minutes=5)
#: After a break of our own (a restart) everybody gets the time to come back before silence means anything.
_SETTLING = timedelta(seconds=45)
_BY_SILENCE = frozenset(
    {
        RuleKind.WORKER_OFFLINE,
        RuleKind.QUEUE_STALLED,
        RuleKind.BACKLOG,
        RuleKind.TASK_STUCK,
        RuleKind.AGENT_SILENT,
        RuleKind.DRIFT,
    }
)
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
    if rule.kind in _BY_SILENCE and _awake(facts, now) < max(_SETTLING, timedelta(seconds=rule.for_seconds)):
        found = (each for each in found if each.fingerprint in open_)
    return _bounded(rule, found, open_)


def unknown_of(rule: Rule, facts: Facts, open_: Collection[str]) -> set[str]:
    """Of these open ones nothing is heard that would tell whether they are over, so they last."""
    if rule.kind is not RuleKind.FAILURE_RATE:
        return set()
    # A quiet time is no recovery: only successes are.
    well = (each for each in facts.rates if each.succeeded and each.failed * 100 < rule.limit * _ended(each))
    return set(open_) - {_print(rule, each.type) for each in well}


def broken(rule: Rule, error: Exception) -> Signal:
    """It could not be looked at: told as what it sees is told, until it can be again."""
    why = (str(error).splitlines() or [""])[0]
    title = texts.BROKEN_RULE.format(name=rule.name)
    body = texts.BROKEN_BODY.format(why=texts.line(f"{type(error).__name__}: {why}"))
    return Signal(_print(rule, "cannot be looked at"), title, body, 1, texts.over(title))


def _awake(facts: Facts, now: datetime) -> timedelta:
    return timedelta.max if facts.awake_since is None else now - facts.awake_since


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
    return Signal(others_of(rule), title, lines, sum(signal.count for signal in rest), texts.over(title))


def others_of(rule: Rule) -> str:
    """The fingerprint of what is told as one."""
    return _print(rule, OTHERS)


def _print(rule: Rule, *parts: str) -> str:
    return ":".join((rule.name, *parts))[:_LONGEST]


def _task_failed(rule: Rule, facts: Facts, now: datetime, _: Collection[str]) -> Iterable[Signal]:
    for tasks in _recent(rule, facts.ended, now):
        title = texts.failed(tasks)
        recovered = texts.failures_over(tasks)
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


def _attempt_failed(rule: Rule, facts: Facts, now: datetime, _: Collection[str]) -> Iterable[Signal]:
    for attempts in _recent(rule, facts.ended, now):
        title, body = texts.attempt_failed(attempts), texts.failed_body(attempts)
        yield Signal(
            _print(rule, attempts.type, attempts.error), title, body, attempts.tasks, "", str(attempts.task_id)
        )


def _page_changed(rule: Rule, facts: Facts, _: datetime, __: Collection[str]) -> Iterable[Signal]:
    for page in facts.pages:
        address = sha256(page.url.encode()).hexdigest()[:16]
        title, body = texts.page_changed(page), texts.page_body(page)
        yield Signal(_print(rule, address), title, body, page.times, "", str(page.task_id))


def _recent(rule: Rule, ended: Sequence[EndedTasks], now: datetime) -> Iterable[EndedTasks]:
    since = now - timedelta(seconds=rule.window_seconds)
    return (tasks for tasks in ended if tasks.last_at > since)


def _failure_rate(rule: Rule, facts: Facts, _: datetime, __: Collection[str]) -> Iterable[Signal]:
    for rate in facts.rates:
        total = _ended(rate)
        if total >= rule.min_tasks and rate.failed * 100 >= rule.limit * total:
            title = texts.rate(rate, rule.window_seconds)
            body = f"The rule {rule.name} tells from {rule.limit:g} % on."
            yield Signal(_print(rule, rate.type), title, body, rate.failed, texts.rate_over(rate, rule.limit))


def _ended(rate: EndRate) -> int:
    return rate.succeeded + rate.failed


def _worker_offline(rule: Rule, facts: Facts, now: datetime, open_: Collection[str]) -> Iterable[Signal]:
    for worker in facts.workers:
        fingerprint, away = _print(rule, str(worker.id)), now - worker.since
        patience = timedelta(seconds=rule.for_seconds)
        if worker.stopped:
            # It may have said so before our own break: then the time begins with the end of that.
            away, patience = min(away, _awake(facts, now)), max(patience, _GOODBYE)
        if worker.state != "offline" or worker.last_seen_at is None or away < patience:
            continue
        if now - worker.since < _OLD_NEWS or fingerprint in open_:
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
            title, over = texts.stalled(queue), texts.flows_again(queue.what)
            yield Signal(_print(rule, queue.what), title, texts.stalled_body(queue, now), queue.tasks, over)


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
            title, over = texts.backlog(queue, now), texts.flows_again(queue.what)
            yield Signal(_print(rule, queue.what), title, texts.BACKLOG_BODY, queue.tasks, over)


def _approval_waits(rule: Rule, facts: Facts, now: datetime, _: Collection[str]) -> Iterable[Signal]:
    waiting = facts.approvals
    if waiting.oldest_at is not None and now - waiting.oldest_at >= timedelta(seconds=rule.for_seconds):
        bodies = [texts.APPROVALS_BODY] * bool(waiting.tasks) + [texts.REVIEWS_BODY] * bool(waiting.results)
        count = waiting.tasks + waiting.results
        yield Signal(_print(rule), texts.approvals(waiting, now), "\n".join(bodies), count, texts.APPROVALS_OVER)


def _agent_silent(rule: Rule, facts: Facts, now: datetime, _: Collection[str]) -> Iterable[Signal]:
    due = facts.round_due_at
    if due is not None and now - due >= timedelta(seconds=rule.for_seconds):
        late = texts.span((now - due).total_seconds())
        yield Signal(_print(rule), texts.AGENT_SILENT.format(late=late), texts.AGENT_BODY, 1, texts.AGENT_AGAIN)


def _disk_low(rule: Rule, facts: Facts, _: datetime, __: Collection[str]) -> Iterable[Signal]:
    if facts.disk_free is not None and facts.disk_free < rule.limit * 1024**3:
        yield Signal(_print(rule), texts.disk_low(facts.disk_free), texts.DISK_BODY, 1, texts.DISK_OVER)


def _core_gone(_: Rule, __: Facts, ___: datetime, ____: Collection[str]) -> Iterable[Signal]:
    """Core looks, so it is there. That it is not is noticed by the API (services/alerts/core_watch.py)."""
    return ()


_KINDS: dict[RuleKind, Callable[[Rule, Facts, datetime, Collection[str]], Iterable[Signal]]] = {
    RuleKind.TASK_SUCCEEDED: _task_succeeded,
    RuleKind.TASK_FAILED: _task_failed,
    RuleKind.ATTEMPT_FAILED: _attempt_failed,
    RuleKind.PAGE_CHANGED: _page_changed,
    RuleKind.CORE_GONE: _core_gone,
    RuleKind.DISK_LOW: _disk_low,
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
    RuleKind.SYMBOL_TRENDS: _raised,
    RuleKind.TRIGGER_HALTED: _raised,
    RuleKind.DRIFT: _drift,
}
