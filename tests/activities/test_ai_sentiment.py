"""`ai_sentiment` with every provider."""

import json
import subprocess
import sys
from typing import Any

import pytest

from activities.ai_sentiment import PAGE
from contracts.records.rows import RecordKind, SocialSentiment
from contracts.records.scored_text import hash_of
from tests.activities.models import ONLINE, PROVIDERS, USER_AGENTS, use
from tests.activities.posts import GOOD, HOSTILE, page, reddit_post
from tests.activities.recording_context import Crash, RecordingContext, Table
from tests.activities.scoring import THREE, context_with, opinions, score
from tests.sandbox_server import NOW, Sandbox


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


async def test_an_opinion_says_which_text_it_is_about() -> None:
    context = context_with(THREE)

    await score(context)

    said = {id_: row.text_hash for id_, row in opinions(context).items()}
    assert said == {post["reddit_id"]: hash_of(f"{post['title']}\n{post['body']}") for post in THREE}


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


@pytest.mark.processes
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
