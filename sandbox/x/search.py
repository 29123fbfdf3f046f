"""Finding posts: the part of X's query language that is needed here, and the page that a token leads to."""

import hashlib
import re
from collections.abc import Callable, Sequence

from sandbox.x.posts import XPost

_Test = Callable[[XPost], bool]


class BadQuery(ValueError):
    """The query is not understood."""


class BadToken(ValueError):
    """The token was not issued for this query."""


def query(text: str) -> _Test:
    """Terms that must all apply, alternatives joined by OR: `$TAG`, a word, `lang:`, `is:retweet`, `is:reply`, `-`.

    Raises:
        BadQuery: anything else, such as groups in parentheses, which the real X does understand.
    """
    wanted = [[_term(term) for term in part.split()] for part in re.split(r"\s+OR\s+", text.strip())]
    if not all(wanted):
        raise BadQuery("no viable alternative at input '<EOF>'")
    return lambda post: any(all(test(post) for test in tests) for tests in wanted)


def _term(term: str) -> _Test:
    if term.startswith("-"):
        test = _term(term[1:])
        return lambda post: not test(post)
    if term == "is:retweet":
        return lambda post: post.retweet_of is not None
    if term == "is:reply":
        return lambda post: post.reply_to is not None
    if re.fullmatch(r"lang:\w+", term):
        return lambda post: post.lang == term[5:]
    if not re.fullmatch(r"\$?\w[\w.]*", term):
        raise BadQuery(f"no viable alternative at input '{term}'")
    word = re.compile(rf"(?<![\w$]){re.escape(term)}(?!\w|\.\w)", re.IGNORECASE)
    return lambda post: word.search(post.text) is not None


def token(text: str, last: XPost) -> str:
    """What leads to the posts behind `last`."""
    return f"{_digest(text)}{last.id:x}"


def behind(text: str, next_token: str, hits: Sequence[XPost]) -> list[XPost]:
    """The hits that a token leads to.

    Raises:
        BadToken: it is of another query, or no token at all.
    """
    digest, position = next_token[:16], next_token[16:]
    if digest != _digest(text) or not re.fullmatch(r"[0-9a-f]{1,16}", position):
        raise BadToken
    return [post for post in hits if post.id < int(position, 16)]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
