"""Whatever is typed: no exception, no task beside a question, no word lost."""

import re
from datetime import UTC, datetime
from time import thread_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.task_types import parse_params
from contracts.tasks.plain_language import MOST_CHARACTERS, ParsedText, ProposedFollowUp, ProposedTask
from intake.goals.parts import once, parts_of
from intake.parse import parse
from tests.intake.sentences import ASKED, NOW, SENTENCES, WATCHED

_WORDS = sorted({word for text, _ in (*SENTENCES, *ASKED) for word in text.split()})
#: Words that are understood in an order that nobody thought of, and anything at all.
_TEXTS = st.one_of(
    st.lists(st.sampled_from(_WORDS), max_size=25).map(" ".join),
    st.lists(st.one_of(st.sampled_from(_WORDS), st.text(max_size=6)), max_size=25).map(" ".join),
    st.text(max_size=200),
)
_TYPICAL_MS = 10


@settings(max_examples=4 * settings().max_examples)
@given(_TEXTS)
def test_any_text_is_read_twice_alike_and_no_word_is_lost(text: str) -> None:
    text = text[:MOST_CHARACTERS]
    parsed = parse(text, NOW, WATCHED)
    assert parse(text, NOW, WATCHED) == parsed
    assert bool(parsed.tasks) != bool(parsed.questions)
    for task in parsed.tasks:
        check(task)
        assert task.run_at is None or task.run_at > NOW
    for each in parsed.understood:
        assert text[each.start : each.start + len(each.text)] == each.text
    assert lost(text, parsed) == []
    assert [each for each in parsed.notable if each not in parsed.ignored] == []


def check(task: ProposedTask | ProposedFollowUp) -> None:
    """Its params are those of its type, and so are those of what follows."""
    parse_params(task.task_type, task.params)
    for follow_up in task.follow_ups:
        check(follow_up)


def lost(text: str, parsed: ParsedText) -> list[str]:
    """The words that stand nowhere in the answer."""
    told = [each.text for each in parsed.understood] + parsed.ignored
    told += [words for each in parsed.questions for words in (each.question, *each.answers)]
    answer = " ".join(told)
    return [word for word in re.findall(r"[A-Za-z0-9]+", text) if word not in answer]


def test_a_word_that_is_left_out_is_found_by_this_test() -> None:
    parsed = parse("reddit for NVDA", NOW, WATCHED)
    assert lost("reddit for NVDA carefully", parsed) == ["carefully"]


def test_what_is_too_long_is_refused() -> None:
    parse("a" * MOST_CHARACTERS, NOW)
    with pytest.raises(ValueError, match="at most 1,000 characters"):
        parse("a" * (MOST_CHARACTERS + 1), NOW)


@pytest.mark.parametrize(
    "piece",
    [
        "1 ",
        "a",
        "r/",
        "$",
        '"',
        "last 1 ",
        "from 1 to ",
        "and then ",
        "1 june ",
        "- ",
        "x ",
        " ",
        "\n",
        "the first ",
        "my watchlist ",
    ],
)
def test_the_longest_text_takes_no_time_to_speak_of(piece: str) -> None:
    started = thread_time()
    parse((piece * MOST_CHARACTERS)[:MOST_CHARACTERS], NOW, WATCHED)
    assert thread_time() - started < 5


@pytest.mark.parametrize("piece", [" ", "\n", ", ", "and ", "and then ", "every day, ", "every "])
def test_the_longest_goal_takes_no_time_to_speak_of(piece: str) -> None:
    goal = "news for NVDA" + (piece * 2_000)[:2_000]
    started = thread_time()
    parts_of(goal), once(goal)
    assert thread_time() - started < 5


def test_most_sentences_take_milliseconds() -> None:
    parse("reddit for NVDA since March", NOW)
    spent = sorted(_milliseconds(text) for text, _ in SENTENCES)
    print(f"\na sentence takes {spent[len(spent) // 2]:.1f} ms, the slowest of {len(spent)} {spent[-1]:.1f} ms")
    assert spent[len(spent) // 2] < _TYPICAL_MS


def _milliseconds(text: str) -> float:
    # Of this thread: what others do on the machine meanwhile is not the parser's.
    started = thread_time()
    parse(text, NOW, WATCHED)
    return (thread_time() - started) * 1_000


def test_a_time_zone_is_needed() -> None:
    with pytest.raises(ValueError, match="time zone"):
        parse("reddit for NVDA", datetime(2026, 11, 24, tzinfo=UTC).replace(tzinfo=None))
