"""Score how collected posts sound, page by page, so that a crash costs one page."""

from collections.abc import Sequence
from typing import Any, cast

from pydantic import Field

from activities.context import TaskContext
from activities.cursors import Place
from activities.models.answer_schemas import Item, Score, Scores
from activities.models.provider import Model, open_model
from contracts.errors import TaskError
from contracts.params.analysis import AiSentimentParams
from contracts.records.rows import MaterialQuery, RecordKind, Sentiment
from contracts.tasks.results import AiSentimentResult, ModelCost

#: Posts read and stored at once.
PAGE = 100
#: Of a post, in characters; the mood of a longer one shows by then.
POST_LIMIT = 4_000


async def ai_sentiment(context: TaskContext, params: AiSentimentParams) -> AiSentimentResult:
    """Score the posts that this worker's model has not scored yet, or those with the given ids.

    Raises:
        TaskError: see `contracts.errors`.
    """
    async with open_model(context) as model:
        return await _Scoring(context, params, model, _Place.of(context.cursor)).run()


class _Place(Place):
    """Where the scoring stands. This is the cursor."""

    after: str | None = None
    #: Of the ids that were given, how many are done.
    ids_done: int = 0
    done: bool = False
    sum_of_scores: float = 0
    result: AiSentimentResult = Field(default_factory=AiSentimentResult)


#: By `source`: the posts, and where the opinions about them go.
_SOURCES = {kind.spec.source: (kind, kind.opinions) for kind in RecordKind if kind.opinions}


class _Scoring:
    """One attempt."""

    def __init__(self, context: TaskContext, params: AiSentimentParams, model: Model, place: _Place) -> None:
        self._context = context
        self._ticker = params.ticker
        self._ids = None if params.post_ids == "all unscored" else list(dict.fromkeys(params.post_ids))
        self._limit = params.limit
        self._posts, self._opinions = _SOURCES[params.source]
        self._model = model
        self._place = place
        self._spent_before = place.result.cost.model_copy()

    async def run(self) -> AiSentimentResult:
        while not self._place.done:
            await self._page()
        self._place.result.cost = self._cost()
        return self._place.result

    async def _page(self) -> None:
        """Read, score, store, remember: in this order, a lost attempt repeats at most this page."""
        wanted = self._page_size()
        posts = await self._context.material(self._query())
        items = [Item(str(post[self._posts.spec.id]), _text(post)) for post in posts]
        scores = (await self._score(items)).scores if items else []
        await self._store(scores, len(items))
        self._place.result.pages += bool(items)
        self._move_on(items, wanted)
        self._place.result.cost = self._cost()
        self._context.checkpoint(self._place.model_dump(mode="json"))
        scored = self._place.result.posts_scored
        self._context.progress(step=f"{scored} posts scored by {self._model.name}", posts_scored=scored)

    async def _score(self, items: Sequence[Item]) -> Scores:
        try:
            return await self._model.score(items)
        except TaskError:
            # What was paid for is not forgotten because it was of no use.
            self._place.result.cost = self._cost()
            self._context.checkpoint(self._place.model_dump(mode="json"))
            raise

    def _query(self) -> MaterialQuery:
        if self._ids is not None:
            ids = self._ids[self._place.ids_done : self._place.ids_done + self._page_size()]
            return MaterialQuery(kind=self._posts, ids=ids, limit=PAGE)
        return MaterialQuery(
            kind=self._posts,
            unscored_by=self._model.name,
            # The attempt before this one may have died when a page was stored and not yet counted.
            or_by_this_task=self._context.attempt > 1 or self._context.cursor is not None,
            after=self._place.after,
            limit=self._page_size(),
        )

    def _page_size(self) -> int:
        return min(PAGE, self._limit - self._looked_at())

    def _looked_at(self) -> int:
        return self._place.ids_done or self._place.result.posts_scored + self._place.result.posts_skipped

    def _move_on(self, items: Sequence[Item], wanted: int) -> None:
        if self._ids is not None:
            self._place.ids_done += wanted
            self._place.done = self._place.ids_done >= min(len(self._ids), self._limit)
            return
        if items:
            self._place.after = items[-1].id
        self._place.done = len(items) < wanted or self._looked_at() >= self._limit

    async def _store(self, scores: Sequence[Score], posts: int) -> None:
        result = self._place.result
        result.posts_skipped += posts - len(scores)
        if not scores:
            return
        rows = [self._row(score) for score in scores]
        reply = await self._context.store(self._opinions, rows)
        result.posts_scored += len(rows)
        result.new += reply.inserted
        result.duplicates += reply.duplicates
        for row in rows:
            result.labels[row.label] = result.labels.get(row.label, 0) + 1
        self._place.sum_of_scores += sum(row.score for row in rows)
        result.mean_score = round(self._place.sum_of_scores / result.posts_scored, 4)

    def _row(self, score: Score) -> Sentiment:
        model = cast(type[Sentiment], self._opinions.spec.model)
        return model(
            ticker=self._ticker,
            post_id=score.id,
            scorer=self._model.name,
            label=score.label,
            score=score.score,
            confidence=score.confidence,
        )

    def _cost(self) -> ModelCost:
        return self._spent_before.plus(self._model.cost)


def _text(post: dict[str, Any]) -> str:
    parts = (post.get("title"), post.get("body"), post.get("text"))
    return "\n".join(part for part in parts if part)[:POST_LIMIT]
