"""The interface of a channel's sender, and its errors."""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True)
class Message:
    """What is to be sent, as plain text: it may quote workers and the web, and is never markup."""

    title: str
    body: str
    severity: str
    #: first, update, recovered, test or digest.
    kind: str
    #: Id of the message that this one takes the place of, where the service can edit.
    edits: str | None = None
    #: What it is about, for services with buttons.
    notification_id: int = 0
    #: The one task that failed, if that is all there is to tell.
    failed_task: UUID | None = None


class SendFailed(Exception):
    """The message was not sent. The text is for people and has nothing of the channel's address in it."""

    def __init__(self, reason: str, *, retry_after: float | None = None, final: bool = False) -> None:
        """``retry_after``: seconds the service asked us to wait. ``final``: another try would be refused, too."""
        super().__init__(reason)
        self.retry_after = retry_after
        self.final = final


class Sender(Protocol):
    """One service. Safe to be used by several messages at once."""

    async def send(self, url: str, message: Message) -> str | None:
        """Send it; returns an id with which a later message can edit this one, if the service knows such a thing.

        Raises:
            SendFailed: it was not sent, or it is not known whether it was.
        """
        ...
