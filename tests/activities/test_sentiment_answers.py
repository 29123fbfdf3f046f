"""What a model may answer to `ai_sentiment`: wrapped, cut off, refused, or wrong in part."""

import json

import pytest

from contracts.errors import (
    TaskError,
)
from tests.activities.models import ONLINE, use
from tests.activities.posts import page
from tests.activities.scoring import THREE, context_with, openai_says, opinions, score, scored
from tests.sandbox_server import Sandbox


@pytest.mark.parametrize(
    "text",
    [
        "```json\n" + scored("a", "b", "c") + "\n```",
        "<think>Is {a} good? Perhaps.</think>\n" + scored("a", "b", "c"),
        "Here is the answer: " + scored("a", "b", "c") + " I hope that it helps.",
        json.dumps({each.pop("id"): each for each in json.loads(scored("a", "b", "c"))["scores"]}),
        json.dumps({"scores": {each.pop("id"): each for each in json.loads(scored("a", "b", "c"))["scores"]}}),
    ],
    ids=["in a fence", "behind thoughts", "between sentences", "by id", "scores by id"],
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


async def test_ids_without_quotes_and_labels_in_capitals_are_read(
    monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox
) -> None:
    use(monkeypatch, "openai")
    posts = page(2)
    for number, post in enumerate(posts):
        post["reddit_id"] = str(1_000 + number)
    answer = json.loads(scored("1000", "1001"))
    answer["scores"] = [each | {"id": int(each["id"]), "label": each["label"].title()} for each in answer["scores"]]
    openai_says(sandbox, json.dumps(answer))

    result = await score(context_with(posts))

    assert (result.posts_scored, result.posts_skipped, result.cost.calls) == (2, 0, 1)


ODD: dict[str, list[dict[str, object]]] = {
    "reasons beside it": [{"reason": "It rose."}, {"Label": "positive"}, {}],
    "percent": [{"confidence": 85}, {"confidence": 1}, {"confidence": "90%"}],
    "numbers as texts": [{"score": "+0.5"}, {"score": "0,5", "confidence": "0.9"}, {"score": "50%"}],
    "labels in other words": [{"label": "Positiv."}, {"label": "very bullish"}, {"label": "\u770b\u6da8"}],
}


@pytest.mark.parametrize("how", ODD)
async def test_scores_are_read_as_models_write_them(
    monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox, how: str
) -> None:
    use(monkeypatch, "openai")
    answer = json.loads(scored("a", "b", "c"))
    answer["scores"] = [each | odd for each, odd in zip(answer["scores"], ODD[how], strict=True)]
    openai_says(sandbox, json.dumps(answer))
    context = context_with(THREE)

    result = await score(context)

    found = [opinions(context)[id_] for id_ in "abc"]
    assert (result.posts_scored, result.posts_skipped, result.cost.calls) == (3, 0, 1)
    assert {each.label for each in found} == {"positive"}
    assert {each.score for each in found} == {0.5}
    if how == "percent":
        assert [each.confidence for each in found] == [0.85, 0.01, 0.9]


@pytest.mark.parametrize("said", [(0.9, 0.7, 1.2), (8, 4, 1)])
async def test_one_confidence_above_one_makes_no_percent_of_the_others(
    monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox, said: tuple[float, ...]
) -> None:
    use(monkeypatch, "openai")
    answer = json.loads(scored("a", "b", "c"))
    answer["scores"] = [each | {"confidence": value} for each, value in zip(answer["scores"], said, strict=True)]
    openai_says(sandbox, json.dumps(answer))
    context = context_with(THREE)

    result = await score(context)

    kept = [value for value in said if value <= 1]
    assert [each.confidence for each in opinions(context).values()] == kept
    assert (result.posts_scored, result.posts_skipped) == (len(kept), 3 - len(kept))


async def test_what_is_no_number_is_no_score(monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox) -> None:
    use(monkeypatch, "openai")
    answer = json.loads(scored("a", "b", "c"))
    answer["scores"][0]["score"] = "N/A"
    answer["scores"][1] |= {"score": float("nan"), "confidence": 10**400}
    openai_says(sandbox, json.dumps(answer))

    result = await score(context_with(THREE))

    assert (result.posts_scored, result.posts_skipped) == (1, 2)


async def test_a_score_that_says_the_opposite_of_its_label_is_asked_for_again(
    monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox
) -> None:
    use(monkeypatch, "openai")
    answer = json.loads(scored("a", "b", "c"))
    answer["scores"][1]["label"] = "Bearish"
    openai_says(sandbox, json.dumps(answer), times=2)
    context = context_with(THREE)

    result = await score(context)

    # Asked for b alone, it says so again.
    assert (result.posts_scored, result.posts_skipped, result.cost.calls) == (2, 1, 2)
    assert set(opinions(context)) == {"a", "c"}
    assert '"id": "a"' not in sandbox.prompts()[-1]["messages"][1]["content"]


async def test_bullish_and_bearish_are_labels(monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox) -> None:
    use(monkeypatch, "openai")
    answer = json.loads(scored("a", "b", "c"))
    answer["scores"][0]["label"] = "Bullish"
    answer["scores"][1] |= {"label": "bearish", "score": -0.5}
    openai_says(sandbox, json.dumps(answer))
    context = context_with(THREE)

    result = await score(context)

    assert (result.posts_scored, result.cost.calls) == (3, 1)
    assert [opinions(context)[id_].label for id_ in "abc"] == ["positive", "negative", "positive"]


async def test_what_the_model_declines_to_score_is_left_out_alone(
    monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox
) -> None:
    use(monkeypatch, "openai")
    # All three, then the first two, then the first one.
    openai_says(sandbox, None, times=3, refusal="I cannot help with that.")

    result = await score(context_with(THREE))

    assert (result.posts_scored, result.posts_skipped, result.cost.calls) == (2, 1, 5)


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
