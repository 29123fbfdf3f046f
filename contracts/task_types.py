"""The table of task types: capability = task queue -> params model -> handler, retry policy and timeouts.

One row per type. To add one: write its params model and its handler, and add the row here. Installed task packs add
theirs, see `contracts.task_packs`.
"""

from collections.abc import Collection
from typing import Any

from pydantic import ValidationError

from contracts.mistakes import did_you_mean, in_words
from contracts.params.analysis import AiSentimentParams, AiSummaryParams, ApiUpdateParams, LlmTaskParams
from contracts.params.bot import BotTaskParams
from contracts.params.common import Params
from contracts.params.crawl import (
    NewsCrawlParams,
    RedditCrawlParams,
    SecFilingCrawlParams,
    TwitterCrawlParams,
    WebMonitorParams,
)
from contracts.params.folder import FolderFileParams, FolderParams
from contracts.params.trial import DelayParams, EchoParams, FlakyParams, MockContentParams
from contracts.records.rows import RecordKind
from contracts.task_packs import installed_packs
from contracts.task_type import DataSource
from contracts.task_type import TaskType as TaskType
from contracts.tasks.approval import ApprovalRule
from contracts.tasks.work import RetrySettings, TimeoutSettings


class UnknownTaskType(ValueError):
    """There is no such task type."""


class InvalidTaskParams(ValueError):
    """The params do not fit the task type. ``errors`` has one (field, sentence) per mistake."""

    def __init__(self, task_type: str, errors: list[tuple[str, str]]) -> None:
        self.errors = errors
        super().__init__(f"{task_type}: " + "; ".join(f"{where}: {what}" for where, what in errors))


#: The type of what bots do that is no type of ours, and the queue of what any of them may take.
BOT_TASK = "bot_task"

_CRAWL_RETRY = RetrySettings(max_attempts=5, initial_seconds=5, max_seconds=600)
_MODEL_RETRY = RetrySettings(max_attempts=4, initial_seconds=5, max_seconds=600)
_TRIAL_RETRY = RetrySettings(max_attempts=3, initial_seconds=1, max_seconds=10)
#: Each worker that is lost is an attempt.
_SESSION_RETRY = RetrySettings(max_attempts=20, initial_seconds=1, max_seconds=30)

_MODEL = "activities.models.settings:ModelSettings"
_POSTS = tuple(kind for kind in RecordKind if kind.opinions)
_COLLECTED = tuple(kind for kind in RecordKind if kind.spec.source)
_PIECES = tuple(kind for kind in RecordKind if kind.spec.part_of)
_SENTIMENTS = tuple(kind.opinions for kind in _POSTS if kind.opinions)

_ROWS = (
    TaskType(
        "reddit_crawl",
        RedditCrawlParams,
        "activities.reddit_crawl:reddit_crawl",
        "activities.sources.reddit.settings:RedditSettings",
        retry=_CRAWL_RETRY,
        writes=(RecordKind.REDDIT_POSTS, RecordKind.REDDIT_COMMENTS),
        source=DataSource(
            "reddit",
            "posts_collected",
            mentions=RecordKind.REDDIT_POSTS,
            adding=frozenset({"comments"}),
            missed=("unreadable_subreddits",),
            refused="unreadable_subreddits",
        ),
    ),
    TaskType(
        "twitter_crawl",
        TwitterCrawlParams,
        "activities.twitter_crawl:twitter_crawl",
        "activities.sources.x.settings:XSettings",
        retry=_CRAWL_RETRY,
        writes=(RecordKind.SOCIAL_POSTS,),
        source=DataSource("twitter", "posts_collected", mentions=RecordKind.SOCIAL_POSTS),
    ),
    TaskType(
        "news_crawl",
        NewsCrawlParams,
        "activities.news_crawl:news_crawl",
        retry=_CRAWL_RETRY,
        reads=(RecordKind.NEWS_ARTICLES,),
        writes=(RecordKind.NEWS_ARTICLES,),
        company="company",
        source=DataSource(
            "news",
            "articles_collected",
            stale_hours=12,
            mentions=RecordKind.NEWS_ARTICLES,
            adding=frozenset({"company"}),
            missed=("sources_failed", "sources_cut"),
            refused="sources_refused",
        ),
    ),
    TaskType(
        "sec_filing_crawl",
        SecFilingCrawlParams,
        "activities.sec_filing_crawl:sec_filing_crawl",
        "activities.sources.sec.settings:SecSettings",
        retry=_CRAWL_RETRY,
        writes=(RecordKind.SEC_FILINGS, RecordKind.SEC_FILING_PIECES),
        # It allows ten, of all machines of one user together.
        source=DataSource("sec", "filings_collected", per_second=9),
    ),
    TaskType(
        "ai_sentiment",
        AiSentimentParams,
        "activities.ai_sentiment:ai_sentiment",
        _MODEL,
        retry=_MODEL_RETRY,
        reads=_POSTS,
        writes=_SENTIMENTS,
        source=DataSource("sentiment", "posts_scored", span=None),
    ),
    TaskType(
        "ai_summary",
        AiSummaryParams,
        "activities.ai_summary:ai_summary",
        _MODEL,
        retry=_MODEL_RETRY,
        reads=(*_COLLECTED, *_PIECES, *_SENTIMENTS),
        writes=(RecordKind.AI_ANALYSES,),
        source=DataSource("summary", None, span="window"),
    ),
    TaskType(
        "api_update",
        ApiUpdateParams,
        "activities.api_update:api_update",
        "activities.sources.internal.settings:InternalSettings",
        retry=_MODEL_RETRY,
        approval=ApprovalRule.AGENT,
        writes=(RecordKind.API_UPDATES,),
    ),
    TaskType(
        "web_monitor",
        WebMonitorParams,
        "activities.web_monitor:web_monitor",
        retry=_CRAWL_RETRY,
        reads=(RecordKind.WEB_SNAPSHOTS,),
        writes=(RecordKind.WEB_SNAPSHOTS,),
    ),
    TaskType(
        "llm_task",
        LlmTaskParams,
        "activities.llm_task:llm_task",
        _MODEL,
        retry=_MODEL_RETRY,
        approval=ApprovalRule.AGENT,
        reads=(*_COLLECTED, *_PIECES),
        reads_named="record_ids",
        writes=(RecordKind.AI_ANALYSES,),
    ),
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
    TaskType(
        "folder",
        FolderParams,
        "activities.folder:folder",
        retry=_SESSION_RETRY,
        timeouts=TimeoutSettings(attempt_seconds=604_800),
        opens_session=True,
    ),
    TaskType(
        "folder_file",
        FolderFileParams,
        "activities.folder:folder_file",
        capability="folder",
        retry=_TRIAL_RETRY,
        in_session=True,
    ),
    TaskType(BOT_TASK, BotTaskParams, retry=_TRIAL_RETRY, for_bots=True),
)

#: The packs of this Python environment, found once, when this module is imported.
PACKS = installed_packs(_ROWS)

TASK_TYPES: dict[str, TaskType] = {row.name: row for row in (*_ROWS, *(row for pack in PACKS for row in pack.types))}
CAPABILITIES: tuple[str, ...] = tuple(dict.fromkeys(row.capability for row in TASK_TYPES.values()))
#: What a worker of this version can do.
OFFERED: tuple[str, ...] = tuple(dict.fromkeys(row.capability for row in TASK_TYPES.values() if row.handler))
#: Types whose tasks hold something open, and the queues of those tasks.
OPENING: frozenset[str] = frozenset(row.name for row in TASK_TYPES.values() if row.opens_session)
OPENING_QUEUES: frozenset[str] = frozenset(TASK_TYPES[name].capability for name in OPENING)
#: Types whose tasks run in what those hold open, and nowhere else.
IN_SESSION: frozenset[str] = frozenset(row.name for row in TASK_TYPES.values() if row.in_session)


def task_type(name: str) -> TaskType:
    """The row of a type.

    Raises:
        UnknownTaskType: with a sentence that lists the types there are.
    """
    try:
        return TASK_TYPES[name]
    except KeyError:
        raise UnknownTaskType(unknown_type(name)) from None


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
        raise InvalidTaskParams(name, [_mistake(e, row.params.model_fields) for e in error.errors()]) from None


def ticker_in(name: str, params: dict[str, Any]) -> str | None:
    """The ticker of params that were checked. Of a bot's task a field of that name may be anything."""
    return params.get("ticker") if "ticker" in task_type(name).params.model_fields else None


def ticker_of(name: str, params: dict[str, Any]) -> str | None:
    """The ticker of a task, written as its handler sees it; None if it has none, or the params do not fit."""
    try:
        parsed = parse_params(name, params)
    except (UnknownTaskType, InvalidTaskParams):
        return None
    ticker = getattr(parsed, "ticker", None) if "ticker" in type(parsed).model_fields else None
    return ticker if isinstance(ticker, str) else None


def unknown_type(name: str, known: Collection[str] = TASK_TYPES) -> str:
    """The sentence about a type that there is not."""
    return f"There is no task type '{name}'{did_you_mean(name, known) or '.'} Use one of: {', '.join(known)}."


def _mistake(error: Any, fields: Collection[str]) -> tuple[str, str]:
    where = ".".join(["params", *(str(part) for part in error["loc"])])
    return where, in_words(error, fields if len(error["loc"]) == 1 else ())
