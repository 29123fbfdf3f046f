"""Caches model answers by a hash of the question, so that this worker does not pay twice for the same text."""

import hashlib
from collections import OrderedDict

#: Oldest answers are forgotten beyond this many.
KEPT = 5_000


class Cache:
    """A bounded dictionary that forgets what was used longest ago."""

    def __init__(self, kept: int = KEPT) -> None:
        self._kept = kept
        self._answers: OrderedDict[str, str] = OrderedDict()

    def get(self, key: str) -> str | None:
        """The answer, if it is known."""
        if key in self._answers:
            self._answers.move_to_end(key)
        return self._answers.get(key)

    def put(self, key: str, answer: str) -> None:
        """Remember an answer."""
        self._answers[key] = answer
        self._answers.move_to_end(key)
        while len(self._answers) > self._kept:
            self._answers.popitem(last=False)

    def clear(self) -> None:
        """Forget everything."""
        self._answers.clear()


def key_of(*parts: str) -> str:
    """A key that differs as soon as one of the parts does."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode(errors="replace")
        digest.update(len(data).to_bytes(8) + data)
    return digest.hexdigest()


CACHE = Cache()
