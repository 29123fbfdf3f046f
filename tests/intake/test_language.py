"""What a model is told of the language is true: its examples are those of the document, and the rules read them."""

import pytest

from intake.language import DESCRIPTION, EXAMPLES, SYSTEM
from tests.intake.test_docs import UNDERSTOOD
from tests.intake.test_sentences import read

#: What the description quotes of starts, days, priorities and numbers, in a sentence of its own.
PARTS = (
    "last 30 days", "since March", "from 1 to 15 June", "in February 2025", "yesterday",
    "tomorrow at 8:00", "next monday at 9:30", "on 3 December at 18:00", "in 2 hours",
    "critical", "high", "low", "top 50 posts", "20 comments per post",
)  # fmt: skip


@pytest.mark.parametrize("text", EXAMPLES)
def test_an_example_is_one_of_the_document(text: str) -> None:
    assert text in [example for example, _ in UNDERSTOOD]
    assert text in SYSTEM


@pytest.mark.parametrize("part", PARTS)
def test_a_part_is_understood_where_it_may_stand(part: str) -> None:
    assert part in DESCRIPTION
    assert read(f"reddit for $NVDA {part}").tasks


@pytest.mark.parametrize(
    "source",
    ["reddit", "r/NAME", "tweets", "news", "news from yahoo finance", "filings", "10-K", "10-Q", "8-K"]
    + [f"news from {each}" for each in ("google news", "seeking alpha", "marketwatch", "cnbc")],
)
def test_a_source_is_understood(source: str) -> None:
    assert source.removeprefix("news from ") in DESCRIPTION
    assert read(f"{source} for $NVDA").tasks
