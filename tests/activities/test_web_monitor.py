"""`web_monitor` against a page of the sandbox that changes with its version."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
from starlette.responses import HTMLResponse

from activities.sources.line_diffs import DIFF_LIMIT, compared
from activities.sources.web.canonical import digest
from activities.sources.web.guarded_http import Reply
from activities.sources.web.guarded_network import AddressForbidden
from activities.sources.web.page_text import NothingToRead, Selector, page_text
from activities.web_monitor import web_monitor
from contracts.errors import BadSourceReply, InvalidParams, NotFound, RateLimited, SourceUnavailable, TaskError
from contracts.params.crawl import WebMonitorParams
from contracts.records.rows import RecordKind, WebSnapshot
from contracts.tasks.results import WebMonitorResult
from tests.activities.recording_context import RecordingContext, Table
from tests.activities.web.odd_news import article, odd_news
from tests.sandbox_server import NOW, Sandbox

YESTERDAY = NOW - timedelta(days=1)


async def look(url: str, context: RecordingContext, **params: Any) -> tuple[WebMonitorResult, WebSnapshot]:
    result = await web_monitor(context, WebMonitorParams.model_validate({"url": url, **params}))
    [row] = [row for row in context.table.rows.values() if isinstance(row, WebSnapshot)]
    return result, row


def page(sandbox: Sandbox, version: int = 1) -> str:
    return f"{sandbox.url}/news/page?version={version}"


async def after(sandbox: Sandbox, version: int, **params: Any) -> RecordingContext:
    """A context in which the page's `version` was seen yesterday."""
    _, row = await look(page(sandbox, version), RecordingContext(YESTERDAY), **params)
    context = RecordingContext(NOW)
    context.materials[RecordKind.WEB_SNAPSHOTS] = [[row.model_dump(mode="json")]]
    return context


async def test_the_first_snapshot(sandbox: Sandbox) -> None:
    context = RecordingContext(NOW)
    result, row = await look(page(sandbox), context)

    assert (result.first_snapshot, result.changed, row.diff) == (True, False, "")
    assert (row.url, row.selector, row.taken_at, row.status_code) == (page(sandbox), "", NOW, 200)
    assert (row.title, row.content_hash) == ("Prices - Sandbox Wire", result.content_hash)
    assert "Version 1 of this page" in row.text
    assert "Plan B: 11 dollars" in row.text
    assert "Win a toaster" in row.text
    assert result.excerpt.startswith("Prices of the sandbox")
    assert "toaster" not in result.excerpt
    assert "<" not in row.text
    assert context.percents == [0, 100]


async def test_it_asks_for_the_newest_snapshot_before_this_task(sandbox: Sandbox) -> None:
    context = RecordingContext(NOW)
    await look(page(sandbox), context, selector="#prices")

    [query] = context.queries
    assert (query.kind, query.url, query.selector) == (RecordKind.WEB_SNAPSHOTS, page(sandbox), "#prices")
    assert (query.until, query.limit) == (NOW, 1)


async def test_no_change(sandbox: Sandbox) -> None:
    result, row = await look(page(sandbox), await after(sandbox, 1))

    assert (result.first_snapshot, result.changed, result.added_lines, row.diff) == (False, False, 0, "")


async def test_what_changed(sandbox: Sandbox) -> None:
    result, row = await look(page(sandbox, 2), await after(sandbox, 1))

    assert result.changed
    assert row.changed
    assert result.added_lines == result.removed_lines == 4
    assert "Plan A: 10 dollars" in row.diff
    assert "Plan A: 20 dollars" in row.diff
    assert "same in all versions" not in "\n".join(x for x in row.diff.splitlines() if x[0] in "+-")


async def test_what_a_selector_picks(sandbox: Sandbox) -> None:
    context = await after(sandbox, 1, selector=".price")
    result, row = await look(page(sandbox, 2), context, selector=".price")

    assert row.text == "Plan A: 20 dollars\nPlan B: 21 dollars\nPlan C: 22 dollars"
    assert (row.selector, result.added_lines, result.removed_lines) == (".price", 3, 3)


async def test_without_comparison(sandbox: Sandbox) -> None:
    context = await after(sandbox, 1)
    result, row = await look(page(sandbox, 2), context, compare_to_last=False)

    assert (result.changed, result.first_snapshot, row.diff, context.queries) == (False, False, "", [])


async def test_the_diff_is_bounded(sandbox: Sandbox) -> None:
    context = await after(sandbox, 1)
    [[before]] = context.materials[RecordKind.WEB_SNAPSHOTS]
    before["text"] = "\n".join(f"line {n}" for n in range(10_000))
    result, row = await look(page(sandbox), context)

    assert result.changed
    assert len(row.diff) == DIFF_LIMIT


async def test_another_attempt_makes_the_same_row(sandbox: Sandbox) -> None:
    table = Table()
    for _ in range(2):
        _, row = await look(page(sandbox), RecordingContext(NOW, table=table))

    assert row.taken_at == NOW


@pytest.mark.parametrize("selector", ["#nothing", "article > table", "li.price:nth-child(9)"])
async def test_a_selector_that_picks_nothing(sandbox: Sandbox, selector: str) -> None:
    with pytest.raises(NotFound, match="Nothing on the page matches"):
        await look(page(sandbox), RecordingContext(NOW), selector=selector)


SHELLS = [
    ('<div id="root"></div><script src="/app.js"></script>', None),
    ('<div id="root"><span class="price"></span></div>', ".price"),
    ('<noscript>You need to enable JavaScript to run this app.</noscript><div id="root"></div>', None),
    ('<div id="app"></div><script>boot()</script>', "#prices"),
    ("<title>Just a moment...</title><p>Checking your browser before you go on.</p>", None),
    ("<p>Loading&hellip;</p>", "p"),
    ("", None),
    ('<meta http-equiv="refresh" content="0;url=/login?next=prices">', None),
    ('<p id="prices"></p>', "#prices"),
    ("<header>Home Prices</header><div id=__next></div><footer>\u00a9 2026</footer><script src=a.js></script>", None),
    ("<nav>Home</nav><app-root></app-root><script src=a.js></script>", "#prices"),
    ("<p id=prices>{{ price }} \u2014 {{ currency }}</p><script src=a.js></script>", "#prices"),
    ("<p id=prices>\u2014</p>", "#prices"),
    ("<p>Please enable JS and disable any ad blocker</p>", None),
    ("<p>JavaScript is not available. Switch to a supported browser.</p>", None),
    ("<p>Bitte aktivieren Sie JavaScript, um fortzufahren.</p>", None),
    ("<p>Veuillez activer JavaScript pour continuer.</p>", None),
    ("<h1>Pardon Our Interruption</h1>", None),
    ("<p>Request unsuccessful. Incapsula incident ID: 123-456</p>", None),
    ("<p>Making sure you&#39;re not a bot! Loading...</p>", None),
    ("<p>Access to this page has been denied because we believe you are using automation tools.</p>", None),
    ("<p>We're verifying your browser. Vercel Security Checkpoint</p>", None),
    ("<h1>Sorry, you have been blocked</h1>", None),
    ("<p>Press &amp; Hold to confirm you are a human (and not a bot).</p>", None),
]
#: Little text, and yet an observation.
SMALL = [
    ("<div id=root><p>Plan A: 5 \u20ac</p></div><script src=a.js></script>", None, "Plan A: 5 \u20ac"),
    ("<p id=state>\u2705</p>", "#state", "\u2705"),
    ("<p id=stock>0</p>", "#stock", "0"),
    ("<div id=app></div><p>The shop is closed on Sunday.</p>", None, "The shop is closed on Sunday."),
]


@pytest.mark.parametrize(("html", "selector", "text"), SMALL)
def test_little_text_is_text(html: str, selector: str | None, text: str) -> None:
    reply = Reply(
        "https://a.example/x", 200, httpx.Headers({"content-type": "text/html; charset=utf-8"}), html.encode()
    )
    assert page_text(reply, Selector(selector) if selector else None).text == text


STORY = f"<article><h1>The phone</h1><p>{'It is a good phone, and people like it very much. ' * 12}</p></article>"
#: What people watch, beside an article.
BESIDE = [
    "<header><b>$499</b></header>{}", "{}<aside>$499</aside>", "<div>$499</div>{}", "{}<footer>$499</footer>",
    "{}<table><tr><td>Price<td>$499</table>", "{}<ul><li>$499</ul>", "<form><label>$499</label></form>{}",
    "<main>{}<section><p>$499</section></main>", "<main><p>Intro.</p>{}</main><ul><li>$499</ul>",
    "{}<div id=comments><p>$499, really?</p></div>", "<nav>$499</nav>{}",
]  # fmt: skip


def of_html(html: str) -> Reply:
    headers = httpx.Headers({"content-type": "text/html; charset=utf-8"})
    return Reply("https://a.example/x", 200, headers, f"<html><body>{html}</body></html>".encode())


@pytest.mark.parametrize("html", BESIDE)
def test_without_a_selector_all_of_a_page_is_read(html: str) -> None:
    page = page_text(of_html(html.format(STORY)), None)
    assert "$499" in page.text
    assert "The phone" in page.text
    assert page.article
    assert page.article.startswith("The phone")


@pytest.mark.parametrize("how", ["hidden", "style='DISPLAY : none'", "class='a d-none'"])
def test_what_is_hidden_is_not_what_is_shown(how: str) -> None:
    texts = [page_text(of_html(f"{STORY}<p {said}>Sold out</p>"), None).text for said in (how, "")]
    assert [text.splitlines()[-1] for text in texts] == ["(hidden) Sold out", "Sold out"]


def test_tokens_and_times_in_what_is_hidden_are_no_text() -> None:
    """They are others at each look."""
    hidden = '<p hidden>rendered 10:00:{}</p><div class="hidden">n0nce{}<i>4{}</i> more</div>'
    one, other = (page_text(of_html(STORY + hidden.replace("{}", each)), None).text for each in ("01", "59"))
    assert one == other
    assert "rendered" in one


@pytest.mark.parametrize(
    ("price", "story", "since_upgrade", "changed"),
    [
        ("$499", STORY, False, False),
        ("$599", STORY, False, True),
        # The last snapshot is one of the article only, as it once was: what it did not have is no change.
        ("$499", STORY, True, False),
        ("$599", STORY, True, False),
        ("$599", STORY.replace("phone", "car"), True, True),
    ],
)
async def test_a_price_beside_an_article(price: str, story: str, since_upgrade: bool, changed: bool) -> None:
    with odd_news() as site, pytest.MonkeyPatch.context() as patch:
        patch.setenv("CRAWL_ALLOW_ADDRESSES", site.url.removeprefix("http://"))
        site.pages["/phone"] = HTMLResponse(f"<header>$499</header>{STORY}")
        first, row = await look(f"{site.url}/phone", RecordingContext(YESTERDAY))
        before = row.model_dump(mode="json")
        if since_upgrade:
            before |= {"text": first.excerpt, "content_hash": digest(first.excerpt)}
        context = RecordingContext(NOW)
        context.materials[RecordKind.WEB_SNAPSHOTS] = [[before]]
        site.pages["/phone"] = HTMLResponse(f"<header>{price}</header>{story}")

        result, _ = await look(f"{site.url}/phone", context)

    assert (result.changed, "$" in result.diff) == (changed, changed and not since_upgrade)


LONG = [f"line {n}" for n in range(9_000)]


def test_a_change_far_down_a_page_is_shown() -> None:
    found = compared("\n".join(LONG), "\n".join(LONG).replace("line 5000\n", "another\n"))
    assert (found.changed, found.added, found.removed) == (True, 1, 1)
    assert found.diff.splitlines() == [
        "@@ -4999,5 +4999,5 @@", " line 4998", " line 4999", "-line 5000", "+another", " line 5001", " line 5002"
    ]  # fmt: skip


def test_what_is_too_long_to_be_compared_is_said() -> None:
    found = compared("\n".join(LONG), "another")
    assert (found.changed, found.added, found.removed) == (True, 1, 4_000)
    assert found.diff.endswith("what follows was not compared.")
    assert len(found.diff) == DIFF_LIMIT


@pytest.mark.parametrize(
    ("before", "now"), [("a\nb", "a\nb\n"), ("a\u2028b", "a\nb"), ("", ""), ("in stock", "in\n   stock")]
)
def test_the_same_lines_are_no_change(before: str, now: str) -> None:
    assert not compared(before, now).changed


@pytest.mark.parametrize(("html", "selector"), SHELLS)
async def test_a_page_without_text_is_no_observation(html: str, selector: str | None) -> None:
    with odd_news() as site, pytest.MonkeyPatch.context() as patch:
        patch.setenv("CRAWL_ALLOW_ADDRESSES", site.url.removeprefix("http://"))
        site.pages |= {"/prices": HTMLResponse(html), "/login": article("who you are")}
        context = RecordingContext(NOW)
        with pytest.raises((NothingToRead, BadSourceReply)):
            await look(f"{site.url}/prices", context, selector=selector)
    assert context.stores == []


@pytest.mark.parametrize("selector", ["li[", "a:nope", ">>", "p::before", "no|such"])
async def test_a_selector_that_is_none(sandbox: Sandbox, selector: str) -> None:
    with pytest.raises(InvalidParams, match="not a CSS selector"):
        await look(page(sandbox), RecordingContext(NOW), selector=selector)


FAILURES: list[tuple[dict[str, Any], type[TaskError]]] = [
    ({"kind": "status", "status": 404}, NotFound),
    ({"kind": "status", "status": 429, "retry_after": 300}, RateLimited),
    ({"kind": "status", "status": 500}, SourceUnavailable),
    ({"kind": "reset"}, SourceUnavailable),
    ({"kind": "hang"}, SourceUnavailable),
]


@pytest.mark.parametrize(("fault", "error"), FAILURES)
async def test_failures_store_nothing(
    sandbox: Sandbox, break_source: Callable[..., None], fault: dict[str, Any], error: type[TaskError]
) -> None:
    break_source("news", **fault)
    context = RecordingContext(NOW)

    with pytest.raises(error):
        await look(page(sandbox), context)

    assert (context.stores, len(sandbox.requests("news"))) == ([], 1)


async def test_plain_text_is_compared_as_it_is(sandbox: Sandbox) -> None:
    _, row = await look(f"{sandbox.url}/robots.txt", RecordingContext(NOW))
    assert row.text.startswith("User-agent: *\n")

    with pytest.raises(BadSourceReply, match="text/plain"):
        await look(f"{sandbox.url}/robots.txt", RecordingContext(NOW), selector="p")


async def test_private_addresses_stay_out_of_reach() -> None:
    with pytest.raises(AddressForbidden):
        await look("http://169.254.169.254/latest/meta-data/", RecordingContext(NOW))
