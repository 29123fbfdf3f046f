"""The model that core asks for advice on behalf of the agent."""

import json
import logging
import math

from activities.models.settings import stated_prices
from agent.advice import SYSTEM, Advice
from contracts.errors import TaskError
from contracts.model_name import ModelName
from llm.asking import TIMEOUT_SECONDS, AskedModel, NoAnswer
from llm.chat import Prompt
from services.agent.adviser import Answer, NoAdvice, Tokens

_MOST_ANSWERED = 2_000
#: What providers add to what is sent: the structure as a tool, roles.
_ADDED = 500
_SENT_ALWAYS = len(SYSTEM) + len(json.dumps(Advice.model_json_schema()))
#: Numbers and names in JSON take two to three characters a token.
_LETTERS_PER_TOKEN = 2

log = logging.getLogger(__name__)


class ModelAdviser:
    """See `services.agent.adviser.Adviser`."""

    def __init__(self, named: ModelName, timeout: float = TIMEOUT_SECONDS) -> None:
        self._asked = AskedModel(named, "core", _MOST_ANSWERED, timeout)
        self.name = self._asked.name
        if obstacle := self._asked.obstacle():
            log.warning("The agent goes without advice: %s", obstacle)

    def at_most(self, data: str) -> Tokens:
        if obstacle := self._asked.obstacle():
            raise NoAdvice(obstacle)
        return Tokens(math.ceil((_SENT_ALWAYS + len(data)) / _LETTERS_PER_TOKEN) + _ADDED, _MOST_ANSWERED)

    def usd_micros(self, tokens: Tokens) -> int | None:
        try:
            prices = stated_prices(self._asked.model, tokens.sent)
        except TaskError as error:
            raise NoAdvice(self._asked.sentence(error)) from None
        # Dollars per million tokens are millionths of a dollar per token.
        return None if prices is None else math.ceil(tokens.sent * prices[0] + tokens.answered * prices[1])

    async def ask(self, data: str) -> Answer:
        try:
            reply = await self._asked.ask(Prompt(SYSTEM, data, Advice))
        except NoAnswer as error:
            raise NoAdvice(str(error)) from None
        return Answer(reply.text, Tokens(reply.input_tokens, reply.output_tokens))
