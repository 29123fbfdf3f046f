"""A model behind a chat API: asks, checks the answer against its schema, asks once more if it does not fit."""

import json
import re
from collections import Counter
from collections.abc import Sequence
from typing import TypeVar

from aiolimiter import AsyncLimiter
from pydantic import BaseModel, ValidationError

from activities.context import TaskContext
from activities.models import prompts
from activities.models.answer_schemas import (
    Analysis,
    Answers,
    Entities,
    Item,
    Point,
    Score,
    Scores,
    Summary,
    disagree,
)
from activities.models.cache import CACHE, key_of
from activities.models.score_reading import readable_scores
from activities.models.settings import ModelSettings
from activities.sources.retry_waits import wait_and_retry
from contracts.tasks.results import ModelCost
from llm.chat import AnswerCut, AnswerDeclined, BadModelReply, ChatClient, Prompt, Reply

A = TypeVar("A", bound=BaseModel)

#: Items in one request: more would need a longer answer than models give.
MOST_ITEMS = 50
#: Said of a score that is bullish under a bearish label, or the other way round.
_OPPOSITE = "Where a label is negative the score is below 0, where it is positive above 0; score these items again."
_BETWEEN_IDS = re.compile(r"[\s,;\[\]()<>\"'`]+")

_LIMITERS: dict[tuple[str, float], AsyncLimiter] = {}


class ChatModel:
    """See `activities.models.provider.Model`."""

    def __init__(self, context: TaskContext, client: ChatClient, settings: ModelSettings) -> None:
        self.name = f"{client.provider}/{client.model}"[:200]
        self.budget = settings.context_chars
        self.cost = ModelCost(model=self.name)
        self._context = context
        self._client = client
        self._settings = settings
        # Providers count per account, so a worker's tasks share one limiter.
        rate = settings.requests_per_minute
        self._limiter = _LIMITERS.setdefault((client.provider, rate), AsyncLimiter(rate, 60))

    async def score(self, items: Sequence[Item]) -> Scores:
        """Scores in the order of the items; a text that this worker has had scored is not sent again."""
        known: dict[str, Score] = {}
        to_ask: list[Item] = []
        for item in items:
            cached = CACHE.get(self._key(item))
            if cached is None:
                to_ask.append(item)
            else:
                known[item.id] = Score.model_validate_json(cached).model_copy(update={"id": item.id})
        for batch in prompts.batches(to_ask, self.budget, MOST_ITEMS):
            known |= await self._scored(batch)
        return Scores(scores=[known[item.id] for item in items if item.id in known])

    async def summarize(self, items: Sequence[Item]) -> Summary:
        answer = await self._ask(prompts.SUMMARIZE, items, Summary)
        return Summary(points=_cited(answer.points, items))

    async def analyze(self, items: Sequence[Item]) -> Analysis:
        answer = await self._ask(prompts.ANALYZE, items, Analysis)
        return answer.model_copy(update={"points": _cited(answer.points, items)})

    async def entities(self, items: Sequence[Item]) -> Entities:
        answer = await self._ask(prompts.ENTITIES, items, Entities)
        for entity in answer.entities:
            entity.cites = _known(entity.cites, items)
        return Entities(entities=[entity for entity in answer.entities if entity.cites])

    async def answer(self, questions: Sequence[str], items: Sequence[Item]) -> Answers:
        answer = await self._ask(prompts.ANSWER, items, Answers, questions)
        for each in answer.answers:
            each.cites = _known(each.cites, items)
            each.found = each.found and bool(each.cites)
        return Answers(answers=[each for each in answer.answers if each.question < len(questions)])

    def _key(self, item: Item) -> str:
        return key_of(self.name, "score", item.text)

    async def _scored(self, batch: list[Item]) -> dict[str, Score]:
        """Scores of those that the model scored: what is bad, declined or cut off costs only itself."""
        sent = {item.id: item for item in batch}
        scores: dict[str, Score] = {}
        waiting, complaint = [batch], ""
        while waiting:
            asked = waiting.pop()
            reply = await self._reply(Prompt(f"{prompts.SCORE}{complaint}", prompts.data_block(asked), Scores))
            read = {score.id: score for score in readable_scores(reply.text) if score.id in sent}
            found = {id_: score for id_, score in read.items() if not disagree(score.label, score.score)}
            torn = [item for item in asked if item.id in read and item.id not in found]
            scores |= found
            left = [item for item in asked if item.id not in found]
            if reply.ended != "complete":
                # Of one that was cut off the rest is asked for; of one that says nothing each half.
                half = len(left) if found else (len(left) + 1) // 2
                waiting += [part for part in (left[half:], left[:half]) if part and len(part) < len(asked)]
            elif torn and not complaint:
                waiting, complaint = [*waiting, torn], f" {_OPPOSITE}"
            elif not read and (error := _misfit(reply.text, Scores)):
                if complaint:
                    raise self._bad(error)
                waiting, complaint = [*waiting, asked], f" {_complaint(error)}"
        for id_, score in scores.items():
            CACHE.put(self._key(sent[id_]), score.model_dump_json())
        return scores

    async def _ask(self, system: str, items: Sequence[Item], schema: type[A], questions: Sequence[str] = ()) -> A:
        user = prompts.data_block(items, questions)
        system = prompts.with_feedback(system, self._context.feedback)
        key = key_of(self.name, schema.__name__, system, user)
        cached = CACHE.get(key)
        if cached is not None:
            return schema.model_validate_json(cached)
        try:
            answer = await self._once(Prompt(system, user, schema), schema)
        except ValidationError as error:
            answer = await self._again(Prompt(f"{system} {_complaint(error)}", user, schema), schema)
        if isinstance(answer, Summary | Analysis) and answer.points and not _cited(answer.points, items):
            raise BadModelReply(f"What {self.name} answers rests on nothing that it was given.")
        CACHE.put(key, answer.model_dump_json())
        return answer

    async def _again(self, prompt: Prompt, schema: type[A]) -> A:
        try:
            return await self._once(prompt, schema)
        except ValidationError as error:
            raise self._bad(error) from None

    def _bad(self, error: ValidationError) -> BadModelReply:
        return BadModelReply(
            f"The answers of {self.name} do not fit the schema, also when asked again: {_where(error)}."
        )

    async def _once(self, prompt: Prompt, schema: type[A]) -> A:
        reply = await self._reply(prompt)
        if reply.ended == "declined":
            raise AnswerDeclined(f"{self.name} declines to answer. Ask another model, or leave out what it objects to.")
        if reply.ended == "too long":
            raise AnswerCut(f"The answer of {self.name} was cut off by its length. Lower MODEL_CONTEXT_CHARS.")
        # What a model adds, such as its reasons, spoils nothing.
        return schema.model_validate_json(reply.text, extra="ignore")

    async def _reply(self, prompt: Prompt) -> Reply:
        return await wait_and_retry(self._context, self._client.provider, lambda: self._complete(prompt))

    async def _complete(self, prompt: Prompt) -> Reply:
        async with self._limiter:
            self.cost.calls += 1
            reply = await self._client.complete(prompt)
        usd = self._settings.usd(self._client.model, reply.input_tokens, reply.output_tokens)
        self.cost.add(reply.input_tokens, reply.output_tokens, usd)
        return reply


def _misfit(text: str, schema: type[BaseModel]) -> ValidationError | None:
    try:
        schema.model_validate_json(text)
    except ValidationError as error:
        return error
    return None


def _complaint(error: ValidationError) -> str:
    return f"Your last answer did not fit the required structure ({_where(error)}); answer again, and fit it exactly."


def _where(error: ValidationError) -> str:
    """Where and how an answer is wrong, without repeating what it says."""
    first = error.errors(include_input=False, include_context=False)[0]
    # Names of unknown fields are the model's words, perhaps a post's: only numbers and our own names are repeated.
    known = {"scores", "points", "entities", "answers", "id", "label", "score", "confidence", "text", "cites", "kind"}
    path = ".".join(str(part) for part in first["loc"] if isinstance(part, int) or part in known)
    return json.dumps(f"{path or 'answer'}: {first['type']}")


def _known(cites: Sequence[str], items: Sequence[Item]) -> list[str]:
    """Of what an answer cites what was sent, also in brackets, several in one, or without the kind before it."""
    sent = {item.id: item.id for item in items}
    ends = Counter(id_.partition(":")[2] for id_ in sent)
    sent |= {id_.partition(":")[2]: id_ for id_ in list(sent) if ends[id_.partition(":")[2]] == 1}
    parts = [part for cite in cites for part in ([cite] if cite in sent else _BETWEEN_IDS.split(cite))]
    return list(dict.fromkeys(sent[part] for part in parts if part and part in sent))


def _cited(points: Sequence[Point], items: Sequence[Item]) -> list[Point]:
    """The points that rest on something that was sent."""
    checked = [Point(text=point.text, cites=_known(point.cites, items)) for point in points]
    return [point for point in checked if point.cites]
