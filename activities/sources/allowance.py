"""Paces requests by a source's rate-limit headers: the requests left are spread over the time until the reset."""

import time
from dataclasses import dataclass

from contracts.errors import RateLimited

#: With fewer requests left than this, the rest is spread over the time until the allowance is renewed.
SCARCE = 50


@dataclass
class Allowance:
    """Of one client. Requests are let through at once while there are plenty left."""

    source: str
    requests: int = 0
    next_request_at: float = 0.0

    def note(self, remaining: float | None, seconds_to_reset: float | None) -> None:
        """Learn from the headers of a reply; None for what it does not say."""
        if remaining is None or seconds_to_reset is None or remaining >= SCARCE:
            return
        self.next_request_at = time.monotonic() + seconds_to_reset / max(remaining, 1.0)

    @property
    def wait(self) -> float | None:
        """Seconds until the next request may be sent; None if that is now."""
        seconds = self.next_request_at - time.monotonic()
        return seconds if seconds > 0 else None

    def check(self) -> None:
        """Pass if a request may be sent now.

        Raises:
            RateLimited: with the time until then.
        """
        if wait := self.wait:
            raise RateLimited(f"{self.source}'s allowance for this worker is nearly used up.", retry_after=wait)

    def taken(self) -> int:
        """Requests since this was last asked."""
        requests, self.requests = self.requests, 0
        return requests


def number(header: str | None) -> float | None:
    """A header's number; None if it is missing or unreadable."""
    try:
        return float(header) if header is not None else None
    except ValueError:
        return None
