"""Fetching a feed only if it has changed."""

from collections import OrderedDict
from http import HTTPStatus

from activities.sources.web.guarded_http import GuardedHttp, Reply

_MOST_FEEDS = 200


class FeedCache:
    """The last reply per feed, so that an unchanged feed is not sent again. Lives as long as the worker."""

    def __init__(self, most: int = _MOST_FEEDS) -> None:
        self._most = most
        self._replies: OrderedDict[str, Reply] = OrderedDict()

    async def get(self, http: GuardedHttp, url: str) -> Reply:
        """The feed as it is now.

        Raises:
            TaskError: it cannot be had.
        """
        known = self._replies.get(url)
        reply = await http.get(url, _conditions(known))
        if reply.status == HTTPStatus.NOT_MODIFIED and known is not None:
            self._replies.move_to_end(url)
            return known
        reply.refuse_failure()
        self._keep(url, reply)
        return reply

    def forget(self, url: str) -> None:
        """Have the feed sent again, because what came was not all of it."""
        self._replies.pop(url, None)

    def _keep(self, url: str, reply: Reply) -> None:
        self._replies.pop(url, None)
        if _conditions(reply):
            self._replies[url] = reply
        while len(self._replies) > self._most:
            self._replies.popitem(last=False)


FEEDS = FeedCache()


def _conditions(known: Reply | None) -> dict[str, str]:
    if known is None:
        return {}
    found = {"If-None-Match": known.headers.get("etag"), "If-Modified-Since": known.headers.get("last-modified")}
    return {name: value for name, value in found.items() if value}
