"""The words of notifications. Text of tasks and workers is shortened and on one line; it is sent as plain text."""

from datetime import datetime

from contracts.alerts.facts import Approvals, ChangedPage, EndedTasks, EndRate, SilentTask, Stale, Waiting, WorkerFact
from contracts.records.sources import SOURCES

OUTBOX = "⚠️ Temporal has not taken a command for {seconds}"
MIRROR = "⚠️ The mirror has not been compared with Temporal for {seconds}"
DRIFT_BODY = "Tasks may show an older state than they have. See the log of core, and whether Temporal is up."
BACKLOG_BODY = "Workers are there and do not keep up: start another one, or look why each task takes so long."
APPROVALS_BODY = "See clawdbot tasks list --status awaiting_approval, then clawdbot tasks approve or reject."
REVIEWS_BODY = "See clawdbot plans reviews, or /review in Telegram."
APPROVALS_OVER = "✅ Nothing waits for a person's yes any longer"
AGENT_SILENT = "🔴 The agent has had no round for {late} after it was due"
AGENT_BODY = "It is not paused. See clawdbot agent status, whether core runs, and its log."
AGENT_AGAIN = "✅ The agent has its rounds again"
DISK_BODY = (
    "When it is full no task is accepted, and what runs stands still until there is room. Make room there, or keep"
    " data for a shorter time (docs/operations.md)."
)
DISK_OVER = "✅ The disk has room again"
CORE_GONE = "🔴 Core has not looked at anything for {silent}"
CORE_BODY = "Tasks wait, and nobody else tells what is wrong. See the log of core."
CORE_STOPPED_BODY = "It was stopped on purpose and has not been started again."
CORE_BACK = "✅ Core is back"
BROKEN_RULE = "⚠️ The alert rule {name} cannot be looked at"
BROKEN_BODY = "{why}\nUntil it can be, it tells nothing, and what it has told stays open. The other rules go on."
_LONGEST_LINE = 200


def line(text: str, longest: int = _LONGEST_LINE) -> str:
    """The text on one line, without control characters."""
    flat = " ".join("".join(character if character.isprintable() else " " for character in text).split())
    return flat if len(flat) <= longest else flat[: longest - 1] + "…"


def lines(text: str, longest: int = 500) -> str:
    """The same for each line of the text."""
    return "\n".join(line(each, longest) for each in text.splitlines())


def span(seconds: float) -> str:
    """A length of time as people say it: 45s, 5m, 3h, 2d."""
    for unit, size, most in (("s", 1, 120), ("m", 60, 120), ("h", 3_600, 48)):
        if seconds < most * size:
            return f"{seconds / size:.0f}{unit}"
    return f"{seconds / 86_400:.0f}d"


def _about(type_: str, ticker: str | None) -> str:
    return line(f"{type_} for ${ticker}" if ticker else type_, 100)


def _tasks(number: int) -> str:
    return f"{number:,} task" + ("" if number == 1 else "s")


def disk_low(free: int) -> str:
    """``free``: bytes."""
    return f"🔴 Only {free // 1024**2:,} MB are left on the disk of Postgres"


def failed(each: EndedTasks) -> str:
    reason = line(each.message or each.error, 120)
    if each.tasks > 1:
        return f"❌ {each.tasks:,} {line(each.type, 100)} tasks failed — {line(each.error, 60)}: {reason}"
    last = f"retry {each.attempt - 1}/{each.max_attempts - 1}, given up" if each.attempt > 1 else "not retried"
    return f"❌ {_about(each.type, each.ticker)} failed — {reason} ({last})"


def attempt_failed(each: EndedTasks) -> str:
    """With the number of the retry that follows."""
    reason = line(each.message or each.error, 120)
    if each.tasks > 1:
        attempts = f"{each.tasks:,} attempts of {line(each.type, 100)}"
        return f"❌ {attempts} failed and are retried — {line(each.error, 60)}: {reason}"
    retries = max(each.max_attempts - 1, each.attempt)
    return f"❌ {_about(each.type, each.ticker)} failed — {reason} (retry {each.attempt}/{retries})"


def page_changed(each: ChangedPage) -> str:
    times = "" if each.times == 1 else f" {each.times:,} times"
    return f"📄 {line(each.title or each.url, 100)} changed{times} — +{each.added:,} -{each.removed:,} lines"


def page_body(each: ChangedPage) -> str:
    return f"{line(each.url, 500)}\nNewest task: {each.task_id}"


def failed_body(each: EndedTasks) -> str:
    return f"{line(each.error, 100)}: {line(each.message, 500)}\nNewest task: {each.task_id}"


def failures_over(each: EndedTasks) -> str:
    failures = "it failed once" if each.tasks == 1 else f"it failed {each.tasks:,} times"
    if each.tasks == 1:
        return f"✅ {_about(each.type, each.ticker)} is no longer failed; {failures} in all"
    return f"✅ {line(each.type, 100)}: nothing is failed with {line(each.error, 60)} any more; {failures} in all"


def succeeded(each: EndedTasks) -> str:
    if each.tasks > 1:
        return f"✅ {each.tasks:,} {line(each.type, 100)} tasks completed"
    rows = "" if each.rows is None else f" — {each.rows:,} {_counted(each.type)}"
    took = "" if each.seconds is None else f" ({span(each.seconds)})"
    return f"✅ {_about(each.type, each.ticker)} completed{rows}{took}"


def _counted(type_: str) -> str:
    """What a result of the type counts, as people call it: posts, filings."""
    counts = SOURCES[type_].counts if type_ in SOURCES else None
    return (counts or "rows").partition("_")[0]


def backlog(each: Waiting, now: datetime) -> str:
    waits = span((now - each.oldest_at).total_seconds())
    return f"⚠️ {_tasks(each.tasks)} of {line(each.what, 140)} pending, the oldest for {waits}"


def approvals(each: Approvals, now: datetime) -> str:
    waits = span((now - each.oldest_at).total_seconds()) if each.oldest_at else "?"
    said = [f"{_tasks(each.tasks)} awaiting approval"] if each.tasks else []
    if each.results:
        said.append(f"{each.results:,} result{'' if each.results == 1 else 's'} awaiting a review")
    return f"⚠️ {' and '.join(said)}, the oldest for {waits}"


def rate(each: EndRate, window: int) -> str:
    total = each.succeeded + each.failed
    share = f"{each.failed * 100 / total:.0f} %"
    return f"❌ {share} of {line(each.type, 100)} failed: {each.failed:,} of {total:,} in {span(window)}"


def rate_over(each: EndRate, limit: float) -> str:
    return f"✅ Fewer than {limit:g} % of {line(each.type, 100)} fail again"


def _worker(each: WorkerFact) -> str:
    return f'ClawdBot "{line(each.name, 80)}"'


def connected(each: WorkerFact) -> str:
    return f"🤖 {_worker(each)} connected ({line(', '.join(each.capabilities), 120)})"


def offline(each: WorkerFact, now: datetime) -> str:
    seen = span((now - each.last_seen_at).total_seconds()) if each.last_seen_at else "?"
    return f"⚠️ {_worker(each)} went offline (last seen {seen} ago)"


def offline_body(each: WorkerFact) -> str:
    return "It said that it stops." if each.stopped else "It did not say goodbye. Its tasks go to others."


def online_again(each: WorkerFact) -> str:
    return f"🤖 {_worker(each)} is online again ({line(', '.join(each.capabilities), 120)})"


def stalled(each: Waiting) -> str:
    return f"🔴 {_tasks(each.tasks)} pending, 0 workers online ({line(each.what, 140)})"


def stalled_body(each: Waiting, now: datetime) -> str:
    waits = span((now - each.oldest_at).total_seconds())
    return f"The oldest waits for {waits}. Start a worker that takes {each.what}."


def flows_again(what: str) -> str:
    return f"✅ Tasks of {line(what, 140)} are no longer stalled"


def stuck_name(each: SilentTask) -> str:
    return f"{_about(each.type, each.ticker)} is stuck"


def stuck(each: SilentTask, now: datetime) -> str:
    silent = span((now - each.heard_at).total_seconds())
    return f"⚠️ {stuck_name(each)}: nothing heard for {silent} from {line(each.worker or 'its worker', 80)}"


def stale(each: Stale, factor: float) -> str:
    tickers = "1 ticker" if each.tickers == 1 else f"{each.tickers:,} tickers"
    return f"⚠️ {line(each.source, 50)} of {tickers} is older than {each.target_hours * factor:g} h"


def stale_body(each: Stale) -> str:
    return "The stalest: " + line(", ".join(each.examples), 300)


def fresh_again(source: str) -> str:
    return f"✅ {line(source, 50)} is fresh again"


def others(rule: str, number: int) -> str:
    return f"⚠️ {rule}: {number:,} more"


def over(title: str) -> str:
    return f"✅ Over: {title.lstrip('⚠️❌🔴 ')}"


def again(title: str, returns: int) -> str:
    """Of what comes and goes."""
    return f"{title} — again: {returns + 1} times within the hour"


def came_and_went(title: str, returns: int) -> str:
    return f"{title} (it came and went {returns + 1} times)"
