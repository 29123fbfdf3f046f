"""Lengths of Reddit's listings."""

#: Reddit ends every listing after so many posts, whatever is asked for. A search often ends earlier.
LISTING = 1_000


class Limits:
    """Of one sandbox; `/_control/reddit` changes them for a while."""

    def __init__(self, listing: int = LISTING) -> None:
        self._usual = listing
        self.reset()

    def reset(self) -> None:
        """As they were at the start."""
        self.listing = self.search = self._usual
