"""Commands that only read: /status, /workers, /queue, /why, /coverage."""

from collections.abc import Mapping
from typing import Any

from chat.telegram.buttons import buttons_of
from chat.telegram.command_call import Call, Usage
from chat.telegram.task_lines import block, one_line
from chat.telegram.texts import Answer, ago, lines, listing, safe, span
from contracts.tasks.views import TaskDetailView, TaskView
from contracts.workers.states import WorkerState, state_words

_NEWEST = 5
WORKER_MARKS = {
    WorkerState.IDLE: "🟢", WorkerState.BUSY: "🔵", WorkerState.PAUSED: "⏸", WorkerState.DRAINING: "🟡",
    WorkerState.DEAF: "🟠", WorkerState.OFFLINE: "⚪",
}  # fmt: skip
_FRESH_HOURS = 24


async def status(call: Call) -> Answer:
    """/status, or /status ID."""
    if call.words:
        return await _one(call, "/status ID")
    figures = await call.api.get("/metrics/tasks", days=1)
    fleet = await call.api.get("/metrics/workers")
    everything = (await call.api.get("/capabilities"))["everything"]
    newest = [TaskView.model_validate(each) for each in await call.tasks(limit=_NEWEST)]
    paused = f"⏸ <b>Everything is paused</b> by {_by(everything)}" if everything else None
    today = _counts(figures["days"][-1], "succeeded", "failed") if figures["days"] else ""
    used = f"{fleet['slots_used']} of {fleet['slots']} slots used"
    return Answer(
        lines(
            paused,
            f"<b>Open</b>: {_counts(figures['open']) or 'nothing'}",
            f"<b>Today</b>: {today or 'nothing yet'}",
            f"<b>Workers</b>: {_counts(fleet['states']) or 'none'}; {used}",
            "<b>Newest</b>" if newest else None,
            *map(one_line, newest),
        )
    )


async def workers(call: Call) -> Answer:
    found = (await call.api.get("/workers"))["workers"]
    if not found:
        return Answer("There are no workers yet. `clawdbot workers invite` on the server makes a join code.")
    # A phone shows the first few: those that are there.
    present = sorted(found, key=lambda each: each["status"] == WorkerState.OFFLINE)
    return Answer(listing("<b>Workers</b>", [_worker(each) for each in present]))


async def queue(call: Call) -> Answer:
    found = (await call.api.get("/metrics/queue"))["capabilities"]
    busy = [each for each in found if each["waiting"] or each["held"]]
    waiting = await call.tasks(status="awaiting_approval", limit=_NEWEST)
    rows = [_depth(each) for each in sorted(busy, key=lambda each: -int(each["waiting"]))]
    views = [TaskView.model_validate(each) for each in waiting]
    return Answer(
        lines(
            listing("<b>Queue</b>", rows) if rows else "Nothing waits, and nothing is in work.",
            "<b>Wait for approval</b>" if views else None,
            *map(one_line, views),
        ),
        [buttons_of(str(each.id), each.status) for each in views],
    )


async def why(call: Call) -> Answer:
    """/why ID: what a task waits for, or why it failed."""
    if call.words:
        return await _one(call, "/why ID")
    waiting = [TaskView.model_validate(each) for each in await call.tasks(status="pending", limit=_NEWEST)]
    if not waiting:
        return Answer("No task waits for a worker.")
    return Answer(listing("Which one? Write /why ID.", [one_line(each) for each in waiting]))


async def coverage(call: Call) -> Answer:
    """/coverage NVDA, or /coverage for how the sources stand."""
    if not call.words:
        return await _sources(call)
    ticker = call.words[0].lstrip("$").upper()
    rows = (await call.api.get("/freshness", ticker=ticker))["freshness"]
    if not rows:
        raise Usage(f"Nothing was collected about {ticker} yet. Write /add reddit_crawl {ticker}.")
    return Answer(listing(f"<b>{safe(ticker, 20)}</b>", [_source(each) for each in rows]))


async def _one(call: Call, usage: str) -> Answer:
    task_id = await call.task_id(usage)
    task = TaskDetailView.model_validate(await call.api.get(f"/tasks/{task_id}"))
    reason = f"It waits: {safe(task.waiting_because, 400)}" if task.waiting_because else None
    return Answer(lines(block(task), reason), [buttons_of(task_id, task.status)])


async def _sources(call: Call) -> Answer:
    found = (await call.api.get("/metrics/freshness", fresh_hours=_FRESH_HOURS))["sources"]
    if not found:
        return Answer("Nothing was collected yet.")
    rows = [
        f"{safe(each['source'], 40)}: {_counts(each, 'fresh', 'stale', 'failing', 'never') or 'no tickers'}"
        for each in found
    ]
    return Answer(listing(f"<b>Tickers by source</b>, fresh within {_FRESH_HOURS} h", rows))


def _by(pause: Mapping[str, Any]) -> str:
    return f"{safe(pause['by'])}: {safe(pause['reason'], 300)}"


def _counts(counts: Mapping[str, Any], *names: str) -> str:
    wanted = names or tuple(counts)
    return ", ".join(f"{counts[name]} {safe(name.replace('_', ' '), 40)}" for name in wanted if counts.get(name))


def _worker(each: Mapping[str, Any]) -> str:
    words = state_words(WorkerState, each["status"])
    state = f"{WORKER_MARKS.get(each['status'], '•')} <b>{safe(each['name'], 60)}</b> {safe(words)}"
    tasks = f", {each['current_tasks']} in work" if each["current_tasks"] else ""
    seen = f", seen {ago(each['last_heartbeat'])}" if each["status"] == WorkerState.OFFLINE else ""
    held = f", {safe(each['held'])}: {safe(each['held_reason'], 80)}" if each.get("held") else ""
    return f"{state}{tasks}{seen}{held}"


def _depth(each: Mapping[str, Any]) -> str:
    oldest = f", the oldest for {span(each['oldest_seconds'])}" if each["oldest_seconds"] else ""
    return f"<b>{safe(each['capability'], 60)}</b>: {each['waiting']} wait{oldest}, {each['held']} in work"


def _source(each: Mapping[str, Any]) -> str:
    error = f" — {safe(each['last_error'], 80)}" if each["last_error"] else ""
    gone = ", ".join(safe(place["place"], 40) for place in each.get("refusing", ()) if place["left_out"])
    without = f", without {gone}" if gone else ""
    return (
        f"{safe(each['data_source'], 40)}: {ago(each['last_success_at'])}, {each['record_count']} rows{without}{error}"
    )
