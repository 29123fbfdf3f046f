"""The sentences of the table: what is right, and that nothing is wrong without a question."""

import pytest

from contracts.tasks.plain_language import ParsedText
from intake.parse import parse
from tests.intake.sentences import ASKED, NOW, SENTENCES, WATCHED, Body

#: Of the sentences that can be understood.
ENOUGH = 0.95


def read(text: str) -> ParsedText:
    return parse(text, NOW, WATCHED)


def bodies(parsed: ParsedText) -> list[Body]:
    return list(parsed.model_dump(mode="json")["tasks"])


def test_most_sentences_are_right_and_none_is_silently_wrong() -> None:
    meant = [(text, expected) for text, expected in SENTENCES if expected]
    right = [text for text, expected in meant if bodies(read(text)) == expected]
    asked = [text for text, _ in meant if read(text).questions]
    print(f"\n{len(right)} of {len(meant)} sentences right, {len(asked)} asked back: {asked}")
    wrong = [text for text, _ in meant if text not in right and text not in asked]
    assert wrong == []
    assert len(meant) >= 60
    assert len(right) / len(meant) >= ENOUGH


@pytest.mark.parametrize(("text", "expected"), SENTENCES, ids=[text for text, _ in SENTENCES])
def test_sentence(text: str, expected: list[Body]) -> None:
    parsed = read(text)
    assert bodies(parsed) == expected, [each.question for each in parsed.questions]
    assert bool(parsed.questions) == (expected == [])


@pytest.mark.parametrize(("text", "question"), ASKED, ids=[text for text, _ in ASKED])
def test_in_doubt_it_asks_and_makes_nothing(text: str, question: str) -> None:
    parsed = read(text)
    assert parsed.tasks == []
    assert any(question in each.question for each in parsed.questions), parsed.questions
    assert all(each.question.endswith((".", "?")) for each in parsed.questions)
