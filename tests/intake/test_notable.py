"""Which ignored words people are told of: none that is covered by what was understood, each that may mean something."""

import pytest

from tests.intake.test_sentences import read

CASES = [
    # Reads as if something was lost, and nothing was.
    ("crawl reddit for $NVDA", ""),
    ("Could you please get me the reddit posts about $NVDA, thanks", ""),
    ("I'd like the news for the company $NVDA", ""),
    ("fetch reddit for $GME, then score the sentiment, and then summarise it", ""),
    ("monitor https://example.com/prices for changes please", ""),
    # Could be meant, and is not done.
    ("crawl reddit for $NVDA again", "again"),
    ("only reddit for $NVDA", "only"),
    ("latest headlines on $AAPL", "latest"),
    ("show me the news about $NVDA vs $AMD", "show, vs"),
    ("schedule reddit for $NVDA 🚀", "schedule, 🚀"),
    ("about 50 posts of $NVDA on reddit", "about"),
    ("news posts about $NVDA", "posts"),
    # Nothing is collected: then it is no word that is covered.
    ('grab "NVDA beats expectations" summarize', "grab"),
    ("news and filings, anything about $NVDA", "anything"),
]


@pytest.mark.parametrize(("text", "told"), CASES, ids=[text for text, _ in CASES])
def test_what_could_mean_something_is_told(text: str, told: str) -> None:
    assert ", ".join(read(text).notable) == told


def test_whatever_is_ignored_is_in_the_answer_and_what_is_told_is_of_it() -> None:
    parsed = read("summary of reddit for $NVDA, what do people think")
    assert "what do people think" in parsed.ignored
    assert parsed.notable == ["what do people think"]
