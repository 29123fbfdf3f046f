"""A task that scores three posts, and what it stores; and what OpenAI may be made to say."""

import json
from typing import Any

from activities.ai_sentiment import ai_sentiment
from contracts.params.analysis import AiSentimentParams
from contracts.records.rows import RecordKind, Sentiment
from contracts.tasks.results import AiSentimentResult
from tests.activities.posts import BAD, GOOD, PLAIN, reddit_post
from tests.activities.recording_context import RecordingContext
from tests.sandbox_server import NOW, Sandbox

THREE = [reddit_post("a", GOOD), reddit_post("b", BAD), reddit_post("c", PLAIN)]


def context_with(*pages: list[dict[str, Any]], **options: Any) -> RecordingContext:
    context = RecordingContext(NOW, **options)
    context.materials[RecordKind.REDDIT_POSTS] = [list(each) for each in pages]
    return context


async def score(context: RecordingContext, **params: Any) -> AiSentimentResult:
    return await ai_sentiment(context, AiSentimentParams.model_validate({"ticker": "NVDA", **params}))


def opinions(context: RecordingContext) -> dict[str, Sentiment]:
    return {row.post_id: row for row in context.table.rows.values() if isinstance(row, Sentiment)}


def openai_says(sandbox: Sandbox, text: str | None, ended: str = "stop", times: int = 1, **message: Any) -> None:
    """The next answers, as they are."""
    choice = {"index": 0, "message": {"role": "assistant", "content": text, **message}, "finish_reason": ended}
    body = {"id": "1", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice]}
    usage = {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110}
    sandbox.fault("openai", "reply", body=body | {"usage": usage}, times=times)


def scored(*ids: str) -> str:
    entries = [{"id": id_, "label": "positive", "score": 0.5, "confidence": 0.9} for id_ in ids]
    return json.dumps({"scores": entries})
