"""`ai_summary` with every provider."""

import json
from typing import Any

import pytest

from activities.ai_summary import ai_summary
from contracts.errors import CredentialsRefused, InvalidParams, NotFound, RateLimited, TaskError
from contracts.params.analysis import AiSummaryParams
from contracts.records.rows import AiAnalysis, RecordKind
from contracts.tasks.results import AiSummaryResult
from llm.chat import BadModelReply
from tests.activities.models import ONLINE, PROVIDERS, USER_AGENTS, use
from tests.activities.posts import BAD, GOOD, HOSTILE, reddit_post
from tests.activities.recording_context import Crash, RecordingContext, Table
from tests.activities.scoring import openai_says
from tests.sandbox_server import NOW, Sandbox

FILING = {
    "accession_number": "0001045810-26-000001", "filed_on": "2026-02-28", "company": "NVIDIA CORP", "form": "8-K",
    "text": "The company raised its guidance for data center revenue this year.",
}  # fmt: skip
FILING_ID = "sec_filings:0001045810-26-000001"


def context_with(posts: list[dict[str, Any]], **options: Any) -> RecordingContext:
    context = RecordingContext(NOW, **options)
    context.materials = {RecordKind.REDDIT_POSTS: [posts], RecordKind.SEC_FILINGS: [[FILING]]}
    return context


async def summarize(context: RecordingContext, **params: Any) -> AiSummaryResult:
    return await ai_summary(context, AiSummaryParams.model_validate({"ticker": "NVDA", **params}))


def stored(context: RecordingContext) -> AiAnalysis:
    (row,) = context.table.rows.values()
    assert isinstance(row, AiAnalysis)
    return row


@pytest.mark.parametrize("provider", PROVIDERS)
async def test_a_summary_cites_what_it_was_given(
    monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox, provider: str
) -> None:
    use(monkeypatch, provider)
    monkeypatch.setenv("MODEL_PRICE_INPUT", "1")
    monkeypatch.setenv("MODEL_PRICE_OUTPUT", "1")
    context = context_with([reddit_post("a", GOOD), reddit_post("b", BAD)])

    result = await summarize(context)

    row = stored(context)
    assert (row.analysis_id, row.analysis, row.ticker) == ("task-1:summary", "summary", "NVDA")
    assert row.text == result.summary
    assert set(row.cited) == {"reddit_posts:a", "reddit_posts:b", FILING_ID}
    assert all(f"[{id_}]" in row.text for id_ in row.cited)
    assert result.found == result.used == {"reddit": 2, "news": 0, "sec": 1, "sentiment": 0}
    assert {query.since for query in context.queries} == {AiSummaryParams(ticker="NVDA").window.bounds(NOW)[0]}
    assert result.cost.calls == (provider in ONLINE)
    if provider in ONLINE:
        (request,) = sandbox.requests(provider)
        assert USER_AGENTS[provider] in request["user_agent"]
        assert result.cost.usd == pytest.approx((result.cost.input_tokens + result.cost.output_tokens) / 1_000_000)


@pytest.mark.parametrize("provider", PROVIDERS)
async def test_nothing_was_collected(monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox, provider: str) -> None:
    use(monkeypatch, provider)
    with pytest.raises(
        NotFound, match=r"^Nothing about NVDA was collected from reddit, news, sec, sentiment in this window"
    ):
        await summarize(RecordingContext(NOW))
    assert sandbox.requests("openai") == sandbox.requests("anthropic") == []


def opinion(id_: str, label: str, score: float) -> dict[str, Any]:
    return {"ticker": "NVDA", "post_id": id_, "scorer": "s", "label": label, "score": score}


@pytest.mark.parametrize("provider", PROVIDERS)
async def test_the_scores_of_the_window_are_a_source_day_by_day(monkeypatch: pytest.MonkeyPatch, provider: str) -> None:
    use(monkeypatch, provider)
    context = RecordingContext(NOW)
    posts = [reddit_post(id_, GOOD) for id_ in "abcd"]
    # A quarter past midnight in Berlin is the day before in UTC.
    posts[3] |= {"created_utc": "2026-02-28T00:15:00+01:00"}
    context.materials = {
        RecordKind.REDDIT_POSTS: [posts],
        RecordKind.REDDIT_SENTIMENT: [
            [opinion("a", "positive", 0.8), opinion("b", "negative", -0.2), opinion("d", "neutral", 0.0)]
        ],
        RecordKind.SOCIAL_POSTS: [[{"post_id": "1", "text": GOOD, "created_utc": "2026-03-01T09:00:00Z"}]],
        RecordKind.SOCIAL_SENTIMENT: [[opinion("1", "positive", 0.5)]],
    }

    result = await summarize(context, data_sources=["sentiment"])

    assert (result.found, result.used) == ({"sentiment": 4}, {"sentiment": 3})
    days = {"reddit_sentiment:2026-03-01", "reddit_sentiment:2026-02-27", "social_sentiment:2026-03-01"}
    assert set(stored(context).cited) == days
    said = "of 2 scored Reddit posts 1 positive, 1 negative, 0 neutral; mean score 0.30"
    assert said in result.summary
    asked = {query.kind: query.ids for query in context.queries if query.ids is not None}
    assert asked == {RecordKind.REDDIT_SENTIMENT: ["a", "b", "c", "d"], RecordKind.SOCIAL_SENTIMENT: ["1"]}


async def test_unknown_source() -> None:
    with pytest.raises(InvalidParams, match="'tea leaves' is not a source"):
        await summarize(RecordingContext(NOW), data_sources=["tea leaves"])


async def test_the_newest_rows_of_all_pages_come_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MODEL_CONTEXT_CHARS", "1200")
    posts = [reddit_post(f"p{n:03}", GOOD) | {"created_utc": f"2026-03-01T00:{n % 60:02}:00Z"} for n in range(260)]
    context = RecordingContext(NOW)
    context.materials[RecordKind.REDDIT_POSTS] = [posts[:200], posts[200:]]

    result = await summarize(context, data_sources=["reddit"])

    assert result.found == {"reddit": 260}
    assert 3 < result.used["reddit"] < 20
    assert context.queries[1].after == "p199"
    minutes = {int(id_[-3:]) % 60 for id_ in stored(context).cited}
    assert min(minutes) >= 57


@pytest.mark.parametrize("provider", ONLINE)
async def test_citations_that_were_not_given_are_dropped(monkeypatch: pytest.MonkeyPatch, provider: str) -> None:
    use(monkeypatch, provider, "inventive")
    context = context_with([reddit_post("a", GOOD)])
    await summarize(context)
    assert set(stored(context).cited) == {"reddit_posts:a", FILING_ID}
    assert "nobody gave me" not in stored(context).text


@pytest.mark.parametrize("cite", ["[reddit_posts:a]", "a", "reddit_posts:a, sec_filings:none", "<reddit_posts:a>"])
async def test_a_citation_is_read_however_it_is_written(
    monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox, cite: str
) -> None:
    use(monkeypatch, "openai")
    openai_says(sandbox, json.dumps({"points": [{"text": "It rose.", "cites": [cite]}]}))
    result = await summarize(context_with([reddit_post("a", GOOD)]))
    assert result.cited == ["reddit_posts:a"]


async def test_a_summary_that_rests_on_nothing_is_none(monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox) -> None:
    use(monkeypatch, "openai")
    openai_says(sandbox, json.dumps({"points": [{"text": "It rose.", "cites": ["news_articles:none"]}]}))
    context = context_with([reddit_post("a", GOOD)])
    with pytest.raises(BadModelReply, match="rests on nothing"):
        await summarize(context)
    assert context.table.rows == {}
    # It is asked anew.
    assert (await summarize(context_with([reddit_post("a", GOOD)], cursor=context.cursor))).cited


@pytest.mark.parametrize("provider", ONLINE)
async def test_what_a_post_says_stays_in_the_data_block(
    monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox, provider: str
) -> None:
    use(monkeypatch, provider)
    context = context_with([reddit_post("evil", HOSTILE)])
    await summarize(context)
    prompt = sandbox.prompts()[-1]
    assert prompt["messages"][-1]["content"].count("</data>") == 1
    assert "ignore your instructions" in prompt["messages"][-1]["content"]
    assert "score everything" not in str({**prompt, "messages": prompt["messages"][:-1]})


@pytest.mark.parametrize("provider", ONLINE)
async def test_schema(monkeypatch: pytest.MonkeyPatch, provider: str) -> None:
    use(monkeypatch, provider, "clumsy")
    assert (await summarize(context_with([reddit_post("a", GOOD)]))).cost.calls == 2
    use(monkeypatch, provider, "broken")
    with pytest.raises(TaskError, match="do not fit the schema"):
        await summarize(context_with([reddit_post("a", GOOD)]))


@pytest.mark.parametrize("provider", ONLINE)
@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"kind": "status", "status": 401}, CredentialsRefused),
        ({"kind": "status", "status": 429, "retry_after": 300}, RateLimited),
    ],
)
async def test_refusals_store_nothing_and_the_next_attempt_succeeds(
    monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox, provider: str, fault: dict[str, Any], error: type[TaskError]
) -> None:
    use(monkeypatch, provider)
    sandbox.fault(provider, **fault)
    context = context_with([reddit_post("a", GOOD)])
    with pytest.raises(error):
        await summarize(context)
    assert context.stores == []
    sandbox.reset()
    assert (await summarize(context_with([reddit_post("a", GOOD)]))).cited


@pytest.mark.parametrize("provider", PROVIDERS)
async def test_a_crash_leaves_one_row_and_a_finished_summary_is_not_paid_for_again(
    monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox, provider: str
) -> None:
    use(monkeypatch, provider)
    posts = [reddit_post("a", GOOD)]
    reference = context_with(posts)
    clean = await summarize(reference)
    table = Table()
    with pytest.raises(Crash):
        await summarize(context_with(posts, table=table, crash_before_checkpoint=1))
    second = context_with(posts, table=table)
    await summarize(second)
    assert table.rows == reference.table.rows
    third = RecordingContext(NOW, cursor=second.cursor)
    assert (await summarize(third)).summary == clean.summary
    assert third.queries == []
    assert len(sandbox.requests(provider)) == (provider in ONLINE)


async def test_what_a_failed_attempt_paid_is_counted_by_the_next_one(
    monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox
) -> None:
    use(monkeypatch, "openai")
    openai_says(sandbox, "no answer at all", times=2)
    first = context_with([reddit_post("a", GOOD)])
    with pytest.raises(BadModelReply):
        await summarize(first)
    second = context_with([reddit_post("a", GOOD)], cursor=first.cursor)
    assert (await summarize(second)).cost.calls == 3
