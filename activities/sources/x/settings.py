"""Settings of the X client: token, address, limits."""

from dataclasses import dataclass, field
from typing import Self

from activities.sources.environment import optional, price, request_timeout, required

#: X's list prices of pay-per-use.
POST_USD, USER_USD = 0.005, 0.010


@dataclass(frozen=True)
class XSettings:
    """Read from the worker's environment, never from a task."""

    bearer_token: str = field(repr=False)
    url: str
    timeout: float
    #: Dollars that X takes for each post and each author that it sends; 0 with a plan that is paid by the month.
    post_usd: float = 0.0
    user_usd: float = 0.0

    @classmethod
    def from_environment(cls) -> Self:
        """The settings of this process.

        Raises:
            CredentialsMissing: there is no token, or a price is no number that can be used.
        """
        return cls(
            bearer_token=required("X_BEARER_TOKEN", "X"),
            url=optional("X_URL", "https://api.x.com").rstrip("/"),
            timeout=request_timeout(),
            post_usd=price("X_PRICE_POST_USD", POST_USD),
            user_usd=price("X_PRICE_USER_USD", USER_USD),
        )

    def usd(self, posts: int, users: int) -> float:
        """What X takes for them."""
        return round(posts * self.post_usd + users * self.user_usd, 6)

    def addresses(self) -> tuple[str, ...]:
        """What has to be reachable."""
        return (self.url,)
