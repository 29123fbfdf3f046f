"""Finds the ClawdBot that an address means, as people have it: from a browser, or without the s of https."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from cli.api_client import ApiClient, Moved, NoClawdBot
from cli.connection import Connection

#: From a page far down to the dashboard's own address.
_MOST = 8


def found_at(url: str) -> str:
    """The address of the ClawdBot there: this one, the same by TLS where it leads there, or one above a page of it.

    Nobody's credentials are sent.

    Raises:
        Unreachable: nothing answers, or something else, or it leads to another machine.
    """
    refusals = []
    for each in _above(url):
        try:
            return _asked(each)
        except NoClawdBot as refusal:
            refusals.append(refusal)
    raise refusals[0]


def _asked(url: str) -> str:
    with ApiClient(Connection(url, "", "the caller")) as api:
        try:
            api.check_it_is_one()
        except Moved as moved:
            if not _is_the_same_by_tls(url, moved.to):
                raise
            return _asked(moved.to)
    return url


def _is_the_same_by_tls(url: str, to: str) -> bool:
    """Another machine may be anybody's: whoever means it says so."""
    before, then = urlsplit(url), urlsplit(to)
    return (before.scheme, then.scheme) == ("http", "https") and before.hostname == then.hostname


def _above(url: str) -> Iterator[str]:
    yield url
    for _ in range(_MOST):
        if not urlsplit(url).path:
            return
        url = url.rpartition("/")[0]
        yield url
