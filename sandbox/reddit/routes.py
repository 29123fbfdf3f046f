"""Reddit's endpoints: the token, listings and search, and who is let in."""

import re
from collections.abc import Sequence
from functools import lru_cache
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.quota import Quota
from sandbox.reddit import replies, search, things, threads
from sandbox.reddit.comments import comments_of
from sandbox.reddit.limits import Limits
from sandbox.reddit.posts import BANNED, PRIVATE, Post, Posts
from sandbox.reddit.tokens import LIFETIME_SECONDS, Tokens, accepted_client
from sandbox.refusal import Refusal, mark_authorized

_DEFAULT_USER_AGENT = re.compile(r"(python-(requests|httpx|urllib)|curl|wget|java)/", re.IGNORECASE)


class RedditRoutes:
    """One sandbox's Reddit."""

    def __init__(self, posts: Posts, tokens: Tokens, quota: Quota, limits: Limits) -> None:
        self._posts = posts
        self._tokens = tokens
        self._quota = quota
        self._limits = limits
        # Posts never change, and whoever reads a listing asks for the same search with every page.
        self._found = lru_cache(maxsize=200)(self._search)

    def routes(self) -> list[Route]:
        """What the application serves of this. PRAW asks with a final slash, people without."""
        listings = {"new": self.new, "search": self.search, "about": self.about}
        return [
            Route("/api/v1/access_token", self.access_token, methods=["POST"]),
            *(Route(f"/comments/{{post_id}}{slash}", self.comments) for slash in ("", "/")),
            *(Route(f"/api/morechildren{slash}", self.more_children, methods=["POST"]) for slash in ("", "/")),
            *(
                Route(f"/r/{{subreddit}}/{name}{slash}", endpoint)
                for name, endpoint in listings.items()
                for slash in ("", "/")
            ),
        ]

    async def access_token(self, request: Request) -> Response:
        """The OAuth client-credentials grant."""
        _check_user_agent(request)
        client_id = accepted_client(request.headers.get("authorization", ""))
        if client_id is None:
            return JSONResponse({"message": "Unauthorized", "error": 401}, status_code=401)
        form = parse_qs((await request.body()).decode("latin-1"))
        if form.get("grant_type") != ["client_credentials"]:
            return JSONResponse({"error": "unsupported_grant_type"})
        mark_authorized(request)
        token = self._tokens.issue(client_id)
        body = {"access_token": token, "token_type": "bearer", "expires_in": LIFETIME_SECONDS, "scope": "*"}
        return JSONResponse(body)

    async def new(self, request: Request) -> Response:
        """A subreddit's posts, newest first."""
        self._admit(request)
        posts = self._posts.of(request.path_params["subreddit"])
        return self._listing(request, posts[: self._limits.listing])

    async def search(self, request: Request) -> Response:
        """Posts that match `q`, in the subreddit or (without `restrict_sr`) everywhere."""
        self._admit(request)
        params = request.query_params
        here = params.get("restrict_sr", "").lower() in ("1", "true", "on")
        subreddit = request.path_params["subreddit"] if here else None
        order, period = params.get("sort", "relevance"), params.get("t", "all")
        found = self._found(subreddit, params.get("q", ""), order, period)
        return self._listing(request, found[: self._limits.search])

    def _search(self, subreddit: str | None, query: str, order: str, period: str) -> Sequence[Post]:
        posts = self._posts.everywhere if subreddit is None else self._posts.of(subreddit)
        return search.found(posts, query, order, period, self._posts.now)

    async def about(self, request: Request) -> Response:
        """The subreddit itself."""
        self._admit(request)
        name = self._posts.of(request.path_params["subreddit"])[0].subreddit
        return JSONResponse(things.subreddit(name), headers=self._allowance())

    async def comments(self, request: Request) -> Response:
        """A post and its comments, the best first."""
        self._admit(request)
        post = self._post(request.path_params["post_id"])
        limit = request.query_params.get("limit", "")
        if only := request.query_params.get("comment"):
            children = threads.below(comments_of(post), only)
        else:
            children = threads.best(comments_of(post), min(int(limit) if limit.isdigit() else 200, 500))
        body = [
            replies.listing([things.submission(post)], after=None, before=None),
            replies.listing(children, after=None, before=None),
        ]
        return JSONResponse(body, headers=self._allowance())

    async def more_children(self, request: Request) -> Response:
        """Comments that a `more` stands for, without the answers to them."""
        self._admit(request)
        form = parse_qs((await request.body()).decode())
        ids = form.get("children", [""])[0].split(",")
        if len(ids) > threads.MOST_AT_ONCE:
            raise Refusal(replies.error(400))
        post = self._post(form.get("link_id", [""])[0].removeprefix("t3_"))
        found = threads.more(comments_of(post), ids)
        return JSONResponse({"json": {"errors": [], "data": {"things": found}}}, headers=self._allowance())

    def _post(self, post_id: str) -> Post:
        """The post of that id.

        Raises:
            Refusal: there is none.
        """
        post = self._posts.by_id(post_id)
        if post is None:
            raise Refusal(replies.error(404))
        return post

    def _listing(self, request: Request, posts: Sequence[Post]) -> Response:
        page = search.page(posts, request.query_params)
        children = [things.submission(post) for post in page.posts]
        body = replies.listing(children, after=page.after, before=page.before)
        return JSONResponse(body, headers=self._allowance())

    def _allowance(self) -> dict[str, str]:
        """What Reddit says about it on every reply."""
        quota = self._quota
        return replies.allowance(used=quota.used, remaining=quota.remaining, reset=quota.seconds_to_reset)

    def _admit(self, request: Request) -> None:
        """Let a request through to a public subreddit.

        Raises:
            Refusal: no user agent, no valid token, allowance used up, or no such public subreddit.
        """
        _check_user_agent(request)
        if not self._tokens.accepts(request.headers.get("authorization", "")):
            raise Refusal(replies.error(401))
        mark_authorized(request)
        if not self._quota.spend():
            raise Refusal(replies.error(429, retry_after=self._quota.seconds_to_reset))
        if name := request.path_params.get("subreddit"):
            self._check_subreddit(name)

    def _check_subreddit(self, name: str) -> None:
        if name.lower() == PRIVATE:
            raise Refusal(replies.error(403, reason="private"))
        if name.lower() == BANNED:
            raise Refusal(replies.error(404, reason="banned"))
        if not self._posts.known(name):
            raise Refusal(replies.unknown_subreddit(name))


def _check_user_agent(request: Request) -> None:
    """Reddit slows clients down that do not say who they are."""
    agent = request.headers.get("user-agent", "")
    if not agent or _DEFAULT_USER_AGENT.match(agent):
        raise Refusal(replies.error(429))
