"""A model that a process of the server asks now and then: each question once, and not for long.

Its library is loaded only if it is used. Whatever goes wrong is a sentence, never an exception of a library.
"""

import asyncio
import importlib.util
import logging

from contracts.environment import optional
from contracts.errors import TaskError
from contracts.model_name import PROVIDERS, ModelName
from llm.chat import ChatClient, Prompt, Reply

#: Who waits for an answer waits no longer.
TIMEOUT_SECONDS = 5.0

log = logging.getLogger(__name__)


class NoAnswer(Exception):
    """Says in a sentence why there is no answer."""


class AskedModel:
    """One model, as it is asked by one process."""

    def __init__(self, named: ModelName, asker: str, most_answered: int, timeout: float = TIMEOUT_SECONDS) -> None:
        """``asker``: what people call the process, such as core. ``most_answered``: tokens of an answer."""
        self.name = str(named)
        self.most_answered = most_answered
        self._provider, self.model = named
        self._asker = asker
        self._timeout = timeout

    def obstacle(self) -> str | None:
        """Why it cannot be asked at all, and what to do about it."""
        variable = PROVIDERS[self._provider]
        if importlib.util.find_spec(self._provider) is None:
            return (
                f"{self._asker} has no library for {self._provider}. Install clawdbot[adviser] there and start "
                f"{self._asker} again."
            )
        if not optional(variable, ""):
            return f"{variable} is not set for {self._asker}. Set it and start {self._asker} again."
        return None

    def warm_up(self) -> None:
        """Load the library, which takes a second or two, before anybody waits for it."""
        if self.obstacle() is None:
            importlib.import_module(self._provider)

    async def ask(self, prompt: Prompt) -> Reply:
        """The answer, as the model wrote it.

        Raises:
            NoAnswer: there is none.
        """
        if obstacle := self.obstacle():
            raise NoAnswer(obstacle)
        try:
            # The first import takes a second or two.
            client = await asyncio.to_thread(self._client)
            async with asyncio.timeout(self._timeout):
                return await _complete(client, prompt)
        except TimeoutError:
            raise NoAnswer(f"{self.name} did not answer within {self._timeout:g} s.") from None
        except TaskError as error:
            raise NoAnswer(self.sentence(error)) from None
        # A provider's library may raise anything; who asks must not fail because of it.
        except Exception as error:
            log.exception("Asking %s failed", self.name)
            why = f"Asking {self.name} failed ({type(error).__name__}); the log of {self._asker} says more."
            raise NoAnswer(why) from None

    def sentence(self, error: TaskError) -> str:
        """What it says; written for workers, but here it is this process whose environment counts."""
        return str(error).replace("this worker", self._asker)

    def _client(self) -> ChatClient:
        if self._provider == "openai":
            from llm.openai_provider import OpenAIClient

            return OpenAIClient(self._timeout, self.model, self.most_answered)
        from llm.anthropic_provider import AnthropicClient

        return AnthropicClient(self._timeout, self.model, self.most_answered)


async def _complete(client: ChatClient, prompt: Prompt) -> Reply:
    try:
        return await client.complete(prompt)
    finally:
        await client.close()
