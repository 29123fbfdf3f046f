"""Fetch one page, keep its text as a snapshot, and say what changed since the snapshot before.

Without a selector that is all of its text: the price beside an article is what people watch.

It reads one page because somebody asked for that page, so robots.txt is not consulted; crawls do that.
"""

from datetime import datetime

import httpx

from activities.context import TaskContext, in_thread
from activities.sources.environment import optional
from activities.sources.line_diffs import Comparison, compared
from activities.sources.retry_waits import wait_and_retry
from activities.sources.web.canonical import digest
from activities.sources.web.guarded_http import GuardedHttp, Reply
from activities.sources.web.page_text import NothingToRead, PageText, Selector, page_text
from activities.sources.web.robots import USER_AGENT
from activities.sources.web.walls import fetched_behind, led_to_wall
from contracts.params.crawl import WebMonitorParams
from contracts.records.exchange import MaterialQuery
from contracts.records.rows import RecordKind, WebSnapshot
from contracts.tasks.results import WebMonitorResult

#: Of text and diff, what stands in the result of the task.
EXCERPT_LIMIT = 4_000
#: Snapshots of whole pages were once of their articles only. Those say so by their hashes, which are of the text alone.
_WHOLE = "all of the page\n"


async def web_monitor(context: TaskContext, params: WebMonitorParams) -> WebMonitorResult:
    """Fetch, read, compare, store.

    Raises:
        TaskError: see `contracts.errors`.
    """
    url = str(params.url)
    selector = Selector(params.selector) if params.selector else None
    context.progress(percent=0, step="fetching the page")
    async with GuardedHttp.from_environment(optional("NEWS_USER_AGENT", USER_AGENT)) as http:
        reply = await wait_and_retry(context, params.url.host or "the site", lambda: _fetched(http, url))
    page = await in_thread(lambda: page_text(reply, selector))
    before = await _last(context, params) if params.compare_to_last else None
    comparison = await in_thread(lambda: _since(before, page))
    snapshot = _snapshot(context.submitted_at, params, reply, page, comparison)
    await context.store(RecordKind.WEB_SNAPSHOTS, [snapshot])
    context.progress(percent=100, step="changed" if snapshot.changed else "no change")
    return WebMonitorResult(
        changed=snapshot.changed,
        first_snapshot=params.compare_to_last and before is None,
        added_lines=comparison.added,
        removed_lines=comparison.removed,
        characters=len(page.text),
        truncated=page.truncated,
        title=page.title,
        excerpt=(page.article or page.text)[:EXCERPT_LIMIT],
        diff=comparison.diff[:EXCERPT_LIMIT],
        content_hash=snapshot.content_hash,
    )


async def _fetched(http: GuardedHttp, url: str) -> Reply:
    reply = await fetched_behind(http, url)
    if led_to_wall(url, reply.url):
        raise NothingToRead(
            f"The address leads to {httpx.URL(reply.url).host}, to a form that has to be filled in first."
        )
    return reply


async def _last(context: TaskContext, params: WebMonitorParams) -> WebSnapshot | None:
    """The last snapshot before this task; not that of an earlier attempt, which is the same snapshot."""
    query = MaterialQuery(
        kind=RecordKind.WEB_SNAPSHOTS,
        url=str(params.url),
        selector=params.selector or "",
        until=context.submitted_at,
        limit=1,
    )
    rows = [WebSnapshot.model_validate(row) for row in await context.material(query)]
    return rows[0] if rows else None


def _since(before: WebSnapshot | None, page: PageText) -> Comparison:
    if before is None:
        return Comparison()
    of_article = page.article is not None and before.content_hash == digest(before.text)
    return compared(before.text, page.article or "" if of_article else page.text)


def _snapshot(
    taken_at: datetime, params: WebMonitorParams, reply: Reply, page: PageText, comparison: Comparison
) -> WebSnapshot:
    """The row. Its time is that of the task, so that another attempt makes the same one."""
    return WebSnapshot(
        url=str(params.url),
        selector=params.selector or "",
        taken_at=taken_at,
        status_code=reply.status,
        title=page.title,
        text=page.text,
        content_hash=digest(page.text if page.article is None else f"{_WHOLE}{page.text}"),
        changed=comparison.changed,
        diff=comparison.diff,
    )
