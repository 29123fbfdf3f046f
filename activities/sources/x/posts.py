"""A page of posts as X describes it, and the rows that are kept of it."""

import html
import re
from typing import Any, TypeVar

from pydantic import AwareDatetime, BaseModel, Field, PrivateAttr, ValidationError

from activities.sources.answers import Answer
from activities.sources.text import storable
from contracts.records.rows import SocialPost

#: More than X's longest post, which is an article.
TEXT_LIMIT = 150_000
_SHORT = 100
#: How X ends a text that goes on elsewhere.
_COUNTED = re.compile(r"https?://t\.co/\w+")
_ID = re.compile(r"[0-9]{1,20}")
_CUT = re.compile(r"(?:\u2026|\.\.\.)\s*(?:https?://\S+\s*)?$")


T = TypeVar("T", bound=BaseModel)


class _Metrics(Answer):
    like_count: int = 0
    retweet_count: int = 0
    reply_count: int = 0
    quote_count: int = 0


class _Reference(Answer):
    type: str
    id: str


class _Link(Answer):
    url: str = ""
    expanded_url: str = ""
    #: Of a picture or video, whose address X puts behind the text.
    media_key: str = ""


class _Entities(Answer):
    urls: list[Any] = Field(default_factory=list)

    def written(self, text: str) -> str:
        """The text with its author's own links in place of those by which X counts clicks."""
        links = [link for each in self.urls if (link := _read(_Link, each)) and not link.media_key]
        # Escaped as the text is, or `&copy=1` in them would become something else.
        known = {
            link.url: html.escape(link.expanded_url, quote=False)
            for link in links
            if link.expanded_url.startswith("http")
        }
        return _COUNTED.sub(lambda found: known.get(found[0], found[0]), text)


class _Note(Answer):
    text: str
    entities: Any = None


class _Article(Answer):
    title: str = ""
    plain_text: str = ""


class Original(Answer):
    """What X tells of a post that another one repeats or quotes."""

    id: str
    text: str
    author_id: str | None = None
    note_tweet: _Note | None = None
    entities: Any = None
    #: Of a post that is one: its `text` is nothing but a link to it.
    article: Any = None

    @property
    def whole_text(self) -> str:
        """Of a long post `text` is only the beginning."""
        own = self.note_tweet or self
        links = _read(_Entities, own.entities or {})
        text, article = links.written(own.text) if links else own.text, self._article
        return "\n\n".join(part for part in (article.title, article.plain_text, text) if part) if article else text

    @property
    def is_whole(self) -> bool | None:
        """Whether X says so; None: the text has to tell."""
        if self._article is not None:
            return bool(self._article.plain_text)
        return True if self.note_tweet else None

    @property
    def _article(self) -> _Article | None:
        return _read(_Article, self.article) if self.article else None


class Tweet(Original):
    """The fields of a post that we use."""

    id: str = Field(pattern=rf"^{_ID.pattern}$")
    created_at: AwareDatetime
    lang: str | None = None
    public_metrics: _Metrics = Field(default_factory=_Metrics)
    referenced_tweets: list[_Reference] = Field(default_factory=list)
    #: Of an edited post its earlier ids, and at last its own.
    edit_history_tweet_ids: list[Any] = Field(default_factory=list)

    @property
    def first_id(self) -> str:
        """Names the post through all its edits, each of which gets an id of its own."""
        return min([self.id, *self.earlier_ids], key=int)

    @property
    def earlier_ids(self) -> list[str]:
        """What it was called before it was edited. X tells of the later edits of an earlier one, too."""
        ids = map(str, self.edit_history_tweet_ids[:10])
        return [each for each in ids if _ID.fullmatch(each) and int(each) < int(self.id)]

    def reference(self, kind: str) -> str | None:
        """The id of the post that this one repeats (`retweeted`) or quotes (`quoted`)."""
        return next((each.id for each in self.referenced_tweets if each.type == kind), None)


class _User(Answer):
    id: str
    username: str


class _Includes(Answer):
    users: list[Any] = Field(default_factory=list)
    tweets: list[Any] = Field(default_factory=list)


class _Meta(Answer):
    #: Absent on the last page.
    next_token: str | None = None
    result_count: int | None = None


class XPage(Answer):
    """One page of a search, newest post first. Authors who are gone are missing among its users."""

    data: list[Any] = Field(default_factory=list)
    includes: _Includes = Field(default_factory=_Includes)
    meta: _Meta = Field(default_factory=_Meta)
    errors: list[Any] = Field(default_factory=list)
    _tweets: list[Tweet] = PrivateAttr(default_factory=list)
    _originals: dict[str, Original] = PrivateAttr(default_factory=dict)

    def model_post_init(self, _: Any) -> None:
        """Read each post by itself: one that cannot be read does not take the others with it."""
        self._tweets = [tweet for each in self.data if (tweet := _read(Tweet, each))]
        originals = [original for each in self.includes.tweets if (original := _read(Original, each))]
        self._originals = {each.id: each for each in originals}

    @property
    def is_empty(self) -> bool:
        """Whether it has neither posts nor says that there are none."""
        return not self.data and self.meta.result_count is None

    @property
    def tweets(self) -> list[Tweet]:
        """The posts that could be read."""
        return self._tweets

    @property
    def unreadable(self) -> int:
        return len(self.data) - len(self._tweets)

    @property
    def originals(self) -> dict[str, Original]:
        """Posts that others repeat or quote, by id."""
        return self._originals

    def usernames(self) -> dict[str, str]:
        """Author id -> handle."""
        return {user.id: user.username for each in self.includes.users if (user := _read(_User, each))}


def _read(model: type[T], value: Any) -> T | None:
    try:
        return model.model_validate(value)
    except ValidationError:
        return None


def to_record(tweet: Tweet, page: XPage, ticker: str) -> SocialPost:
    """The row of a post, as its last edit left it; without a handle if its author is gone."""
    usernames = page.usernames()
    username = usernames.get(tweet.author_id or "")
    text, is_cut = _whole(tweet, page)
    return SocialPost(
        ticker=ticker,
        post_id=tweet.first_id,
        author_id=storable(tweet.author_id, _SHORT) if tweet.author_id else None,
        author=storable(username, _SHORT) if username else None,
        text=text,
        lang=storable(tweet.lang, _SHORT) if tweet.lang else None,
        likes=tweet.public_metrics.like_count,
        reposts=tweet.public_metrics.retweet_count,
        replies=tweet.public_metrics.reply_count,
        quotes=tweet.public_metrics.quote_count,
        url=f"https://x.com/i/web/status/{tweet.id}",
        created_utc=tweet.created_at,
        raw=_raw(tweet, page) | ({"truncated": True} if is_cut else {}),
    )


def _whole(tweet: Tweet, page: XPage) -> tuple[str, bool]:
    """The text, and whether it is only a part. Of a repost it is the original's, behind "RT @name:" as X writes it."""
    original = page.originals.get(tweet.reference("retweeted") or "")
    if original is None:
        return _stored(tweet.whole_text, tweet.is_whole)
    prefix = re.match(r"RT @\w+: ", tweet.text)
    text = (prefix[0] if prefix else "") + original.whole_text
    return _stored(text, original.is_whole)


def _stored(text: str, is_whole: bool | None) -> tuple[str, bool]:
    # X escapes `&`, `<` and `>`.
    plain = html.unescape(text)
    if is_whole is None:
        is_whole = len(plain) <= 100 or _CUT.search(plain) is None
    return storable(plain, TEXT_LIMIT), not is_whole or len(plain) > TEXT_LIMIT


def _raw(tweet: Tweet, page: XPage) -> dict[str, Any]:
    references = [
        {"type": storable(reference.type, _SHORT), "id": storable(reference.id, _SHORT)}
        for reference in tweet.referenced_tweets[:10]
    ]
    raw: dict[str, Any] = {"referenced_tweets": references} if references else {}
    if earlier := tweet.earlier_ids:
        raw["edited_from"] = earlier
    if quoted := page.originals.get(tweet.reference("quoted") or ""):
        text, is_cut = _stored(quoted.whole_text, quoted.is_whole)
        author = page.usernames().get(quoted.author_id or "")
        raw["quoted"] = {"id": storable(quoted.id, _SHORT), "author": author and storable(author, _SHORT), "text": text}
        raw["quoted"] |= {"truncated": True} if is_cut else {}
    return raw
