"""What a model says about a goal becomes a plan that was checked, questions, or a sentence about what is wrong."""

import json
from typing import Any

import pytest

from contracts.plans.plan import Plan
from plans.drafts import MOST_STEPS, BadDraft, catalogue, plan_of_draft

GOOD = {"operation": "analyze", "text": "${{ inputs.files[0].text }}"}
INPUTS = {"files": [{"name": "a", "text": "words"}]}


def step(id_: str, task_type: str = "llm_task", params: Any = GOOD, **said: Any) -> dict[str, Any]:
    text = params if isinstance(params, str) else json.dumps(params)
    return {
        "id": id_, "task_type": task_type, "params": text, "needs": [], "for_each": "", "when": "",
        "needs_review": False, **said,
    }  # fmt: skip


def said(*steps: dict[str, Any], questions: Any = ()) -> str:
    return json.dumps({"steps": list(steps), "questions": list(questions)})


def test_a_draft_becomes_a_plan() -> None:
    crawl = step("crawl", "reddit_crawl", {"ticker": "${{ item }}"}, for_each='["NVDA", "AMD"]')
    look = step("look", needs=["crawl"], when="size(steps.crawl.results) > 0", needs_review=True)
    plan = plan_of_draft(said(crawl, look), "x", INPUTS)
    assert isinstance(plan, Plan)
    assert (plan.steps[0].for_each, plan.steps[1].needs_review) == (["NVDA", "AMD"], True)


def test_what_acts_outside_waits_for_a_person_whatever_the_model_says() -> None:
    plan = plan_of_draft(said(step("call", "api_update", {"endpoint": "/admin", "method": "DELETE"})), "x", {})
    assert isinstance(plan, Plan)
    assert plan.steps[0].needs_approval


def test_questions_are_shown_as_text() -> None:
    asked = plan_of_draft(said(questions=["Which\n page?", "", "\x1b[2J", *"abcdefgh"]), "x", {})
    assert asked == ["Which page?", "a", "b", "c", "d"]


@pytest.mark.parametrize(
    ("answer", "wrong"),
    [
        ("prose", "does not fit the structure"),
        (said(), "there is no question either"),
        (said(step("a", "web_browse", {})), "steps.a.task_type"),
        (said(step("a", needs=["b"]), step("b", needs=["a"])), "go in a circle"),
        (said(*[step(f"s{place}") for place in range(MOST_STEPS + 1)]), "50 are the most"),
        (said(step("a", params="{")), "is no JSON object"),
        (said(step("a", params="[" * 100_000)), "is no JSON object"),
        (said(step("a", for_each="7")), "is no JSON list"),
        (said(step("a", for_each=json.dumps(list(range(201))))), "more than 200 entries"),
        (said(step("a", "reddit_crawl", {"tickers": "NVDA"})), "steps.a.params"),
        (said(step("a", when="steps.b.result.x")), "steps.a.when"),
        (said(step("A b")), "id"),
    ],
)
def test_what_could_not_run_is_refused_with_its_place(answer: str, wrong: str) -> None:
    with pytest.raises(BadDraft) as caught:
        plan_of_draft(answer, "x", INPUTS)
    assert wrong in str(caught.value)


def test_the_catalogue_holds_what_works_and_says_what_it_takes() -> None:
    types = {each["task_type"]: each for each in catalogue()}
    assert "echo" not in types
    assert types["reddit_crawl"]["params"]["required"] == ["ticker"]
