"""Settings of the Reddit client: credentials, address, limits."""

from dataclasses import dataclass, field
from typing import Self

from activities.sources.environment import optional, request_timeout, required

_USER_AGENT = "python:clawdbot:0.1 (task worker)"


@dataclass(frozen=True)
class RedditSettings:
    """Read from the worker's environment, never from a task."""

    client_id: str = field(repr=False)
    client_secret: str = field(repr=False)
    user_agent: str
    #: Where tokens are issued.
    url: str
    #: Where the API answers.
    oauth_url: str
    timeout: float

    @classmethod
    def from_environment(cls) -> Self:
        """The settings of this process.

        Raises:
            CredentialsMissing: names the first variable that is not set.
        """
        return cls(
            client_id=required("REDDIT_CLIENT_ID", "Reddit"),
            client_secret=required("REDDIT_CLIENT_SECRET", "Reddit"),
            user_agent=optional("REDDIT_USER_AGENT", _USER_AGENT),
            url=optional("REDDIT_URL", "https://www.reddit.com"),
            oauth_url=optional("REDDIT_OAUTH_URL", "https://oauth.reddit.com"),
            timeout=request_timeout(),
        )

    def addresses(self) -> tuple[str, ...]:
        """What has to be reachable."""
        return (self.url, self.oauth_url)
