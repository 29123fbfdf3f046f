"""The table of task types: capability = task queue -> params model -> handler, retry policy and timeouts.

One row per type. To add one: write its params model and its handler, and add the row here.
"""

from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from contracts.params.analysis import AiSentimentParams, AiSummaryParams, ApiUpdateParams, LlmTaskParams
from contracts.params.common import Params
from contracts.params.crawl import (
    NewsCrawlParams,
    RedditCrawlParams,
    SecFilingCrawlParams,
    TwitterCrawlParams,
    WebMonitorParams,
)
from contracts.params.trial import DelayParams, EchoParams, FlakyParams, MockContentParams
from contracts.records import RecordKind
from contracts.work import RetrySettings, TimeoutSettings


@dataclass(frozen=True)
class TaskType:
    """One kind of work."""

    name: str
    params: type[Params]
    #: ``module:function`` of the handler, imported by workers only; None while there is none yet.
    handler: str | None = None
    #: What a worker must offer; also the name of the task queue. Default: the name of the type.
    capability: str = ""
    retry: RetrySettings = field(default_factory=RetrySettings)
    timeouts: TimeoutSettings = field(default_factory=TimeoutSettings)
    #: Kinds of stored rows that its handler may read.
    reads: tuple[RecordKind, ...] = ()

    def __post_init__(self) -> None:
        if not self.capability:
            object.__setattr__(self, "capability", self.name)

    @property
    def summary(self) -> str:
        """One line for people: the first line of the params model's docstring."""
        return (self.params.__doc__ or self.name).strip().splitlines()[0]


class UnknownTaskType(ValueError):
    """There is no such task type."""


class InvalidTaskParams(ValueError):
    """The params do not fit the task type. ``errors`` has one (field, sentence) per mistake."""

    def __init__(self, task_type: str, errors: list[tuple[str, str]]) -> None:
        self.errors = errors
        super().__init__(f"{task_type}: " + "; ".join(f"{where}: {what}" for where, what in errors))


_CRAWL_RETRY = RetrySettings(max_attempts=5, initial_seconds=5, max_seconds=600)
_MODEL_RETRY = RetrySettings(max_attempts=4, initial_seconds=5, max_seconds=600)
_TRIAL_RETRY = RetrySettings(max_attempts=3, initial_seconds=1, max_seconds=10)

_POSTS = (RecordKind.REDDIT_POSTS, RecordKind.SOCIAL_POSTS)
_COLLECTED = (*_POSTS, RecordKind.NEWS_ARTICLES, RecordKind.SEC_FILINGS)
_SENTIMENTS = (RecordKind.REDDIT_SENTIMENT, RecordKind.SOCIAL_SENTIMENT)

_ROWS = (
    TaskType("reddit_crawl", RedditCrawlParams, "activities.reddit_crawl:reddit_crawl", retry=_CRAWL_RETRY),
    TaskType("twitter_crawl", TwitterCrawlParams, retry=_CRAWL_RETRY),
    TaskType("news_crawl", NewsCrawlParams, retry=_CRAWL_RETRY),
    TaskType(
        "sec_filing_crawl",
        SecFilingCrawlParams,
        "activities.sec_filing_crawl:sec_filing_crawl",
        retry=_CRAWL_RETRY,
    ),
    TaskType(
        "ai_sentiment",
        AiSentimentParams,
        "activities.ai_sentiment:ai_sentiment",
        retry=_MODEL_RETRY,
        reads=_POSTS,
    ),
    TaskType(
        "ai_summary",
        AiSummaryParams,
        "activities.ai_summary:ai_summary",
        retry=_MODEL_RETRY,
        reads=(*_COLLECTED, *_SENTIMENTS),
    ),
    TaskType("api_update", ApiUpdateParams, retry=_MODEL_RETRY),
    TaskType("web_monitor", WebMonitorParams, retry=_CRAWL_RETRY, reads=(RecordKind.WEB_SNAPSHOTS,)),
    TaskType("llm_task", LlmTaskParams, "activities.llm_task:llm_task", retry=_MODEL_RETRY, reads=_COLLECTED),
    TaskType("echo", EchoParams, "activities.trial:echo", retry=_TRIAL_RETRY),
    TaskType(
        "delay",
        DelayParams,
        "activities.trial:delay",
        retry=_TRIAL_RETRY,
        timeouts=TimeoutSettings(attempt_seconds=90_000),
    ),
    TaskType("flaky", FlakyParams, "activities.trial:flaky", retry=_TRIAL_RETRY),
    TaskType("mock_content", MockContentParams, "activities.trial:mock_content", retry=_TRIAL_RETRY),
)

TASK_TYPES: dict[str, TaskType] = {row.name: row for row in _ROWS}
CAPABILITIES: tuple[str, ...] = tuple(dict.fromkeys(row.capability for row in _ROWS))
#: What a worker of this version can do.
OFFERED: tuple[str, ...] = tuple(dict.fromkeys(row.capability for row in _ROWS if row.handler))


def task_type(name: str) -> TaskType:
    """The row of a type.

    Raises:
        UnknownTaskType: with a sentence that lists the types there are.
    """
    try:
        return TASK_TYPES[name]
    except KeyError:
        raise UnknownTaskType(f"There is no task type '{name}'. Use one of: {', '.join(TASK_TYPES)}.") from None


def parse_params(name: str, params: dict[str, Any]) -> Params:
    """Validate params against the type's model.

    Raises:
        UnknownTaskType: no such type.
        InvalidTaskParams: one (field, sentence) per mistake.
    """
    row = task_type(name)
    try:
        return row.params.model_validate(params)
    except ValidationError as error:
        raise InvalidTaskParams(name, [_mistake(e) for e in error.errors()]) from None


def _mistake(error: Any) -> tuple[str, str]:
    where = ".".join(["params", *(str(part) for part in error["loc"])])
    return where, str(error["msg"]).removeprefix("Value error, ")
