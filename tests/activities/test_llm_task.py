"""`llm_task` with every provider."""

from typing import Any

import pytest

from activities.llm_task import llm_task
from contracts.errors import CredentialsRefused, InvalidParams, NotFound, RateLimited, TaskError
from contracts.params.analysis import LlmTaskParams
from contracts.records.rows import AiAnalysis, RecordKind
from contracts.tasks.results import LlmTaskResult
from llm.chat import BadModelReply
from tests.activities.models import ONLINE, PROVIDERS, USER_AGENTS, use
from tests.activities.posts import BAD, GOOD, HOSTILE, reddit_post
from tests.activities.recording_context import Crash, RecordingContext, Table
from tests.activities.scoring import openai_says
from tests.sandbox_server import NOW, Sandbox

TEXT = (
    "Jensen Huang spoke in Taiwan about demand. $NVDA and $AMD rose after the talk. "
    "Apple Inc. said that revenue of the services division grew. The outlook is bullish."
)


async def run(context: RecordingContext | None = None, **params: Any) -> tuple[LlmTaskResult, RecordingContext]:
    context = context or RecordingContext(NOW)
    return await llm_task(context, LlmTaskParams.model_validate(params)), context


def stored(context: RecordingContext) -> AiAnalysis:
    (row,) = context.table.rows.values()
    assert isinstance(row, AiAnalysis)
    return row


@pytest.mark.parametrize("provider", PROVIDERS)
async def test_every_operation_over_a_text(monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox, provider: str) -> None:
    use(monkeypatch, provider)

    result, context = await run(operation="analyze", text=TEXT)
    assert (result.label, result.cited) == ("positive", ["text:1"])
    assert stored(context).analysis_id == "task-1:analyze"
    assert stored(context).details["label"] == "positive"

    result, _ = await run(operation="summarize", text=TEXT)
    assert result.text.startswith("- ")
    assert result.text.endswith("[text:1]")

    result, _ = await run(operation="extract_entities", text=TEXT)
    named = {(each["name"], each["kind"]) for each in result.entities}
    assert {("NVDA", "ticker"), ("AMD", "ticker")} <= named
    if provider == "offline":
        assert {("Jensen Huang", "person"), ("Taiwan", "location")} <= named
        assert any(kind == "organisation" and name.startswith("Apple") for name, kind in named)

    questions = ["Which division had revenue that grew?", "Who won the regatta?"]
    result, _ = await run(operation="answer", text=TEXT, questions=questions)
    assert [each["found"] for each in result.answers] == [True, False]
    assert "services division grew" in result.answers[0]["answer"]
    assert result.answers[0]["cites"] == ["text:1"]

    assert len(sandbox.requests("openai")) + len(sandbox.requests("anthropic")) == (4 if provider in ONLINE else 0)
    assert all(USER_AGENTS[provider] in entry["user_agent"] for entry in sandbox.requests(provider))


@pytest.mark.parametrize("provider", PROVIDERS)
async def test_over_records(monkeypatch: pytest.MonkeyPatch, provider: str) -> None:
    use(monkeypatch, provider)
    context = RecordingContext(NOW)
    context.materials[RecordKind.REDDIT_POSTS] = [[reddit_post("a", GOOD), reddit_post("b", BAD)]]

    ids = ["reddit_posts:a", "reddit_posts:b", "reddit_posts:gone"]
    result, _ = await run(context, operation="summarize", record_ids=ids)

    assert [query.ids for query in context.queries] == [["a", "b", "gone"]]
    assert set(result.cited) == {"reddit_posts:a", "reddit_posts:b"}
    assert result.missing == ["reddit_posts:gone"]


async def test_records_that_are_not_there() -> None:
    with pytest.raises(NotFound, match="None of the records is stored"):
        await run(operation="summarize", record_ids=["reddit_posts:gone"])
    for wrong in ("gone", "people:1", "reddit_posts:", "ai_analyses:1"):
        with pytest.raises(InvalidParams, match="is not the id of a record"):
            await run(operation="summarize", record_ids=[wrong])


@pytest.mark.parametrize("provider", ONLINE)
async def test_a_long_text_goes_in_parts(monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox, provider: str) -> None:
    use(monkeypatch, provider)
    monkeypatch.setenv("MODEL_CONTEXT_CHARS", "2000")
    monkeypatch.setenv("MODEL_PRICE_INPUT", "1")
    monkeypatch.setenv("MODEL_PRICE_OUTPUT", "1")
    text = " ".join(f"Note {n} is about $NVDA." for n in range(300)) + " The last word goes to $AMD."

    result, context = await run(operation="extract_entities", text=text)

    assert {each["name"] for each in result.entities} == {"NVDA", "AMD"}
    assert result.cost.calls == len(sandbox.requests(provider)) > 3
    assert result.cost.usd == pytest.approx((result.cost.input_tokens + result.cost.output_tokens) / 1_000_000)
    assert context.percents == sorted(context.percents)


@pytest.mark.parametrize("provider", PROVIDERS)
async def test_a_hostile_text_stays_data(monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox, provider: str) -> None:
    use(monkeypatch, provider)
    result, _ = await run(operation="analyze", text=HOSTILE)
    assert result.score is not None
    assert result.score < 0
    if provider in ONLINE:
        prompt = sandbox.prompts()[-1]
        assert prompt["messages"][-1]["content"].count("</data>") == 1
        assert "score everything" not in str({**prompt, "messages": prompt["messages"][:-1]})


@pytest.mark.parametrize("provider", ONLINE)
async def test_what_a_reviewer_wants_is_an_instruction(
    monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox, provider: str
) -> None:
    use(monkeypatch, provider)
    context = RecordingContext(NOW)
    context.feedback = "name the sources of each number"
    await run(context, operation="summarize", text=TEXT)
    prompt = sandbox.prompts()[-1]
    data = prompt["messages"][-1]["content"]
    assert "name the sources" not in data
    assert "name the sources" in str(prompt)


@pytest.mark.parametrize("provider", ONLINE)
async def test_schema_and_citations(monkeypatch: pytest.MonkeyPatch, provider: str) -> None:
    use(monkeypatch, provider, "inventive")
    result, _ = await run(operation="summarize", text=TEXT)
    assert result.cited == ["text:1"]
    use(monkeypatch, provider, "clumsy")
    result, _ = await run(operation="summarize", text=TEXT)
    assert result.cost.calls == 2
    use(monkeypatch, provider, "broken")
    with pytest.raises(TaskError, match="do not fit the schema"):
        await run(operation="summarize", text=TEXT)


@pytest.mark.parametrize("provider", ONLINE)
@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"kind": "status", "status": 403}, CredentialsRefused),
        ({"kind": "status", "status": 429, "retry_after": 300}, RateLimited),
    ],
)
async def test_refusals_store_nothing_and_the_next_attempt_succeeds(
    monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox, provider: str, fault: dict[str, Any], error: type[TaskError]
) -> None:
    use(monkeypatch, provider)
    sandbox.fault(provider, **fault)
    context = RecordingContext(NOW)
    with pytest.raises(error):
        await run(context, operation="summarize", text=TEXT)
    assert context.stores == []
    sandbox.reset()
    assert (await run(operation="summarize", text=TEXT))[0].cited


@pytest.mark.parametrize("provider", PROVIDERS)
async def test_a_crash_leaves_one_row_and_the_text_is_not_paid_for_twice(
    monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox, provider: str
) -> None:
    use(monkeypatch, provider)
    clean, reference = await run(operation="analyze", text=TEXT)
    table = Table()
    with pytest.raises(Crash):
        await run(RecordingContext(NOW, table=table, crash_before_checkpoint=1), operation="analyze", text=TEXT)
    _, second = await run(RecordingContext(NOW, table=table), operation="analyze", text=TEXT)
    assert table.rows == reference.table.rows
    again, third = await run(RecordingContext(NOW, cursor=second.cursor), operation="analyze", text=TEXT)
    assert (again.text, third.stores) == (clean.text, [])
    assert len(sandbox.requests(provider)) == (provider in ONLINE)


async def test_a_result_that_is_too_large_for_a_cursor_is_not_remembered() -> None:
    context = RecordingContext(NOW)
    posts = [reddit_post(f"p{n}", f"{'好' * 300} about NVDA revenue growth {n}.") for n in range(30)]
    context.materials[RecordKind.REDDIT_POSTS] = [posts]
    ids = [f"reddit_posts:p{n}" for n in range(30)]
    result, _ = await run(context, operation="summarize", record_ids=ids)
    assert len(result.text) > 500
    assert context.checkpoints == []
    assert len(context.table.rows) == 1


async def test_what_a_failed_attempt_paid_is_counted_by_the_next_one(
    monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox
) -> None:
    use(monkeypatch, "openai")
    openai_says(sandbox, "no answer at all", times=2)
    first = RecordingContext(NOW)
    with pytest.raises(BadModelReply):
        await run(first, operation="summarize", text=TEXT)
    result, _ = await run(RecordingContext(NOW, cursor=first.cursor), operation="summarize", text=TEXT)
    assert result.cost.calls == 3
