"""One interface for all models. `MODEL_PROVIDER` of the worker's environment says which one is behind it."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Protocol

from activities.context import TaskContext
from activities.models.answer_schemas import Analysis, Answers, Entities, Item, Scores, Summary
from activities.models.chat import ChatModel
from activities.models.offline import OfflineModel
from activities.models.settings import ModelSettings
from contracts.environment import optional
from contracts.tasks.results import ModelCost
from llm.chat import ChatClient


class Model(Protocol):
    """What handlers want of a model. Whatever it answers cites only ids of the items it was given."""

    #: Provider and model; the `scorer` of stored opinions.
    name: str
    #: Characters of items that go into one call of the methods below.
    budget: int
    #: What was used so far.
    cost: ModelCost

    async def score(self, items: Sequence[Item]) -> Scores:
        """How each item sounds; items may be missing."""

    async def summarize(self, items: Sequence[Item]) -> Summary:
        """The gist, in cited points."""

    async def analyze(self, items: Sequence[Item]) -> Analysis:
        """Tone and gist."""

    async def entities(self, items: Sequence[Item]) -> Entities:
        """Tickers, people, organisations and locations."""

    async def answer(self, questions: Sequence[str], items: Sequence[Item]) -> Answers:
        """Answers from the items alone."""


@asynccontextmanager
async def open_model(context: TaskContext) -> AsyncIterator[Model]:
    """The model of this worker. A provider's library is loaded only if it is used.

    Raises:
        CredentialsMissing: there is no such provider, or its key is not set.
    """
    provider = optional("MODEL_PROVIDER", "offline")
    settings = ModelSettings.from_environment()
    if provider == "offline":
        yield OfflineModel(settings.context_chars)
        return
    client = _client(provider, settings)
    try:
        yield ChatModel(context, client, settings)
    finally:
        await client.close()


def _client(provider: str, settings: ModelSettings) -> ChatClient:
    if provider == "openai":
        from llm.openai_provider import OpenAIClient

        return OpenAIClient(settings.timeout)
    from llm.anthropic_provider import AnthropicClient

    return AnthropicClient(settings.timeout)
