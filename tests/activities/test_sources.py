"""The small parts under the handlers: HTML, Retry-After, waiting, timeouts."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from activities.sources.environment import request_timeout
from activities.sources.retry_waits import wait_and_retry
from activities.sources.text import storable
from activities.sources.web.html_text import html_to_text
from contracts.errors import RateLimited
from contracts.retry_after import retry_after_seconds
from tests.activities.recording_context import RecordingContext
from tests.sandbox_server import NOW


def test_html_becomes_paragraphs() -> None:
    html = (
        "<html><head><title>no</title></head><body><p>One&#160;&amp;  two</p><div>three<br/>four</div>"
        "<script>no()</script><table><tr><td>a</td><td>b</td></tr></table></body></html>"
    )

    assert html_to_text(html, 100) == "One & two\nthree\nfour\na b"


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("before <![a]> after", "before after"),
        ("before <![if !IE]>between<![endif]> after", "before between after"),
        ("before <!--[if IE]> hidden <![endif]--> after", "before after"),
        ("before <![a[b]]> after", "before after"),
        ("before <!x> <?php x ?> after", "before after"),
        ("<!doctype <![x]> <p>after", "after"),
        ("AT&T <![CDATA[x]]> <b>after</b>", "AT&T after"),
        ("before <![a", "before <![a"),
        ("before <!--> <p>after", "before\nafter"),
        ("before <!---> <p>after<!-- x -->", "before\nafter"),
        ("before <!-- hidden --!> after", "before after"),
    ],
)
def test_odd_declarations_do_not_end_the_text(html: str, text: str) -> None:
    assert html_to_text(html, 100) == text


@pytest.mark.parametrize(
    "html",
    [
        "<dl><dt>AAPL<dd>190<dt>NVDA<dd>180</dl>",
        "<select><option>AAPL<option>190<option>NVDA<option>180</select>",
        "<pre>AAPL</pre><blockquote>190</blockquote><article>NVDA</article><footer>180</footer>",
        "<title>AAPL</title>190<table><tr><td>NVDA<iframe>x</iframe><tr><td>180</table>",
        "<fieldset>AAPL</fieldset><details><summary>190</summary>NVDA</details><figcaption>180</figcaption>",
    ],
)
def test_what_browsers_set_apart_stays_apart(html: str) -> None:
    assert html_to_text(html, 100) == "AAPL\n190\nNVDA\n180"


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("$1,234<sup>5</sup> million", "$1,234 5 million"),
        ('$1,234<sup class="x"><a href="#5">5</a></sup>', "$1,234 5"),
        ("the 10<sup>th</sup> m<sup>2</sup>", "the 10th m2"),
        ("<del>$10</del><ins>$8</ins>", "$10 $8"),
    ],
)
def test_a_note_makes_no_other_number(html: str, text: str) -> None:
    assert html_to_text(html, 100) == text


@pytest.mark.parametrize(
    "html",
    [
        "<html><head><meta charset=x><body>text",
        "<html><head><title>no</title><link href=x><p>text",
        "<head><noscript><style>no</style><iframe src=x></noscript></head>text",
        "<body><noscript><iframe src=x>no</noscript><p>text",
        "<template><template>no</template>no</template><p>text</iframe>",
    ],
)
def test_what_was_not_closed_does_not_hide_what_follows(html: str) -> None:
    assert html_to_text(html, 100) == "text"


def test_html_is_cut() -> None:
    assert html_to_text("<p>word </p>" * 300_000, 50) == "word\n" * 10


def test_plain_text_passes_through() -> None:
    assert html_to_text("just\ntext < 5 & more", 100) == "just\ntext < 5 & more"


def test_storable_drops_what_a_database_refuses() -> None:
    assert storable("a\x00b\ud800c🚀", 100) == "abc🚀"
    assert storable("abcdef", 3) == "abc"


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None), ("7", 7), ("0.5", 0.5), ("-3", 0), ("soon", None), ("nan", None), ("inf", None),
        ("1e300", 86_400), ("900000000", 86_400), ("1600000000", 0), ("Sat, 01 Jan 2000 10:00:00 -0000", 0),
    ],
)  # fmt: skip
def test_retry_after(header: str | None, seconds: float | None) -> None:
    assert retry_after_seconds(header) == seconds


def test_retry_after_as_a_date() -> None:
    moment = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)

    assert retry_after_seconds(moment) == pytest.approx(90, abs=30)


def test_retry_after_as_a_moment_in_seconds() -> None:
    assert retry_after_seconds(f"{datetime.now(UTC).timestamp() + 90:.0f}") == pytest.approx(90, abs=30)


def test_the_timeout_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_TIMEOUT_SECONDS", "3600")
    assert request_timeout() == 15
    monkeypatch.delenv("SOURCE_TIMEOUT_SECONDS")
    assert request_timeout() == 15


def _limited(times: int, retry_after: float) -> Callable[[], Awaitable[str]]:
    left = times

    async def call() -> str:
        nonlocal left
        left -= 1
        if left >= 0:
            raise RateLimited(retry_after=retry_after)
        return "answer"

    return call


async def test_five_waits_in_a_row_are_fine() -> None:
    context = RecordingContext(NOW)

    assert await wait_and_retry(context, "Reddit", _limited(5, 0)) == "answer"
    assert context.steps == ["rate limited by Reddit, going on in 0 s"] * 5


async def test_the_sixth_is_not() -> None:
    with pytest.raises(RateLimited):
        await wait_and_retry(RecordingContext(NOW), "Reddit", _limited(6, 0))


async def test_a_wait_ends_when_the_task_is_cancelled() -> None:
    waiting = asyncio.Event()

    class Watched(RecordingContext):
        def progress(self, *, percent: float | None = None, step: str | None = None, **counters: int) -> None:
            waiting.set()

    attempt = asyncio.ensure_future(wait_and_retry(Watched(NOW), "Reddit", _limited(1, 60)))
    await asyncio.wait_for(waiting.wait(), timeout=5)
    attempt.cancel()

    with pytest.raises(asyncio.CancelledError):
        await attempt


async def test_a_long_wait_is_not_sat_out() -> None:
    context = RecordingContext(NOW)

    with pytest.raises(RateLimited) as caught:
        await wait_and_retry(context, "Reddit", _limited(1, 61))

    assert caught.value.retry_after == 61
    assert context.steps == []
