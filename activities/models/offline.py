"""A model without an account: a lexicon of our own, and extractive methods. It costs nothing."""

from collections.abc import Sequence

from activities.context import in_thread
from activities.models.answer_schemas import Analysis, Answers, Entities, Item, Label, Score, Scores, Summary
from activities.models.extract import answers, key_points, named
from activities.models.sentiment import sentiment
from contracts.tasks.results import ModelCost

#: Of the mean of many texts; a single one is neutral where nothing in it says anything.
_NEUTRAL = 0.05


class OfflineModel:
    """See `activities.models.provider.Model`. Texts cannot instruct it: it only counts words."""

    #: The version changes with the lexicon or the methods, so that old opinions stay told apart.
    name = "offline/finance-5"

    def __init__(self, budget: int) -> None:
        self.budget = budget
        self.cost = ModelCost(model=self.name)

    async def score(self, items: Sequence[Item]) -> Scores:
        return Scores(scores=await in_thread(lambda: [_score(item) for item in items]))

    async def summarize(self, items: Sequence[Item]) -> Summary:
        return Summary(points=await in_thread(lambda: key_points(items)))

    async def analyze(self, items: Sequence[Item]) -> Analysis:
        scores = (await self.score(items)).scores
        mean = round(sum(each.score for each in scores) / len(scores), 4) if scores else 0.0
        return Analysis(label=_label(mean), score=mean, points=(await self.summarize(items)).points)

    async def entities(self, items: Sequence[Item]) -> Entities:
        return Entities(entities=await in_thread(lambda: named(items)))

    async def answer(self, questions: Sequence[str], items: Sequence[Item]) -> Answers:
        return Answers(answers=await in_thread(lambda: answers(questions, items)))


def _score(item: Item) -> Score:
    score = sentiment(item.text)
    return Score(id=item.id, label=_label(score), score=score, confidence=round(0.5 + abs(score) / 2, 4))


def _label(score: float) -> Label:
    if abs(score) < _NEUTRAL:
        return "neutral"
    return "positive" if score > 0 else "negative"
