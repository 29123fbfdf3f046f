"""Score how collected posts sound, page by page, so that a crash costs one page."""

from collections.abc import Sequence
from math import ceil
from typing import cast

from pydantic import BaseModel, Field

from activities.context import TaskContext
from activities.cursors import Place
from activities.models.answer_schemas import Item, Score, Scores
from activities.models.provider import Model, open_model
from contracts.errors import TaskError
from contracts.params.analysis import AiSentimentParams
from contracts.records.exchange import MaterialQuery
from contracts.records.rows import RecordKind, Sentiment
from contracts.records.scored_text import hash_of, scored_text
from contracts.tasks.results import AiSentimentResult, ModelCost

#: Posts read and stored at once.
PAGE = 100


async def ai_sentiment(context: TaskContext, params: AiSentimentParams) -> AiSentimentResult:
    """Score the posts that this worker's model has not scored yet, or those with the given ids.

    Raises:
        TaskError: see `contracts.errors`.
    """
    async with open_model(context) as model:
        return await _Scoring(context, params, model, _Place.of(context.cursor)).run()


class _Mark(BaseModel):
    """How far one kind of posts is."""

    after: str | None = None
    #: Of the ids that were given, how many are done.
    ids_done: int = 0
    done: bool = False


class _Place(Place):
    """Where the scoring stands. This is the cursor."""

    #: By kind of posts; those that are not done take turns.
    marks: dict[RecordKind, _Mark] = Field(default_factory=dict)
    turn: int = 0
    sum_of_scores: float = 0
    result: AiSentimentResult = Field(default_factory=AiSentimentResult)


#: By `source`: the posts, and where the opinions about them go.
_SOURCES = {kind.spec.source: (kind, kind.opinions) for kind in RecordKind if kind.opinions}
_ALL = "all"


class _Scoring:
    """One attempt."""

    def __init__(self, context: TaskContext, params: AiSentimentParams, model: Model, place: _Place) -> None:
        self._context = context
        self._ticker = params.ticker
        self._ids = None if params.post_ids == "all unscored" else list(dict.fromkeys(params.post_ids))
        self._limit = params.limit
        self._opinions = dict(_SOURCES.values() if params.source == _ALL else [_SOURCES[params.source]])
        self._model = model
        self._place = place
        for kind in self._opinions:
            place.marks.setdefault(kind, _Mark())
        self._spent_before = place.result.cost.model_copy()

    async def run(self) -> AiSentimentResult:
        while waiting := [kind for kind in self._opinions if not self._place.marks[kind].done]:
            await self._page(waiting[self._place.turn % len(waiting)], len(waiting))
            self._place.turn += 1
        self._place.result.cost = self._cost()
        return self._place.result

    async def _page(self, kind: RecordKind, kinds: int) -> None:
        """Read, score, store, remember: in this order, a lost attempt repeats at most this page."""
        mark = self._place.marks[kind]
        wanted = self._page_size(mark, kinds)
        posts = await self._context.material(self._query(kind, mark, wanted)) if wanted else []
        items = [Item(str(post[kind.spec.id]), scored_text(post)) for post in posts]
        scores = (await self._score(items)).scores if items else []
        await self._store(self._opinions[kind], scores, items)
        self._place.result.pages += bool(items)
        self._move_on(mark, items, wanted)
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

    def _query(self, kind: RecordKind, mark: _Mark, wanted: int) -> MaterialQuery:
        if self._ids is not None:
            return MaterialQuery(kind=kind, ids=self._ids[mark.ids_done : mark.ids_done + wanted], limit=PAGE)
        return MaterialQuery(
            kind=kind,
            unscored_by=self._model.name,
            # The attempt before this one may have died when a page was stored and not yet counted.
            or_by_this_task=self._context.attempt > 1 or self._context.cursor is not None,
            after=mark.after,
            limit=wanted,
        )

    def _page_size(self, mark: _Mark, kinds: int) -> int:
        """What is left of the limit is shared by the kinds that are not done."""
        if self._ids is not None:
            return min(PAGE, self._limit - mark.ids_done)
        return min(PAGE, ceil(max(self._limit - self._looked_at(), 0) / kinds))

    def _looked_at(self) -> int:
        return self._place.result.posts_scored + self._place.result.posts_skipped

    def _move_on(self, mark: _Mark, items: Sequence[Item], wanted: int) -> None:
        if self._ids is not None:
            mark.ids_done += wanted
            mark.done = mark.ids_done >= min(len(self._ids), self._limit)
            return
        if items:
            mark.after = items[-1].id
        mark.done = len(items) < wanted or self._looked_at() >= self._limit

    async def _store(self, opinions: RecordKind, scores: Sequence[Score], posts: Sequence[Item]) -> None:
        result = self._place.result
        result.posts_skipped += len(posts) - len(scores)
        if not scores:
            return
        texts = {post.id: post.text for post in posts}
        rows = [self._row(opinions, score, texts[score.id]) for score in scores]
        reply = await self._context.store(opinions, rows)
        result.posts_scored += len(rows)
        result.new += reply.inserted
        result.duplicates += reply.duplicates
        for row in rows:
            result.labels[row.label] = result.labels.get(row.label, 0) + 1
        self._place.sum_of_scores += sum(row.score for row in rows)
        result.mean_score = round(self._place.sum_of_scores / result.posts_scored, 4)

    def _row(self, opinions: RecordKind, score: Score, text: str) -> Sentiment:
        model = cast(type[Sentiment], opinions.spec.model)
        return model(
            ticker=self._ticker,
            post_id=score.id,
            scorer=self._model.name,
            label=score.label,
            score=score.score,
            confidence=score.confidence,
            text_hash=hash_of(text),
        )

    def _cost(self) -> ModelCost:
        return self._spent_before.plus(self._model.cost)
