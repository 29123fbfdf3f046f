"""The model that core asks for advice on behalf of the agent. Its library is loaded only if it is used."""

import asyncio
import importlib.util
import json
import logging
import math

from activities.models.chat import ChatClient, Prompt
from activities.models.settings import stated_prices
from activities.sources.environment import optional
from agent.advice import SYSTEM, Advice
from api.services.agent.adviser import Answer, NoAdvice, Tokens
from contracts.agent_adviser import PROVIDERS, AdviserName
from contracts.errors import TaskError

#: A round waits no longer.
TIMEOUT_SECONDS = 5.0
_MOST_ANSWERED = 2_000
#: What providers add to what is sent: the structure as a tool, roles.
_ADDED = 500
_SENT_ALWAYS = len(SYSTEM) + len(json.dumps(Advice.model_json_schema()))
#: Numbers and names in JSON take two to three characters a token.
_LETTERS_PER_TOKEN = 2

log = logging.getLogger(__name__)


class ModelAdviser:
    """See `api.services.agent.adviser.Adviser`."""

    def __init__(self, named: AdviserName, timeout: float = TIMEOUT_SECONDS) -> None:
        self.name = str(named)
        self._provider, self._model = named
        self._timeout = timeout
        if obstacle := self._obstacle():
            log.warning("The agent goes without advice: %s", obstacle)

    def at_most(self, data: str) -> Tokens:
        if obstacle := self._obstacle():
            raise NoAdvice(obstacle)
        return Tokens(math.ceil((_SENT_ALWAYS + len(data)) / _LETTERS_PER_TOKEN) + _ADDED, _MOST_ANSWERED)

    def usd_micros(self, tokens: Tokens) -> int | None:
        try:
            prices = stated_prices(self._model)
        except TaskError as error:
            raise NoAdvice(_sentence(error)) from None
        # Dollars per million tokens are millionths of a dollar per token.
        return None if prices is None else math.ceil(tokens.sent * prices[0] + tokens.answered * prices[1])

    async def ask(self, data: str) -> Answer:
        try:
            # The first import takes a second or two.
            client = await asyncio.to_thread(self._client)
            async with asyncio.timeout(self._timeout):
                return await _complete(client, data)
        except TimeoutError:
            raise NoAdvice(f"{self.name} did not answer within {self._timeout:g} s.") from None
        except TaskError as error:
            raise NoAdvice(_sentence(error)) from None
        # A provider's library may raise anything; a round must not fail because of advice.
        except Exception as error:
            log.exception("Asking %s for advice failed", self.name)
            raise NoAdvice(f"Asking {self.name} failed ({type(error).__name__}); core's log says more.") from None

    def _obstacle(self) -> str | None:
        variable = PROVIDERS[self._provider]
        if importlib.util.find_spec(self._provider) is None:
            return f"core has no library for {self._provider}. Install clawdbot[adviser] there and start core again."
        if not optional(variable, ""):
            return f"{variable} is not set for core. Set it and start core again."
        return None

    def _client(self) -> ChatClient:
        if self._provider == "openai":
            from activities.models.openai_provider import OpenAIClient

            return OpenAIClient(self._timeout, self._model, _MOST_ANSWERED)
        from activities.models.anthropic_provider import AnthropicClient

        return AnthropicClient(self._timeout, self._model, _MOST_ANSWERED)


async def _complete(client: ChatClient, data: str) -> Answer:
    try:
        reply = await client.complete(Prompt(SYSTEM, data, Advice))
    finally:
        await client.close()
    return Answer(reply.text, Tokens(reply.input_tokens, reply.output_tokens))


def _sentence(error: TaskError) -> str:
    # Written for workers; here it is core whose environment counts.
    return str(error).replace("this worker", "core")
