"""X's recent search under `/x`, and who is let in."""

from datetime import datetime, timedelta

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.quota import Quota
from sandbox.refusal import Refusal, mark_authorized
from sandbox.x import replies, search
from sandbox.x.posts import XPost, XPosts

#: A token that X does not know, to try out refused credentials.
REFUSED = "refused"
#: How far back recent search reaches.
REACH = timedelta(days=7)


class XRoutes:
    """One sandbox's X."""

    def __init__(self, posts: XPosts, quota: Quota) -> None:
        self._posts = posts
        self._quota = quota

    def routes(self) -> list[Route]:
        """What the application serves of this."""
        return [Route("/x/2/tweets/search/recent", self.recent)]

    async def recent(self, request: Request) -> Response:
        """Posts of the last seven days that match `query`, newest first."""
        _admit(request)
        if not self._quota.spend():
            return replies.error(429, retry_after=self._quota.seconds_to_reset)
        params = request.query_params
        text, size = params.get("query", ""), params.get("max_results", "10")
        if not size.isdigit() or not 10 <= int(size) <= 100:
            message = f"The `max_results` query parameter value [{size}] is not between 10 and 100"
            return replies.invalid("max_results", size, message)
        try:
            hits = self._hits(request, text)
            if next_token := params.get("next_token"):
                hits = search.behind(text, next_token, hits)
        except search.BadQuery as error:
            message = f"There were errors processing your request: {error}"
            return replies.invalid("query", text, message)
        except search.BadToken:
            message = f"The `next_token` query parameter value [{next_token}] is not valid"
            return replies.invalid("next_token", str(next_token), message)
        shown = hits[: int(size)]
        following = search.token(text, shown[-1]) if len(hits) > len(shown) else None
        allowance = replies.allowance(self._quota.remaining, self._quota.seconds_to_reset)
        return replies.page(shown, following, allowance)

    def _hits(self, request: Request, text: str) -> list[XPost]:
        earliest = self._posts.now - REACH
        start = _moment(request, "start_time", earliest, not_before=earliest)
        end = _moment(request, "end_time", self._posts.now, not_before=start)
        matches = search.query(text)
        return [post for post in self._posts.all if start <= post.created < end and matches(post)]


def _moment(request: Request, name: str, default: datetime, *, not_before: datetime) -> datetime:
    """A time among the parameters.

    Raises:
        Refusal: it is no time, or too early.
    """
    value = request.query_params.get(name)
    if value is None:
        return default
    try:
        moment = datetime.strptime(value, "%Y-%m-%dT%H:%M:%S%z")
    except ValueError:
        message = f"The `{name}` query parameter value [{value}] is not a valid RFC3339 date-time"
        raise Refusal(replies.invalid(name, value, message)) from None
    if moment < not_before:
        message = f"Invalid '{name}':'{value}'. '{name}' must be on or after {not_before:%Y-%m-%dT%H:%MZ}"
        raise Refusal(replies.invalid(name, value, message))
    return moment


def _admit(request: Request) -> None:
    """Let in whoever has a token.

    Raises:
        Refusal: there is none, or it is the refused one.
    """
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token or token == REFUSED:
        raise Refusal(replies.error(401))
    mark_authorized(request)
