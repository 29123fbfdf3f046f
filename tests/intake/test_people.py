"""How much of what people write is understood, or asked about in one good question; and that nothing is silently wrong.

One half of the sentences was looked at while the rules were made, the other half is only reported.
"""

import random
from typing import Any

import pytest

from contracts.tasks.plain_language import ParsedText, Question
from intake.parse import parse
from intake.times.repeats import Repetition, read_repetition
from tests.intake.people import NOW, PEOPLE
from tests.intake.people_newcomers import NEWCOMERS
from tests.intake.people_tried import TRIED
from tests.intake.readings import Reading

#: Of the sentences that can be done, in each half.
ENOUGH = 0.8

Sentences = list[tuple[str, Reading]]


def halves() -> tuple[Sentences, Sentences]:
    """The half to look at, and the other one."""
    shuffled = random.Random(18).sample(PEOPLE, len(PEOPLE))
    return shuffled[: len(shuffled) // 2] + TRIED + NEWCOMERS, shuffled[len(shuffled) // 2 :]


def grade(text: str, reading: Reading) -> str:
    """right, asked (in one good question), needless (in any other), silently wrong; or beyond what can be done."""
    parsed = parse(text, NOW)
    if parsed.tasks:
        return "right" if reading.is_certain and bodies(parsed) == reading.tasks else "silently wrong"
    if not reading.possible:
        return "beyond"
    return "asked" if len(parsed.questions) == 1 and is_good(parsed.questions[0], reading) else "needless"


def is_good(question: Question, reading: Reading) -> bool:
    """It says what it is about; and where a reading is known, one of the answers that it offers means just that."""
    said = " ".join([question.question, *question.answers]).casefold()
    if not all(each.casefold() in said for each in reading.words):
        return False
    return reading.tasks is None or any(bodies(parse(each, NOW)) == reading.tasks for each in question.answers)


def bodies(parsed: ParsedText) -> list[dict[str, Any]]:
    return list(parsed.model_dump(mode="json")["tasks"])


@pytest.mark.parametrize("half", [0, 1], ids=["tuned on", "only reported"])
def test_what_people_write_is_done_or_asked_about_in_one_good_question(half: int) -> None:
    grades = {text: grade(text, reading) for text, reading in halves()[half]}
    counts = {each: list(grades.values()).count(each) for each in ("right", "asked", "needless", "beyond")}
    share = (counts["right"] + counts["asked"]) / (len(grades) - counts["beyond"])
    print(f"\n{len(grades)} sentences: {counts}; {share:.0%} of what can be done")
    assert [text for text, each in grades.items() if each == "silently wrong"] == []
    assert share >= ENOUGH, [text for text, each in grades.items() if each == "needless"]


@pytest.mark.parametrize("half", [0, 1], ids=["tuned on", "only reported"])
def test_every_answer_that_is_offered_is_understood(half: int) -> None:
    offered = [
        (text, each) for text, _ in halves()[half] for asked in parse(text, NOW).questions for each in asked.answers
    ]
    assert len(offered) > 30
    assert [(text, answer) for text, answer in offered if not _is_understood(answer)] == []


def _is_understood(answer: str) -> bool:
    read = read_repetition(answer, "UTC")
    return bool(parse(read.rest if isinstance(read, Repetition) else answer, NOW).tasks)


def test_there_are_two_hundred_sentences() -> None:
    assert len({text for text, _ in PEOPLE}) >= 200
