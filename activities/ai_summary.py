"""Write a cited summary of what was collected for a ticker: the newest rows of each source, as many as fit.

The source `sentiment` gives one line per day, made of the scores of that day's posts; a point may cite the day.
"""

import heapq
from dataclasses import dataclass, field

from activities.context import TaskContext
from activities.models import prompts
from activities.models.answer_schemas import Item, Point, Summary
from activities.models.daily_sentiment import read_daily_sentiment
from activities.models.finished_result import paid_before, remember, remembered
from activities.models.material import SOURCES, items_of
from activities.models.provider import Model, open_model
from activities.sources.text import storable
from contracts.errors import InvalidParams, NotFound
from contracts.params.analysis import AiSummaryParams
from contracts.records.rows import AiAnalysis, MaterialQuery, RecordKind
from contracts.tasks.results import AiSummaryResult, ModelCost

#: Of one row, in characters.
ROW_LIMIT = 3_000
#: Rows of one source, at most.
MOST_ROWS = 200
#: Of one point in characters, of points, and of what one point cites.
POINT_LIMIT, MOST_POINTS, MOST_CITES = 1_000, 20, 10
_SENTIMENT = "sentiment"


async def ai_summary(context: TaskContext, params: AiSummaryParams) -> AiSummaryResult:
    """Read the window, ask once, store the summary.

    Raises:
        InvalidParams: an unknown source.
        NotFound: nothing was collected in the window.
        TaskError: see `contracts.errors`.
    """
    done = remembered(context.cursor, AiSummaryResult)
    if done is not None:
        return done
    _check(params.data_sources)
    async with open_model(context) as model:
        found = {name: await _read(context, params, name) for name in params.data_sources}
        with paid_before(context, model) as paid:
            return await _summarize(context, params, model, found, paid)


def _check(names: list[str]) -> None:
    known = (*SOURCES, _SENTIMENT)
    for name in names:
        if name not in known:
            raise InvalidParams(f"'{name[:50]}' is not a source. Use {', '.join(known)}.")


@dataclass
class _Found:
    """The newest rows of one source, newest first, and how many there are in the window."""

    total: int = 0
    items: list[Item] = field(default_factory=list)


async def _read(context: TaskContext, params: AiSummaryParams, name: str) -> _Found:
    start, end = params.window.bounds(context.submitted_at)
    if name == _SENTIMENT:
        context.progress(step="reading sentiment")
        return _Found(*await read_daily_sentiment(context, start, end))
    kind = SOURCES[name]
    columns = kind.spec
    newest: list[tuple[str, str, Item]] = []
    total, after = 0, None
    while True:
        query = MaterialQuery(kind=kind, since=start, until=end, after=after, limit=columns.page)
        rows = await context.material(query)
        total += len(rows)
        items = await items_of(context, kind, rows, ROW_LIMIT)
        keyed = [(str(row[columns.time]), str(row[columns.id]), item) for row, item in zip(rows, items, strict=True)]
        # Times are ISO dates of one zone, so text sorts like time.
        newest = heapq.nlargest(MOST_ROWS, [*newest, *keyed], key=lambda each: each[:2])
        context.progress(step=f"reading {name}: {total} rows")
        if len(rows) < columns.page:
            return _Found(total, [item for _, _, item in newest])
        after = str(rows[-1][columns.id])


async def _summarize(
    context: TaskContext, params: AiSummaryParams, model: Model, found: dict[str, _Found], paid: ModelCost
) -> AiSummaryResult:
    chosen = _chosen({name: each.items for name, each in found.items()}, model.budget)
    items = [item for some in chosen.values() for item in some]
    if not items:
        raise NotFound(
            f"Nothing about {params.ticker} was collected from {', '.join(found)} in this window. "
            "Crawl first, or ask for a longer window."
        )
    context.progress(percent=50, step=f"{model.name} summarises {len(items)} rows")
    summary = _bounded(await model.summarize(items))
    result = AiSummaryResult(
        analysis_id=f"{context.task_id}:summary",
        summary=written(summary),
        cited=list(dict.fromkeys(id_ for point in summary.points for id_ in point.cites)),
        found={name: each.total for name, each in found.items()},
        used={name: len(some) for name, some in chosen.items()},
        cost=paid.plus(model.cost),
    )
    await context.store(RecordKind.AI_ANALYSES, [_row(params.ticker, model.name, result, summary)])
    remember(context, result)
    context.progress(percent=100, step="summary stored", rows_used=len(items))
    return result


def _chosen(items: dict[str, list[Item]], budget: int) -> dict[str, list[Item]]:
    """The newest of each source within the budget; what one source does not need, the next ones get."""
    chosen: dict[str, list[Item]] = {}
    room, left = budget, len(items)
    for name, some in sorted(items.items(), key=lambda each: sum(map(prompts.size, each[1]))):
        share = room // left
        chosen[name] = []
        for item in some:
            if prompts.size(item) > share:
                break
            chosen[name].append(item)
            share -= prompts.size(item)
            room -= prompts.size(item)
        left -= 1
    return chosen


def _bounded(summary: Summary) -> Summary:
    """Whatever the model said, it fits into a result."""
    points = summary.points[:MOST_POINTS]
    return Summary(points=[Point(text=storable(p.text, POINT_LIMIT), cites=p.cites[:MOST_CITES]) for p in points])


def written(summary: Summary) -> str:
    """The points as text, each with what it rests on."""
    return "\n".join(f"- {storable(point.text, POINT_LIMIT)} [{', '.join(point.cites)}]" for point in summary.points)


def _row(ticker: str, model: str, result: AiSummaryResult, summary: Summary) -> AiAnalysis:
    return AiAnalysis(
        analysis_id=result.analysis_id,
        ticker=ticker,
        analysis="summary",
        model=model,
        text=result.summary,
        cited=result.cited,
        details={"points": [point.model_dump() for point in summary.points], "used": result.used},
    )
