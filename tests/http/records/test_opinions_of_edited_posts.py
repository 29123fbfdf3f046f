"""An opinion is about what a post said when it was scored: whoever edits the post has it scored again."""

import uuid
from typing import Any

import pytest

from contracts.records.rows import RecordKind
from contracts.records.scored_text import POST_LIMIT, hash_of, scored_text
from tests.http.workspaces.collected import Held, crawled, post
from tests.support.facade import Facade

# SQLAlchemy 2.1 has another word for DISTINCT ON, which 2.0, that we also allow, does not know.
pytestmark = pytest.mark.filterwarnings("ignore:Passing expression to ``distinct``")

ROCKETS = "\U0001f680 to the moon, caf\u00e9 \u4e0a\n" * (POST_LIMIT // 20)
TWEET = {"post_id": "1", "url": "https://x", "created_utc": "2026-02-01T00:00:00Z"}


@pytest.fixture
def ticker(stack: Facade) -> str:
    """One that no other test has."""
    stack.wait_until_ready()
    return f"E{uuid.uuid4().hex[:8].upper()}"


def scoring(stack: Facade, ticker: str) -> Held:
    return Held(stack, stack.api, "ai_sentiment", {"ticker": ticker, "source": "all"})


def unscored(scorer: Held, kind: RecordKind = RecordKind.REDDIT_POSTS) -> list[dict[str, Any]]:
    return scorer.reads(kind=kind, unscored_by="v1")


def opinion(ticker: str, post_id: str, text_hash: str | None) -> dict[str, Any]:
    said = {"ticker": ticker, "post_id": post_id, "scorer": "v1", "label": "positive", "score": 1.0}
    return said | {"text_hash": text_hash}


def test_a_post_that_was_edited_is_scored_again(stack: Facade, ticker: str) -> None:
    crawl = crawled(stack, stack.api, ticker, [post(ticker, "a", "t", body="I love it"), post(ticker, "b", "t")])
    scorer = scoring(stack, ticker)
    for posts, stored in ((["a", "b"], 2), ([], 0)):
        found = unscored(scorer)
        assert [each["reddit_id"] for each in found] == posts
        rows = [opinion(ticker, each["reddit_id"], hash_of(scored_text(each))) for each in found]
        assert scorer.delivers(RecordKind.REDDIT_SENTIMENT, *rows).inserted == stored
    # Neither a look that finds other counters nor one that finds nothing new.
    crawl.delivers(RecordKind.REDDIT_POSTS, post(ticker, "a", "t", body="I love it", score=7, flair="YOLO"))
    assert unscored(scorer) == []

    crawl.delivers(RecordKind.REDDIT_POSTS, post(ticker, "a", "t", body="I sold it all"))
    [edited] = unscored(scorer)
    assert edited["body"] == "I sold it all"
    again = opinion(ticker, "a", hash_of(scored_text(edited))) | {"label": "negative", "score": -1.0}
    assert scorer.delivers(RecordKind.REDDIT_SENTIMENT, again).duplicates == 1
    assert unscored(scorer) == []


def test_who_does_not_say_which_text_it_was_has_scored_it(stack: Facade, ticker: str) -> None:
    crawl, scorer = crawled(stack, stack.api, ticker, [post(ticker, "a", "t")]), scoring(stack, ticker)
    scorer.delivers(RecordKind.REDDIT_SENTIMENT, opinion(ticker, "a", None))
    crawl.delivers(RecordKind.REDDIT_POSTS, post(ticker, "a", "edited"))
    assert unscored(scorer) == []


@pytest.mark.parametrize("text", ["plain", "", "\u2028 \\n 'quoted' %s :x", ROCKETS, "\U0001f680" * POST_LIMIT + "!"])
def test_postgres_hashes_as_python_does(stack: Facade, ticker: str, text: str) -> None:
    crawled(stack, stack.api, ticker, [post(ticker, "a", "t", body=text), post(ticker, "b", "", body=text)])
    tweets = Held(stack, stack.api, "twitter_crawl", {"ticker": ticker})
    tweets.delivers(RecordKind.SOCIAL_POSTS, TWEET | {"ticker": ticker, "text": text})
    scorer = scoring(stack, ticker)
    for kind in (RecordKind.REDDIT_POSTS, RecordKind.SOCIAL_POSTS):
        assert kind.opinions is not None
        rows = [opinion(ticker, each[kind.spec.id], hash_of(scored_text(each))) for each in unscored(scorer, kind)]
        assert len(rows) == (2 if kind is RecordKind.REDDIT_POSTS else 1)
        scorer.delivers(kind.opinions, *rows)
        assert unscored(scorer, kind) == []
