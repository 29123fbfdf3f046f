"""The rows that a news crawl keeps of its stories, beside those that are stored already."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from activities.context import TaskContext
from activities.sources.web.canonical import digest
from activities.sources.web.entries import Entry
from activities.sources.web.story_pages import Found
from contracts.records.exchange import MaterialQuery
from contracts.records.rows import NewsArticle, RecordKind

_MARK = "published_from"
#: Which id its author gave a story, so that another one that comes under the same address is not taken for it.
_OWN_ID = "own_id"


@dataclass(frozen=True)
class Story:
    """An entry and what its page gave."""

    entry: Entry
    found: Found

    @property
    def page_text(self) -> str:
        return self.found.page.text if self.found.page else ""


def without_walls(stories: Sequence[Story]) -> list[Story]:
    """The same stories; a text that stands on the pages of several is of none of them."""
    titles = Counter(text for text, _ in {(story.page_text, story.entry.title) for story in stories if story.page_text})
    return [as_wall(story) if titles[story.page_text] > 1 else story for story in stories]


def as_wall(story: Story) -> Story:
    """The story without its page."""
    return replace(story, found=Found(without="the same text stands on the pages of other stories"))


def copy_name(row: NewsArticle) -> str:
    """Two rows with the same name are one story: not by the text alone, which may be a wall's or a template's."""
    of_page = row.raw["text_from"] == "page"
    return digest(f"{row.title}\n{row.text}" if of_page else f"{row.title}\n{row.text}\n{row.published}")


def record_of(ticker: str, source: str, story: Story) -> NewsArticle:
    """The row, with the fuller one of the two texts: the page's or the feed's."""
    entry, page = story.entry, story.found.page
    from_page = page is not None and len(page.text) >= len(entry.summary) and bool(page.text)
    text = page.text if page and from_page else entry.summary
    raw: dict[str, Any] = {"text_from": "page" if from_page else "feed"}
    if entry.own_id:
        raw[_OWN_ID] = entry.own_id
    if not entry.dated:
        raw[_MARK] = "first_seen"
    if page and from_page and page.truncated:
        raw["truncated"] = True
    return NewsArticle(
        ticker=ticker,
        article_id=entry.id,
        url=entry.url,
        source=source,
        title=entry.title or (page.title if page else ""),
        text=text,
        author=entry.author or (page.author if page else None),
        published=entry.published,
        content_hash=digest(text),
        raw=raw,
    )


async def beside_stored(context: TaskContext, rows: Sequence[NewsArticle]) -> list[NewsArticle]:
    """The rows as they are to be stored.

    First sight stays first sight, no poorer text replaces a fuller one, and of a column that always has one address
    the story of today does not replace that of yesterday.
    """
    ids = list(dict.fromkeys(id_ for row in rows for id_ in (row.article_id, row.raw.get(_OWN_ID, row.article_id))))
    query = MaterialQuery(kind=RecordKind.NEWS_ARTICLES, ids=ids, limit=len(ids))
    stored = {row["article_id"]: NewsArticle.model_validate(row) for row in await context.material(query)}
    named = [_under_its_id(row, stored) for row in rows]
    return [_beside(row, stored.get(row.article_id)) for row in named]


def _under_its_id(row: NewsArticle, stored: Mapping[str, NewsArticle]) -> NewsArticle:
    own_id, before = row.raw.get(_OWN_ID), stored.get(row.article_id)
    if own_id in stored or (own_id and before and _is_another_story(row, before)):
        return row.model_copy(update={"article_id": own_id})
    return row


def _is_another_story(row: NewsArticle, before: NewsArticle) -> bool:
    """Whether all differs that tells stories apart: a story may get a new title, or come in another feed."""
    ids_differ = row.raw.get(_OWN_ID) != before.raw.get(_OWN_ID, row.raw.get(_OWN_ID))
    dated = _MARK not in row.raw and _MARK not in before.raw
    return ids_differ and dated and row.title != before.title and row.published != before.published


def _beside(row: NewsArticle, before: NewsArticle | None) -> NewsArticle:
    if before is None:
        return row
    fuller = before if _is_poorer(row, before) else row
    # Whatever is known of the time is older than a first sight now.
    dated = before if _MARK in row.raw else row
    raw = {name: value for name, value in fuller.raw.items() if name != _MARK}
    raw |= {name: value for name, value in dated.raw.items() if name == _MARK}
    changes = {"text": fuller.text, "content_hash": fuller.content_hash, "published": dated.published, "raw": raw}
    return row.model_copy(update=changes)


def _is_poorer(row: NewsArticle, before: NewsArticle) -> bool:
    """A page that has become a wall, or a feed that tells less than the page did."""
    fell_back = before.raw.get("text_from") == "page" and row.raw.get("text_from") == "feed"
    return len(row.text) < len(before.text) and (fell_back or 2 * len(row.text) < len(before.text))
