"""Chat completions under `/openai/v1` and messages under `/anthropic/v1`, with the small model behind both."""

import json
from collections import deque
from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.models.answers import answer
from sandbox.refusal import Refusal, mark_authorized

#: The one key that is not accepted.
REFUSED_KEY = "refused"
_KEPT = 200


class ModelRoutes:
    """One sandbox's models."""

    def __init__(self) -> None:
        self._asked: deque[dict[str, Any]] = deque(maxlen=_KEPT)

    def routes(self) -> list[Route]:
        """What the application serves of this."""
        return [
            Route("/openai/v1/chat/completions", self.completions, methods=["POST"]),
            Route("/anthropic/v1/messages", self.messages, methods=["POST"]),
            Route("/_control/prompts", self.prompts, methods=["GET"]),
        ]

    async def prompts(self, _request: Request) -> Response:
        """The last request bodies, oldest first: a person or a test sees what a model was really told."""
        return JSONResponse(list(self._asked))

    async def completions(self, request: Request) -> Response:
        """OpenAI's."""
        _check_key(request, _openai_error)
        body = await self._body(request)
        system, user = (message["content"] for message in body["messages"])
        text = json.dumps(answer(body["model"], body["response_format"]["json_schema"]["name"], system, user))
        took, gave = _tokens(system + user), _tokens(text)
        message = {"role": "assistant", "content": text, "refusal": None}
        return JSONResponse(
            {
                "id": "chatcmpl-sandbox",
                "object": "chat.completion",
                "created": 1_770_000_000,
                "model": body["model"],
                "choices": [{"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}],
                "usage": {"prompt_tokens": took, "completion_tokens": gave, "total_tokens": took + gave},
            }
        )

    async def messages(self, request: Request) -> Response:
        """Anthropic's."""
        _check_key(request, _anthropic_error)
        if "anthropic-version" not in request.headers:
            return _anthropic_error(400, "anthropic-version: header is required")
        body = await self._body(request)
        (message,) = body["messages"]
        tool = body["tool_choice"]["name"]
        said = answer(body["model"], tool, body["system"], message["content"])
        usage = {
            "input_tokens": _tokens(body["system"] + message["content"]),
            "output_tokens": _tokens(json.dumps(said)),
        }
        return JSONResponse(
            {
                "id": "msg_sandbox",
                "type": "message",
                "role": "assistant",
                "model": body["model"],
                "content": [{"type": "tool_use", "id": "toolu_sandbox", "name": tool, "input": said}],
                "stop_reason": "tool_use",
                "stop_sequence": None,
                "usage": usage,
            }
        )

    async def _body(self, request: Request) -> dict[str, Any]:
        body: dict[str, Any] = await request.json()
        self._asked.append(body)
        return body


def _tokens(text: str) -> int:
    return len(text) // 4 + 1


def _check_key(request: Request, error: Callable[[int, str], Response]) -> None:
    # Anthropic's library has used either header, depending on its version.
    bearer = request.headers.get("authorization", "").removeprefix("Bearer ")
    key = request.headers.get("x-api-key") or bearer
    if key in ("", REFUSED_KEY):
        raise Refusal(error(401, "invalid API key"))
    mark_authorized(request)


def _openai_error(status: int, message: str) -> Response:
    return JSONResponse({"error": {"message": message, "type": "invalid_request_error"}}, status_code=status)


def _anthropic_error(status: int, message: str) -> Response:
    error = {"type": "authentication_error" if status == 401 else "invalid_request_error", "message": message}
    return JSONResponse({"type": "error", "error": error}, status_code=status)
