"""The scan of the crawled posts for symbols that rise and that nobody tracks, over HTTP, against rows in Postgres."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from tests.support.facade import Api, Facade, eventually

POST = """
INSERT INTO reddit_posts_raw (ticker, reddit_id, subreddit, title, body, author, score, num_comments, permalink,
    created_utc, raw, task_id, attempt)
VALUES (%s, %s, 'stocks', %s, %s, %s, 1, 0, '/p', now() - %s * interval '1 hour', '{}', gen_random_uuid(), 1)
"""
SOCIAL = """
INSERT INTO social_posts (ticker, network, post_id, author_id, text, likes, reposts, replies, quotes, url,
    created_utc, raw, task_id, attempt)
VALUES (%s, 'x', %s, %s, %s, 0, 0, 0, 0, 'https://x', now() - %s * interval '1 hour', '{}', gen_random_uuid(), 1)
"""
COMMENT = """
INSERT INTO reddit_comments (ticker, comment_id, post_id, subreddit, body, author, score, depth, permalink,
    created_utc, raw, task_id, attempt)
VALUES ('TRAA', %s, 'p', 'stocks', %s, %s, 1, 0, '/c', now() - %s * interval '1 hour', '{}', gen_random_uuid(), 1)
"""


@pytest.fixture(scope="module")
def posts(stack: Facade) -> Iterator[None]:
    """Six authors about TRAA and some others now, and the usual noise of yesterday."""
    stack.wait_until_ready()
    with psycopg.connect(stack.database_url) as connection:
        for n in range(6):
            author = f"trend{n}"
            # The same post, stored for two tickers that it was found for, is one post.
            for ticker in ("TRXX", "TRYY"):
                connection.execute(POST, (ticker, f"tr{n}", "Look: $TRAA!", "really $traa, $TRAA. And TRCC", author, 2))
            connection.execute(
                SOCIAL,
                ("TRXX", f"tr{n}", author, f"$TRBB{'./-'[n % 3]}B, US$TRDD $A 100$ $TRTOOLONG TRBB (NYSE: TREXC)", 3),
            )
            connection.execute(COMMENT, (f"tr{n}", "TRCC is up, IT and TREE (TREF) ALL, $TRTSX.TO", author, 4))
            connection.execute(POST, ("TRXX", f"one{n}", "", "$TRPMP to the moon", "loud", 1))
            connection.execute(POST, ("TRXX", f"no{n}", "", "$TROLD", author, 5))
        for n in range(40):
            connection.execute(POST, ("TRXX", f"old{n}", "", "$TROLD as ever", f"old{n}", 30))
            connection.execute(POST, ("TRXX", f"gone{n}", "", "$TRAA long ago", f"old{n}", 70))
    # The answer of a scan before is given again for some seconds.
    eventually(lambda: "TRAA" in trending(stack.api), 60, "the scan has seen the posts")
    yield
    stack.execute("DELETE FROM reddit_posts_raw WHERE ticker IN ('TRXX', 'TRYY')")
    stack.execute("DELETE FROM social_posts WHERE ticker = 'TRXX'")
    stack.execute("DELETE FROM reddit_comments WHERE ticker = 'TRAA'")


def trending(api: Api, **query: Any) -> dict[str, Any]:
    reply = api.http.get("/tickers/trending", params={"limit": 200, **query})
    assert reply.status_code == 200, reply.text
    return {each["ticker"]: each for each in reply.json()["tickers"] if each["ticker"].startswith("TR")}


@pytest.mark.usefixtures("posts")
def test_cashtags_that_rise(api: Api) -> None:
    found = trending(api)
    assert {"TRAA", "TRBB.B", "TRTSX.TO"} <= found.keys()
    assert (found["TRAA"]["posts"], found["TRAA"]["authors"], found["TRAA"]["posts_before"]) == (6, 6, 0)
    # $TRBB/B and $TRBB-B are $TRBB.B, and behind its exchange a symbol needs no $.
    assert (found["TRBB.B"]["posts"], found["TREXC"]["posts"]) == (6, 6)
    assert (found["TRAA"]["cashtags"], found["TRAA"]["known"]) == (6, False)
    assert found["TRAA"]["momentum"] > 0.2
    # Known already and as before, one loud author, part of a word, too long, never said with a $.
    assert not {"TROLD", "TRPMP", "TRDD", "TRTOO", "TRTOOLONG", "TRCC", "TREE", "TRBB", "TRTSX"} & found.keys()


@pytest.mark.usefixtures("posts")
def test_thresholds(api: Api) -> None:
    assert "TRPMP" in trending(api, authors=1)
    assert "TRAA" not in trending(api, posts=7)
    assert "TRAA" not in trending(api, hours=1)
    assert api.http.get("/tickers/trending", params={"hours": 169}).status_code == 422


@pytest.mark.usefixtures("posts")
def test_known_symbols_count_without_a_sign_and_tracked_ones_not_at_all(api: Api) -> None:
    for ticker in ("TRCC", "IT", "ALL"):
        api.http.put(f"/tickers/{ticker}", json={"tracked": False})
    found = trending(api)
    # Six posts and six comments by the same people.
    assert (found["TRCC"]["posts"], found["TRCC"]["authors"], found["TRCC"]["cashtags"]) == (12, 6, 0)
    assert found["TRCC"]["known"]
    everything = {each["ticker"] for each in api.http.get("/tickers/trending").json()["tickers"]}
    assert not {"IT", "ALL"} & everything
    api.http.put("/tickers/TRCC", json={"tracked": True})
    api.http.put("/tickers/TRAA", json={})
    assert not {"TRCC", "TRAA"} & trending(api).keys()
    for ticker in ("TRCC", "TRAA", "IT", "ALL"):
        api.http.delete(f"/tickers/{ticker}")
