"""Counts how often in a row Postgres refused the same thing.

The number of an attempt is no such count: attempts fail while Postgres is away, too.
"""

#: Far more than are refused at once. Which of them has not come again for the longest is left out first.
_REMEMBERED = 10_000


class TimesRefused:
    """In memory: with another core it begins anew."""

    def __init__(self) -> None:
        self._times: dict[str, int] = {}

    def once_more(self, key: str) -> int:
        """How often this was refused by now."""
        times = self._times[key] = self._times.pop(key, 0) + 1
        if len(self._times) > _REMEMBERED:
            del self._times[next(iter(self._times))]
        return times

    def forget(self, key: str) -> None:
        """It was taken, or given up."""
        self._times.pop(key, None)
