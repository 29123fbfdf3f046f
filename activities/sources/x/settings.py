"""Settings of the X client: token, address, limits."""

from dataclasses import dataclass, field
from typing import Self

from activities.sources.environment import optional, request_timeout, required


@dataclass(frozen=True)
class XSettings:
    """Read from the worker's environment, never from a task."""

    bearer_token: str = field(repr=False)
    url: str
    timeout: float

    @classmethod
    def from_environment(cls) -> Self:
        """The settings of this process.

        Raises:
            CredentialsMissing: there is no token.
        """
        return cls(
            bearer_token=required("X_BEARER_TOKEN", "X"),
            url=optional("X_URL", "https://api.x.com").rstrip("/"),
            timeout=request_timeout(),
        )

    def addresses(self) -> tuple[str, ...]:
        """What has to be reachable."""
        return (self.url,)
