"""Params of the task types that analyse what was collected, and of the one that posts it onward."""

from typing import Any, Literal, Self

from pydantic import Field, model_validator

from contracts.params.common import DateRange, Names, Params, Ticker, last_days


class AiSentimentParams(Params):
    """Score collected posts of a ticker."""

    ticker: Ticker
    source: Literal["reddit", "social", "all"] = Field(default="reddit", description="all: posts of both, in turns")
    post_ids: list[str] | Literal["all unscored"] = "all unscored"
    limit: int = Field(default=5_000, ge=1, le=100_000, description="Most posts to score; the others wait")


class AiSummaryParams(Params):
    """Write a cited summary of what was collected for a ticker."""

    ticker: Ticker
    data_sources: Names = Field(
        default_factory=lambda: ["reddit", "news", "sec", "sentiment"],
        min_length=1,
        description="reddit, social, news, sec, sentiment (the scores of the posts in the window, day by day)",
    )
    window: DateRange = Field(default_factory=lambda: last_days(7))


class ApiUpdateParams(Params):
    """Call a path under the configured base address of the internal API."""

    endpoint: str = Field(pattern=r"^/", max_length=500, description="Path under the configured base, not a URL")
    method: Literal["POST", "PUT", "PATCH", "DELETE"] = "POST"
    payload: dict[str, Any] = Field(default_factory=dict)


class LlmTaskParams(Params):
    """Run one model operation over a text or over collected records."""

    operation: Literal["analyze", "summarize", "extract_entities", "answer"]
    text: str | None = Field(default=None, max_length=200_000)
    record_ids: list[str] = Field(default_factory=list, max_length=1_000)
    questions: list[str] = Field(default_factory=list, max_length=50)

    @model_validator(mode="after")
    def _has_input(self) -> Self:
        if not self.text and not self.record_ids:
            raise ValueError("give text or record_ids to work on")
        if self.operation == "answer" and not self.questions:
            raise ValueError("operation 'answer' needs at least one question")
        return self
