"""`ai_summary` with every provider."""

from typing import Any

import pytest

from activities.ai_summary import ai_summary
from contracts.errors import CredentialsRefused, InvalidParams, NotFound, RateLimited, TaskError
from contracts.params.analysis import AiSummaryParams
from contracts.records import AiAnalysis, RecordKind
from contracts.results import AiSummaryResult
from tests.activities.models import ONLINE, PROVIDERS, USER_AGENTS, use
from tests.activities.posts import BAD, GOOD, HOSTILE, reddit_post
from tests.activities.recording_context import Crash, RecordingContext, Table
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
    assert result.found == result.used == {"reddit": 2, "news": 0, "sec": 1}
    assert {query.since for query in context.queries} == {AiSummaryParams(ticker="NVDA").window.bounds(NOW)[0]}
    assert result.cost.calls == (provider in ONLINE)
    if provider in ONLINE:
        (request,) = sandbox.requests(provider)
        assert USER_AGENTS[provider] in request["user_agent"]
        assert result.cost.usd == pytest.approx((result.cost.input_tokens + result.cost.output_tokens) / 1_000_000)


@pytest.mark.parametrize("provider", PROVIDERS)
async def test_nothing_was_collected(monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox, provider: str) -> None:
    use(monkeypatch, provider)
    with pytest.raises(NotFound, match=r"^Nothing about NVDA was collected from reddit, news, sec in this window"):
        await summarize(RecordingContext(NOW))
    assert sandbox.requests("openai") == sandbox.requests("anthropic") == []


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
