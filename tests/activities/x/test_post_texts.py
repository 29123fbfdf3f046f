"""What is kept of a post of X: its whole text, under its first id."""

from tests.activities.recording_context import RecordingContext
from tests.activities.x.searching import LONG, answers, crawl, cut, note, stored, x_post
from tests.sandbox_server import NOW, Sandbox


async def test_a_long_post_a_repost_and_a_quote_are_stored_whole(sandbox: Sandbox) -> None:
    answers(
        sandbox,
        x_post(1, cut(LONG), **note(LONG)),
        x_post(2, "RT @two: " + cut(LONG), referenced_tweets=[{"type": "retweeted", "id": "9"}]),
        x_post(3, "Look at $NVDA", referenced_tweets=[{"type": "quoted", "id": "9"}]),
        x_post(4, "RT @two: " + cut(LONG), referenced_tweets=[{"type": "retweeted", "id": "8"}]),
        originals=[{"id": "9", "text": cut(LONG), "author_id": "2", **note(LONG)}],
    )

    _, context = await crawl(query="$NVDA")

    rows = stored(context)
    assert rows["1"].text == LONG
    assert rows["2"].text == f"RT @two: {LONG}"
    assert rows["3"].text == "Look at $NVDA"
    assert rows["3"].raw["quoted"] == {"id": "9", "author": "two", "text": LONG}
    # Its original is gone: what is there is a part, and says so.
    assert {id_ for id_, row in rows.items() if row.raw.get("truncated")} == {"4"}


async def test_links_are_as_their_author_wrote_them(sandbox: Sandbox) -> None:
    own, wall = "https://a.example/nvda?a=1&copy=2", "https://t.co/"
    link = {"url": f"{wall}abc", "expanded_url": own}
    picture = {"url": f"{wall}pic", "expanded_url": "https://x.com/one/status/1/photo/1", "media_key": "3_1"}
    answers(
        sandbox,
        x_post(1, f"$NVDA {wall}abc {wall}abcd &amp; {wall}pic", entities={"urls": [link, picture, None]}),
        x_post(2, cut(LONG), note_tweet={"text": f"{LONG} {wall}abc", "entities": {"urls": [link]}}),
        x_post(3, cut(LONG), entities={"urls": [{"url": f"{wall}abc", "expanded_url": "https://x.com/i/status/3"}]}),
        x_post(4, f"$NVDA {wall}abc", entities=["odd"]),
    )

    rows = stored((await crawl(query="$NVDA"))[1])

    assert rows["1"].text == f"$NVDA {own} {wall}abcd & {wall}pic"
    assert rows["2"].text == f"{LONG} {own}"
    assert {id_ for id_, row in rows.items() if row.raw.get("truncated")} == {"3"}
    assert rows["4"].text == f"$NVDA {wall}abc"


async def test_an_edited_post_is_one_row_with_its_newest_text(sandbox: Sandbox) -> None:
    """Each edit has an id of its own; a search gives the last one, at times an earlier one beside it."""
    first = x_post(50, "$NVDA to teh moon", edit_history_tweet_ids=["50"])
    second = x_post(60, "$NVDA to the moon", edit_history_tweet_ids=["50", "60"])
    third = x_post(70, "$NVDA to the Moon", edit_history_tweet_ids=["50", "60", "70", "odd", None])
    context = RecordingContext(NOW)
    for posts in ([first], [third, second]):
        sandbox.reset()
        answers(sandbox, *posts)
        result, context = await crawl(RecordingContext(NOW, table=context.table), query="$NVDA")

    assert result.duplicates == result.posts_collected == 1
    [row] = stored(context).values()
    assert (row.post_id, row.text, row.url) == ("50", "$NVDA to the Moon", "https://x.com/i/web/status/70")
    assert row.raw == {"edited_from": ["50", "60"]}


async def test_an_earlier_edit_on_a_later_page_is_no_post_of_its_own(sandbox: Sandbox) -> None:
    every = ["50", "60", "70"]
    texts = {70: "$NVDA to the Moon", 60: "$NVDA to the moon", 50: "$NVDA to teh moon"}
    third, second, first = (x_post(id_, text, edit_history_tweet_ids=every) for id_, text in texts.items())
    answers(sandbox, x_post(80, "$NVDA"), third, more="b1")
    answers(sandbox, second, x_post(55, "$NVDA 55"), more="b2")
    answers(sandbox, first, x_post(40, "$NVDA 40"))

    result, context = await crawl(query="$NVDA")

    rows = stored(context)
    assert (result.pages, result.posts_collected, result.duplicates) == (3, 4, 0)
    assert rows.keys() == {"80", "50", "55", "40"}
    assert (rows["50"].text, rows["50"].raw) == (texts[70], {"edited_from": ["50", "60"]})


async def test_an_earlier_edit_says_what_it_was_called_before(sandbox: Sandbox) -> None:
    answers(sandbox, x_post(60, "$NVDA", edit_history_tweet_ids=["50", "60", "70"]))
    [row] = stored((await crawl(query="$NVDA"))[1]).values()
    assert (row.post_id, row.raw) == ("50", {"edited_from": ["50"]})


async def test_a_post_that_is_an_article_is_stored_whole(sandbox: Sandbox) -> None:
    link, whole = "https://t.co/X2iu8WdIb8", {"title": "Why $NVDA", "plain_text": LONG}
    answers(
        sandbox,
        x_post(1, link, article=whole),
        x_post(2, link, article={"title": "Why $NVDA"}),
        x_post(3, "$NVDA", article="nobody knows"),
        x_post(4, "Read it", referenced_tweets=[{"type": "quoted", "id": "9"}]),
        originals=[{"id": "9", "text": link, "author_id": "2", "article": whole}],
    )
    rows = stored((await crawl(query="$NVDA"))[1])
    assert [rows[id_].text for id_ in "123"] == [f"Why $NVDA\n\n{LONG}\n\n{link}", f"Why $NVDA\n\n{link}", "$NVDA"]
    assert rows["4"].raw["quoted"]["text"] == rows["1"].text
    assert {id_ for id_, row in rows.items() if row.raw.get("truncated")} == {"2"}


async def test_one_post_without_a_time_does_not_take_the_others_with_it(sandbox: Sandbox) -> None:
    posts = [x_post(id_, f"$NVDA {id_}") for id_ in range(1, 11)]
    del posts[4]["created_at"]
    answers(sandbox, *posts)

    result, context = await crawl()

    assert len(stored(context)) == result.posts_collected == 9
    assert result.posts_unreadable == 1


async def test_a_null_says_nothing(sandbox: Sandbox) -> None:
    metrics = {"like_count": None, "retweet_count": 3}
    post = x_post(1, "$NVDA", public_metrics=metrics, lang=None, referenced_tweets=None, note_tweet=None)
    page = {"data": [post], "includes": {"users": [{"id": "1", "username": None}]}, "meta": {"next_token": None}}
    sandbox.fault("x", "reply", body={**page, "errors": None})

    _, context = await crawl()

    [row] = stored(context).values()
    assert (row.author, row.author_id, row.likes, row.reposts, row.raw) == (None, "1", 0, 3, {})
