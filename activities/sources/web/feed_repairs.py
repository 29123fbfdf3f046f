"""Mends in the text of a feed what its parser would read as something else."""

import re

_ITEM = re.compile(r"<(item|entry)\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
_OWN_TEXT = re.compile(r"<(?:description|content:encoded|summary|content)\b[^>]*(?<!/)>", re.IGNORECASE)
_PICTURE = re.compile(r"<media:content\b[^>]*(?<!/)>.*?</media:content\s*>", re.DOTALL | re.IGNORECASE)
_CAPTION = re.compile(r"<media:(description|title|text)\b.*?</media:\1\s*>", re.DOTALL | re.IGNORECASE)
_BARE_AMPERSAND = re.compile(r"(<!\[CDATA\[.*?\]\]>)|&(?!#?\w{1,31};)", re.DOTALL)
#: The two halves of a character as UTF-16 has them, which XML does not know: the parser gives up on the whole feed.
_HALVES = re.compile(r"(?:&#(?:5[5-7]\d{3}|xd[89a-f][0-9a-f]{2});)+", re.IGNORECASE)


def without_captions(feed: str) -> str:
    """Without the words under the pictures of items that have a text: the longer of the two would be taken for it."""
    if "<media:content" not in feed:
        return feed
    return _ITEM.sub(lambda found: _captionless(found[0]), feed)


def with_ampersands(feed: str) -> str:
    """With `&amp;` for each `&` that begins nothing, as in `M&A`: a forgiving parser makes `M&A;` of it."""
    return _BARE_AMPERSAND.sub(lambda found: found[1] or "&amp;", feed)


def with_whole_characters(feed: str) -> str:
    """With `\U0001f680` for `&#55357;&#56960;`; half a character becomes the sign for one that is lost."""
    return _HALVES.sub(_whole, feed) if "&#" in feed else feed


def _whole(found: re.Match[str]) -> str:
    numbers = [int(each[1:], 16) if each[0] in "xX" else int(each) for each in re.findall(r"&#(\w+);", found[0])]
    return "".join(map(chr, numbers)).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _captionless(item: str) -> str:
    if not _OWN_TEXT.search(_PICTURE.sub("", item)):
        return item
    return _PICTURE.sub(lambda found: _CAPTION.sub("", found[0]), item)
