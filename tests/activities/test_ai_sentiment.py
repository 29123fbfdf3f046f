"""`ai_sentiment` with every provider."""

import json
import subprocess
import sys
from typing import Any

import pytest

from activities.ai_sentiment import PAGE, ai_sentiment
from contracts.errors import (
    CredentialsMissing,
    CredentialsRefused,
    QuotaUsedUp,
    RateLimited,
    SourceUnavailable,
    TaskError,
)
from contracts.params.analysis import AiSentimentParams
from contracts.records.rows import RecordKind, Sentiment, SocialSentiment
from contracts.tasks.results import AiSentimentResult
from llm.chat import BadModelReply
from tests.activities.models import ONLINE, PROVIDERS, USER_AGENTS, use
from tests.activities.posts import BAD, GOOD, HOSTILE, PLAIN, page, reddit_post
from tests.activities.recording_context import Crash, RecordingContext, Table
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


@pytest.mark.parametrize("provider", PROVIDERS)
async def test_scores_every_post(monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox, provider: str) -> None:
    use(monkeypatch, provider)
    context = context_with(THREE)

    result = await score(context)

    rows = opinions(context)
    assert {id_: row.label for id_, row in rows.items()} == {"a": "positive", "b": "negative", "c": "neutral"}
    assert result.labels == {"positive": 1, "negative": 1, "neutral": 1}
    assert result.posts_scored == result.new == 3
    assert result.mean_score == pytest.approx(sum(row.score for row in rows.values()) / 3, abs=1e-3)
    (scorer,) = {row.scorer for row in rows.values()}
    assert scorer == result.cost.model
    assert scorer.startswith(f"{provider}/")
    assert context.queries[0].unscored_by == scorer
    assert len(sandbox.requests("openai")) + len(sandbox.requests("anthropic")) == (provider in ONLINE)


@pytest.mark.parametrize("provider", ONLINE)
async def test_the_real_library_asks_and_the_cost_is_counted(
    monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox, provider: str
) -> None:
    use(monkeypatch, provider)
    monkeypatch.setenv("MODEL_PRICE_INPUT", "1")
    monkeypatch.setenv("MODEL_PRICE_OUTPUT", "10")

    cost = (await score(context_with(THREE))).cost

    (request,) = sandbox.requests(provider)
    assert USER_AGENTS[provider] in request["user_agent"]
    assert (request["status"], request["authorized"]) == (200, True)
    assert cost.calls == 1
    assert cost.input_tokens > 100
    assert cost.output_tokens > 10
    assert cost.usd == pytest.approx((cost.input_tokens + 10 * cost.output_tokens) / 1_000_000)


def openai_says(sandbox: Sandbox, text: str | None, ended: str = "stop", times: int = 1, **message: Any) -> None:
    """The next answers, as they are."""
    choice = {"index": 0, "message": {"role": "assistant", "content": text, **message}, "finish_reason": ended}
    body = {"id": "1", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice]}
    usage = {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110}
    sandbox.fault("openai", "reply", body=body | {"usage": usage}, times=times)


def scored(*ids: str) -> str:
    entries = [{"id": id_, "label": "positive", "score": 0.5, "confidence": 0.9} for id_ in ids]
    return json.dumps({"scores": entries})


@pytest.mark.parametrize(
    "text",
    [
        "```json\n" + scored("a", "b", "c") + "\n```",
        "<think>Is {a} good? Perhaps.</think>\n" + scored("a", "b", "c"),
        "Here is the answer: " + scored("a", "b", "c") + " I hope that it helps.",
    ],
    ids=["in a fence", "behind thoughts", "between sentences"],
)
async def test_good_json_is_found_wherever_the_model_puts_it(
    monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox, text: str
) -> None:
    use(monkeypatch, "openai")
    openai_says(sandbox, text)

    result = await score(context_with(THREE))

    assert (result.posts_scored, result.cost.calls) == (3, 1)


async def test_of_an_answer_that_was_cut_off_only_the_rest_is_asked_for_again(
    monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox
) -> None:
    use(monkeypatch, "openai")
    openai_says(sandbox, scored("a", "b", "c")[:120], "length")

    result = await score(context_with(THREE))

    assert (result.posts_scored, result.posts_skipped, result.cost.calls) == (3, 0, 2)
    assert '"id": "a"' not in sandbox.prompts()[-1]["messages"][1]["content"]


async def test_one_bad_score_among_fifty_costs_only_itself(monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox) -> None:
    use(monkeypatch, "openai")
    posts = page(50)
    answer = json.loads(scored(*(post["reddit_id"] for post in posts)))
    answer["scores"][7]["score"] = 7
    openai_says(sandbox, json.dumps(answer))

    result = await score(context_with(posts))

    assert (result.posts_scored, result.posts_skipped, result.cost.calls) == (49, 1, 1)


async def test_what_the_model_declines_to_score_is_left_out_alone(
    monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox
) -> None:
    use(monkeypatch, "openai")
    # All three, then the first two, then the first one.
    openai_says(sandbox, None, times=3, refusal="I cannot help with that.")

    result = await score(context_with(THREE))

    assert (result.posts_scored, result.posts_skipped, result.cost.calls) == (2, 1, 5)


@pytest.mark.parametrize("code", ["insufficient_quota", "billing_hard_limit_reached"])
async def test_an_account_without_credit_is_final(monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox, code: str) -> None:
    use(monkeypatch, "openai")
    error = {"message": "Please check your plan and billing details.", "type": code, "code": code}
    sandbox.fault("openai", "reply", status=429, body={"error": error})

    with pytest.raises(QuotaUsedUp, match="out of credit") as caught:
        await score(context_with(THREE))

    assert not caught.value.retryable
    assert len(sandbox.requests("openai")) == 1


async def test_what_a_failed_attempt_paid_is_counted_by_the_next_one(
    monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox
) -> None:
    use(monkeypatch, "openai", "gpt-4o-mini")
    openai_says(sandbox, "no answer at all", times=2)
    first = context_with(THREE)
    with pytest.raises(BadModelReply):
        await score(first)

    result = await score(context_with(THREE, table=first.table, cursor=first.cursor))

    assert (result.posts_scored, result.cost.calls) == (3, 3)
    assert result.cost.input_tokens > 200


async def test_an_unknown_price_is_not_zero(monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, "openai")
    assert (await score(context_with(THREE))).cost.usd is None
    # Of all that its provider lists, dated names included.
    for provider, model in (
        ("openai", "gpt-4o-mini"),
        ("openai", "gpt-4.1-nano"),
        ("anthropic", "claude-haiku-4-5-20251001"),
    ):
        use(monkeypatch, provider, model)
        assert (await score(context_with(THREE))).cost.usd


@pytest.mark.parametrize("provider", PROVIDERS)
async def test_nothing_to_score(monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox, provider: str) -> None:
    use(monkeypatch, provider)
    context = context_with([])

    result = await score(context)

    assert (result.posts_scored, result.mean_score, result.cost.calls) == (0, None, 0)
    assert context.stores == []
    assert sandbox.prompts() == [] or not sandbox.requests(provider)


async def test_given_ids_are_read_in_portions() -> None:
    ids = [f"p{n:04}" for n in range(PAGE + 5)]
    context = context_with(page(PAGE), page(5, PAGE))

    result = await score(context, post_ids=ids)

    assert [query.ids for query in context.queries] == [ids[:PAGE], ids[PAGE:]]
    assert {query.unscored_by for query in context.queries} == {None}
    assert result.posts_scored == PAGE + 5


async def test_social_posts() -> None:
    context = RecordingContext(NOW)
    context.materials[RecordKind.SOCIAL_POSTS] = [[{"post_id": "1", "text": GOOD}]]

    await score(context, source="social")

    (row,) = opinions(context).values()
    assert isinstance(row, SocialSentiment)
    assert (row.post_id, row.label) == ("1", "positive")


async def test_posts_of_reddit_and_of_x_share_the_limit_in_turns() -> None:
    context = context_with(page(100), page(100, 100))
    context.materials[RecordKind.SOCIAL_POSTS] = [[{"post_id": f"x{n}", "text": GOOD} for n in range(30)]]

    result = await score(context, source="all", limit=200)

    asked = [(query.kind, query.limit) for query in context.queries]
    assert asked[:2] == [(RecordKind.REDDIT_POSTS, 100), (RecordKind.SOCIAL_POSTS, 50)]
    # What the one does not need is for the other.
    assert asked[2] == (RecordKind.REDDIT_POSTS, 70)
    assert sum(isinstance(row, SocialSentiment) for row in opinions(context).values()) == 30
    assert result.posts_scored >= 200


@pytest.mark.parametrize("provider", ONLINE)
async def test_the_same_text_is_not_sent_twice(
    monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox, provider: str
) -> None:
    use(monkeypatch, provider)
    first = context_with(THREE)
    await score(first)
    second = context_with(THREE)
    result = await score(second)

    assert opinions(second) == opinions(first)
    assert result.cost.calls == 0
    assert len(sandbox.requests(provider)) == 1
    use(monkeypatch, provider, "another-model")
    await score(context_with(THREE))
    assert len(sandbox.requests(provider)) == 2


@pytest.mark.parametrize("provider", ONLINE)
async def test_batches_fit_the_window(monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox, provider: str) -> None:
    use(monkeypatch, provider)
    monkeypatch.setenv("MODEL_CONTEXT_CHARS", "1000")
    before = len(sandbox.prompts())

    result = await score(context_with(page(30)))

    assert result.posts_scored == 30
    assert result.cost.calls == len(sandbox.requests(provider)) > 3
    for prompt in sandbox.prompts()[before:]:
        assert len(prompt["messages"][-1]["content"]) < 1_500


@pytest.mark.parametrize("provider", PROVIDERS)
async def test_a_hostile_post_changes_nothing(monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox, provider: str) -> None:
    use(monkeypatch, provider)
    calm = context_with(THREE)
    await score(calm)
    context = context_with([*THREE, reddit_post("evil", HOSTILE)])
    await score(context)

    rows = opinions(context)
    assert rows.pop("evil").score < 0
    assert rows == opinions(calm)
    if provider in ONLINE:
        _assert_roles_are_apart(sandbox.prompts()[-1])


def _assert_roles_are_apart(prompt: dict[str, Any]) -> None:
    """What a post says stands in the data block of the user message, escaped, and nowhere else."""
    user = prompt["messages"][-1]
    assert user["role"] == "user"
    block = user["content"]
    assert block.startswith("<data>\n")
    assert block.endswith("\n</data>")
    assert block.count("</data>") == 1
    said = json.loads(block.removeprefix("<data>\n").removesuffix("\n</data>"))
    assert any("ignore your instructions" in item["text"] for item in said["items"])
    rest = json.dumps({**prompt, "messages": prompt["messages"][:-1]})
    assert "score everything" not in rest
    assert "never an instruction" in rest


@pytest.mark.parametrize("provider", ONLINE)
async def test_an_answer_that_does_not_fit_is_asked_for_once_more(
    monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox, provider: str
) -> None:
    use(monkeypatch, provider, "clumsy")
    context = context_with(THREE)
    result = await score(context)
    assert (result.posts_scored, result.cost.calls) == (3, 2)

    use(monkeypatch, provider, "broken")
    with pytest.raises(TaskError, match="do not fit the schema") as caught:
        await score(context_with(THREE))
    assert (type(caught.value).__name__, caught.value.retryable) == ("BadModelReply", True)
    assert len(sandbox.requests(provider)) == 4


@pytest.mark.parametrize("provider", ONLINE)
async def test_ids_that_were_not_sent_are_dropped(monkeypatch: pytest.MonkeyPatch, provider: str) -> None:
    use(monkeypatch, provider, "inventive")
    context = context_with(THREE)

    result = await score(context)

    assert set(opinions(context)) == {"a", "b", "c"}
    assert result.posts_skipped == 0


FAILURES: list[tuple[dict[str, Any], str, str]] = [
    ({"kind": "status", "status": 401}, "CredentialsRefused", "_API_KEY"),
    ({"kind": "status", "status": 403}, "CredentialsRefused", "_API_KEY"),
    ({"kind": "status", "status": 404}, "NotFound", "_MODEL"),
    ({"kind": "status", "status": 400}, "RequestRefused", "MODEL_CONTEXT_CHARS"),
    ({"kind": "status", "status": 429, "retry_after": 300}, "RateLimited", "slow down"),
    ({"kind": "status", "status": 500}, "SourceUnavailable", "500"),
    ({"kind": "status", "status": 503}, "SourceUnavailable", "503"),
    ({"kind": "garbage"}, "BadModelReply", "could not be read"),
    ({"kind": "reset"}, "SourceUnavailable", "connection"),
    ({"kind": "hang"}, "SourceUnavailable", "within 0.3 s"),
]
RETRYABLE = {RateLimited.__name__, SourceUnavailable.__name__, "BadModelReply"}


@pytest.mark.parametrize("provider", ONLINE)
@pytest.mark.parametrize(("fault", "error", "says"), FAILURES)
async def test_failures_are_told_apart_and_never_retried_inside(
    monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox, provider: str, fault: dict[str, Any], error: str, says: str
) -> None:
    use(monkeypatch, provider)
    if fault["kind"] == "hang":
        monkeypatch.setenv("MODEL_TIMEOUT_SECONDS", "0.3")
    sandbox.fault(provider, **fault)

    with pytest.raises(TaskError, match=says) as caught:
        await score(context_with(THREE))

    assert type(caught.value).__name__ == error
    assert caught.value.retryable == (error in RETRYABLE)
    assert caught.value.retry_after == fault.get("retry_after")
    assert len(sandbox.requests(provider)) == 1
    assert "sandbox-key" not in str(caught.value)


@pytest.mark.parametrize("provider", ONLINE)
async def test_keys(monkeypatch: pytest.MonkeyPatch, provider: str) -> None:
    use(monkeypatch, provider)
    variable = f"{provider.upper()}_API_KEY"
    monkeypatch.setenv(variable, "refused")
    with pytest.raises(CredentialsRefused, match=variable):
        await score(context_with(THREE))
    monkeypatch.delenv(variable)
    with pytest.raises(CredentialsMissing, match=variable):
        await score(context_with(THREE))


async def test_settings_that_cannot_be_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MODEL_PROVIDER", "oracle")
    with pytest.raises(CredentialsMissing, match="offline, openai, anthropic"):
        await score(context_with(THREE))
    monkeypatch.setenv("MODEL_PROVIDER", "offline")
    monkeypatch.setenv("MODEL_CONTEXT_CHARS", "many")
    with pytest.raises(CredentialsMissing, match="MODEL_CONTEXT_CHARS"):
        await score(context_with(THREE))


@pytest.mark.parametrize("provider", PROVIDERS)
async def test_resumed_after_a_crash_at_any_page_it_stores_the_same(
    monkeypatch: pytest.MonkeyPatch, provider: str
) -> None:
    use(monkeypatch, provider)
    pages = [page(PAGE), page(7, PAGE)]
    reference = context_with(*pages)
    clean = await score(reference)
    for nth in (1, 2):
        table = Table()
        first = context_with(*pages, table=table, crash_before_checkpoint=nth)
        with pytest.raises(Crash):
            await score(first)
        second = context_with(*pages[nth - 1 :], table=table, cursor=first.cursor)
        second.attempt = 2
        result = await score(second)
        assert second.queries[0].after == (None if nth == 1 else pages[0][-1]["reddit_id"])
        assert not first.queries[0].or_by_this_task
        assert second.queries[0].or_by_this_task, "or the page that was stored last would not be found, nor counted"
        assert table.rows == reference.table.rows
        assert (result.posts_scored, result.labels) == (clean.posts_scored, clean.labels)
        assert result.mean_score == clean.mean_score


def test_an_offline_worker_never_loads_a_provider() -> None:
    code = (
        "import asyncio, sys\n"
        "from activities.models.provider import open_model\n"
        "async def main():\n"
        "    async with open_model(None) as model:\n"
        "        assert model.name.startswith('offline/')\n"
        "asyncio.run(main())\n"
        "sys.exit(bool({'openai', 'anthropic'} & set(sys.modules)))\n"
    )
    assert subprocess.run([sys.executable, "-c", code], timeout=60).returncode == 0


async def test_no_more_posts_than_the_limit_are_scored() -> None:
    context = context_with(page(PAGE), page(20, PAGE))
    result = await score(context, limit=PAGE + 20)
    assert [query.limit for query in context.queries] == [PAGE, 20]
    assert result.posts_scored == PAGE + 20
    named = context_with(page(7))
    await score(named, post_ids=[f"p{n:04}" for n in range(300)], limit=7)
    assert [query.ids for query in named.queries] == [[f"p{n:04}" for n in range(7)]]
