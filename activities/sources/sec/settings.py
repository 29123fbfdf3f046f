"""Settings of the EDGAR client: address, user agent, limits."""

from dataclasses import dataclass
from typing import Self

from activities.sources.environment import optional, request_timeout, required
from contracts.errors import CredentialsMissing


@dataclass(frozen=True)
class SecSettings:
    """Read from the worker's environment, never from a task."""

    user_agent: str
    #: Where the lists of filings are.
    url: str
    #: Where the table of tickers and the documents are.
    archives_url: str
    timeout: float

    @classmethod
    def from_environment(cls) -> Self:
        """The settings of this process.

        Raises:
            CredentialsMissing: there is no user agent, or it names nobody to write to.
        """
        user_agent = required("SEC_USER_AGENT", "the SEC")
        if "@" not in user_agent:
            raise CredentialsMissing(
                "SEC_USER_AGENT on this worker has no contact e-mail, which the SEC demands: "
                "set it to a name and an address."
            )
        return cls(
            user_agent=user_agent,
            url=optional("SEC_URL", "https://data.sec.gov").rstrip("/"),
            archives_url=optional("SEC_ARCHIVES_URL", "https://www.sec.gov").rstrip("/"),
            timeout=request_timeout(),
        )

    def addresses(self) -> tuple[str, ...]:
        """What has to be reachable."""
        return (self.url, self.archives_url)
