"""Anthropic's messages. The structure of the answer is that of the one tool it has to call."""

import json

import anthropic
from anthropic import AsyncAnthropic, DefaultAsyncHttpxClient

from contracts.environment import optional, required
from contracts.errors import SourceUnavailable
from contracts.trust import trusted
from llm.answers import json_in
from llm.chat import BadModelReply, Ending, Prompt, Reply
from llm.refusals import refusal

_MOST_TOKENS = 8_000
_ENDINGS: dict[str, Ending] = {
    "max_tokens": "too long",
    "model_context_window_exceeded": "too long",
    "refusal": "declined",
}


class AnthropicClient:
    """See `llm.chat.ChatClient`."""

    provider = "anthropic"

    def __init__(self, timeout: float, model: str | None = None, most_tokens: int = _MOST_TOKENS) -> None:
        """``model``: default is ANTHROPIC_MODEL. ``most_tokens``: of an answer."""
        self.model = model or optional("ANTHROPIC_MODEL", "claude-haiku-4-5")
        self._timeout = timeout
        self._most_tokens = most_tokens
        self._sdk = AsyncAnthropic(
            api_key=required("ANTHROPIC_API_KEY", "Anthropic"),
            base_url=optional("ANTHROPIC_BASE_URL", "https://api.anthropic.com"),
            timeout=timeout,
            max_retries=0,
            http_client=DefaultAsyncHttpxClient(verify=trusted()),
        )
        # The library loads it when it is first looked at: here, and not within the time that an answer may take.
        self._messages = self._sdk.messages

    async def complete(self, prompt: Prompt) -> Reply:
        """Ask once; the answer is the input of the forced tool call."""
        name = prompt.schema.__name__
        try:
            message = await self._messages.create(
                model=self.model,
                max_tokens=self._most_tokens,
                system=prompt.system,
                messages=[{"role": "user", "content": prompt.user}],
                tools=[
                    {
                        "name": name,
                        "description": "Hand in the answer.",
                        "input_schema": prompt.schema.model_json_schema(),
                    }
                ],
                tool_choice={"type": "tool", "name": name},
            )
            answers = [json.dumps(block.input) for block in message.content if block.type == "tool_use"]
            # What speaks Anthropic's protocol does not always call the tool.
            answers = answers or [json_in(block.text) for block in message.content if block.type == "text"]
            tokens = message.usage.input_tokens, message.usage.output_tokens
        except anthropic.APITimeoutError:
            raise SourceUnavailable(f"anthropic did not answer within {self._timeout:g} s.") from None
        except anthropic.APIConnectionError:
            raise SourceUnavailable("The connection to anthropic failed.") from None
        except anthropic.APIStatusError as error:
            raise refusal(
                self.provider, error.status_code, error.response.headers.get("retry-after"), error.response.text
            ) from None
        except (anthropic.APIError, ValueError, AttributeError, TypeError):
            raise BadModelReply("anthropic answered with something that could not be read.") from None
        return Reply(answers[0] if answers else "", *tokens, _ENDINGS.get(message.stop_reason or "", "complete"))

    async def close(self) -> None:
        """Close the connections."""
        await self._sdk.close()
