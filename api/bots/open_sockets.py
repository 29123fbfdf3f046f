"""Limits open control sockets: of one worker, and of those who have not said who they are."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from services.errors import TooManySockets

if TYPE_CHECKING:
    from api.bots.bot import Bot
    from api.bots.socket_session import Session

#: Of one worker in this process. A bot has one; as many as it may have claims open.
MOST_OF_A_WORKER = 50
#: Of those that have not sent their key yet: each may bring a message of a megabyte, and takes ten seconds for it.
MOST_UNKNOWN, MOST_UNKNOWN_OF_AN_ADDRESS = 100, 20


class OpenSockets:
    """Of this process."""

    def __init__(self) -> None:
        self.sessions: set[Session] = set()
        self._unknown: Counter[str] = Counter()

    @contextmanager
    def unknown(self, address: str | None) -> Iterator[None]:
        """While a client that called from there says who it is.

        Raises:
            TooManySockets: too many others are about to.
        """
        place = address or ""
        if self._unknown[place] >= MOST_UNKNOWN_OF_AN_ADDRESS or self._unknown.total() >= MOST_UNKNOWN:
            raise TooManySockets(
                "Too many sockets are open that have not said who they are. Send the key as X-Worker-Key."
            )
        self._unknown[place] += 1
        try:
            yield
        finally:
            self._unknown[place] -= 1
            self._unknown += Counter()  # drops zeros

    def check_room(self, bot: "Bot") -> None:
        """Raises TooManySockets: this worker has very many open."""
        if sum(each.bot.worker_id == bot.worker_id for each in self.sessions) >= MOST_OF_A_WORKER:
            raise TooManySockets
