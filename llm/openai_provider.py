"""OpenAI, and whatever speaks its chat completions: llama.cpp, Ollama, vLLM."""

import openai
from openai import AsyncOpenAI, DefaultAsyncHttpxClient

from contracts.environment import optional, required
from contracts.errors import SourceUnavailable
from contracts.trust import trusted
from llm.answers import json_in
from llm.chat import BadModelReply, Ending, Prompt, Reply
from llm.refusals import refusal


class OpenAIClient:
    """See `llm.chat.ChatClient`."""

    provider = "openai"

    def __init__(self, timeout: float, model: str | None = None, most_tokens: int | None = None) -> None:
        """``model``: default is OPENAI_MODEL. ``most_tokens``: of an answer; default is as many as the model gives."""
        self.model = model or optional("OPENAI_MODEL", "gpt-4.1-mini")
        self._timeout = timeout
        self._most_tokens = openai.omit if most_tokens is None else most_tokens
        self._sdk = AsyncOpenAI(
            api_key=required("OPENAI_API_KEY", "OpenAI"),
            base_url=optional("OPENAI_BASE_URL", "https://api.openai.com/v1"),
            timeout=timeout,
            max_retries=0,
            http_client=DefaultAsyncHttpxClient(verify=trusted()),
        )
        # The library loads it when it is first looked at: here, and not within the time that an answer may take.
        self._completions = self._sdk.chat.completions

    async def complete(self, prompt: Prompt) -> Reply:
        """Ask once, held to the schema by `response_format`."""
        try:
            completion = await self._completions.create(
                model=self.model,
                max_completion_tokens=self._most_tokens,
                messages=[
                    {"role": "system", "content": prompt.system},
                    {"role": "user", "content": prompt.user},
                ],
                response_format={
                    "type": "json_schema",
                    "json_schema": {
                        "name": prompt.schema.__name__,
                        "schema": prompt.schema.model_json_schema(),
                        "strict": True,
                    },
                },
            )
            choice = completion.choices[0]
            text = json_in(choice.message.content or "")
            declined = bool(choice.message.refusal) or choice.finish_reason == "content_filter"
            usage = completion.usage
        except openai.APITimeoutError:
            raise SourceUnavailable(f"openai did not answer within {self._timeout:g} s.") from None
        except openai.APIConnectionError:
            raise SourceUnavailable("The connection to openai failed.") from None
        except openai.APIStatusError as error:
            raise refusal(
                self.provider, error.status_code, error.response.headers.get("retry-after"), error.response.text
            ) from None
        except (openai.APIError, ValueError, AttributeError, IndexError, TypeError):
            raise BadModelReply("openai answered with something that could not be read.") from None
        ended: Ending = "declined" if declined else "too long" if choice.finish_reason == "length" else "complete"
        return Reply(text, usage.prompt_tokens if usage else 0, usage.completion_tokens if usage else 0, ended)

    async def close(self) -> None:
        """Close the connections."""
        await self._sdk.close()
