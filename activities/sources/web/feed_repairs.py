"""Mends in the text of a feed what its parser would read as something else."""

import re

_ITEM = re.compile(r"<(item|entry)\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
_OWN_TEXT = re.compile(r"<(?:description|content:encoded|summary|content)\b[^>]*(?<!/)>", re.IGNORECASE)
_PICTURE = re.compile(r"<media:content\b[^>]*(?<!/)>.*?</media:content\s*>", re.DOTALL | re.IGNORECASE)
_CAPTION = re.compile(r"<media:(description|title|text)\b.*?</media:\1\s*>", re.DOTALL | re.IGNORECASE)
_BARE_AMPERSAND = re.compile(r"(<!\[CDATA\[.*?\]\]>)|&(?!#?\w{1,31};)", re.DOTALL)


def without_captions(feed: str) -> str:
    """Without the words under the pictures of items that have a text: the longer of the two would be taken for it."""
    if "<media:content" not in feed:
        return feed
    return _ITEM.sub(lambda found: _captionless(found[0]), feed)


def with_ampersands(feed: str) -> str:
    """With `&amp;` for each `&` that begins nothing, as in `M&A`: a forgiving parser makes `M&A;` of it."""
    return _BARE_AMPERSAND.sub(lambda found: found[1] or "&amp;", feed)


def _captionless(item: str) -> str:
    if not _OWN_TEXT.search(_PICTURE.sub("", item)):
        return item
    return _PICTURE.sub(lambda found: _CAPTION.sub("", found[0]), item)
