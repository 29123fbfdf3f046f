"""Whatever a model writes around its answer, the answer is found, and a part of one is not taken for all of it."""

import json
import time

import pytest

from llm.answers import json_in

ANSWER = '{"scores": [{"id": "a", "score": 0.5}, {"id": "b", "score": 0.1}]}'


@pytest.mark.parametrize(
    "text",
    [
        ANSWER,
        f"{ANSWER}\n\nI hope that {{you}} like it!",
        f"```json\n{ANSWER}\n```",
        f"Sure:\n```JSON5\n{ANSWER}\n```\nDone.",
        f"~~~\n{ANSWER}\n~~~",
        f"<think>Is {{a}} good?</think>{ANSWER}",
        # Without the tag that opens the thoughts, as some servers send it.
        f'Is it {{"scores": []}}?</think>\n{ANSWER}',
        f"I think {{a}} and [b], see [1]. {ANSWER}",
        f'Such as {{"scores": []}}: {ANSWER}',
        f"<|channel|>final<|message|>{ANSWER}<|end|>",
        f"{ANSWER}{ANSWER}",
        f"\ufeff{ANSWER}",
        ANSWER.replace("}]", "},]"),
    ],
)
def test_the_answer_is_found(text: str) -> None:
    assert json_in(text) == ANSWER


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (ANSWER[:50], ANSWER[:50]),
        (f"```json\n{ANSWER[:50]}", ANSWER[:50]),
        (f"Here it is: {ANSWER[:50]}\n```", ANSWER[:50]),
        ('[{"id": "a"}]', '[{"id": "a"}]'),
        ("I cannot say.", "I cannot say."),
        ("{}", "{}"),
        ('{"text": "a, ]", }', '{"text": "a, ]" }'),
    ],
)
def test_of_what_is_no_whole_object_all_is_kept(text: str, left: str) -> None:
    assert json_in(text) == left


@pytest.mark.parametrize(
    "text",
    [
        '{"id": "a", "score": 0.5}\n{"id": "b", "score": 0.1}',
        '{"scores": [{"id": "a", "score": 0.5}]}\n\n{"scores": [{"id": "b", "score": 0.1},]}',
    ],
)
def test_an_answer_in_pieces_is_put_together(text: str) -> None:
    answer = json.loads(json_in(text))
    assert (answer["scores"] if isinstance(answer, dict) else answer) == json.loads(ANSWER)["scores"]


def test_a_long_answer_is_found_at_once() -> None:
    """It is looked for where all requests are answered."""
    long = json.dumps({"steps": [{"id": f"s{n}", "task_type": "echo"} for n in range(10_000)]})
    began = time.process_time()
    assert json_in(f"hm </think> {long}") == long
    assert json_in(long) == long
    assert time.process_time() - began < 1
