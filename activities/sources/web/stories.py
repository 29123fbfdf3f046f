"""Decides whether the page behind an entry is the story, or a wall in front of it, or another page altogether.

What a page says of itself does not count: a consent page says that it is the story as well. What counts is where the
address led, and whether the page tells of what the feed tells of.
"""

import re
from urllib.parse import urlsplit

from activities.sources.web.articles import Readable
from activities.sources.web.canonical import canonical_url, same_site
from activities.sources.web.entries import Entry
from activities.sources.web.walls import led_to_wall, speaks_as_wall

#: Addresses that lead a program nowhere: Google resolves them by a script.
_UNRESOLVED = re.compile(r"https?://news\.google\.com(?::\d+)?/", re.IGNORECASE)
_WORD = re.compile(r"\w+")
#: Shorter words stand in every text. A script without spaces has words as long as sentences: its pairs count.
_SHORTEST = 4
#: Of the words of a headline, so many stand on its page.
_SHARE = 0.3


def leads_nowhere(link: str) -> bool:
    """Whether there is no way to the story without a browser."""
    return bool(_UNRESOLVED.match(link))


def why_not(entry: Entry, page: Readable) -> str | None:
    """Why the page is not the story; None if it is."""
    here, there = urlsplit(entry.link), urlsplit(page.url)
    moved = canonical_url(page.url) != canonical_url(entry.link)
    if led_to_wall(entry.link, page.url):
        return f"leads to {there.hostname}{there.path[:40]}, a page in front of the story"
    if moved and there.path in ("", "/") and not there.query and here.path not in ("", "/"):
        return f"leads to the front page of {there.hostname}"
    if not page.text or tells_of(entry, page):
        return None
    where = f" of {there.hostname}" if moved and not same_site(entry.link, page.url) else ""
    return f"leads to a page{where} that does not tell of it"


def tells_of(entry: Entry, page: Readable) -> bool:
    """Whether the words of the headline, or of the feed's text, stand in the page's text.

    The page's own title proves nothing while there is a text of the feed, or where the page speaks to its reader as
    walls do: they carry it, too.
    """
    own = [words for words in (_words(entry.title), _words(entry.summary[:500])) if words]
    untold = bool(_words(entry.summary)) or speaks_as_wall(page.text)
    text = _without(page.text, entry.title, page.title) if untold else f"{page.title}\n{page.text}"
    told = _words(text)
    return not own or any(_share(words, told) >= _SHARE for words in own)


def _without(text: str, *titles: str) -> str:
    """The text without lines that repeat a title."""
    repeated = {title.strip().casefold() for title in titles}
    return "\n".join(line for line in text.splitlines() if line.strip().casefold() not in repeated)


def _share(words: set[str], there: set[str]) -> float:
    return len(words & there) / len(words)


def _words(text: str) -> set[str]:
    found: set[str] = set()
    for word in _WORD.findall(text.casefold()):
        if not word.isascii() and re.search(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]", word):
            found |= {word[n : n + 2] for n in range(len(word) - 1)}
        elif len(word) >= _SHORTEST or word.isdecimal():
            found.add(word)
    return found
