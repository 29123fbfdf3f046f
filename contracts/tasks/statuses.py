"""The life of a task: which statuses there are, which end it, and how far along each one is."""

from enum import StrEnum


class TaskStatus(StrEnum):
    """Where a task stands. Only the statuses that apply to a task are passed through."""

    #: Accepted, to start at a later time.
    SCHEDULED = "scheduled"
    #: Waits for another task.
    BLOCKED = "blocked"
    #: Waits for a person's yes.
    AWAITING_APPROVAL = "awaiting_approval"
    #: Ready for a worker; also between two attempts.
    PENDING = "pending"
    #: An attempt was handed to a named worker.
    CLAIMED = "claimed"
    #: That attempt reported.
    RUNNING = "running"
    #: Done, waits for a person to look at the result.
    REVIEW = "review"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    REJECTED = "rejected"

    @property
    def words(self) -> str:
        """What people read, on the command line, in chats and messages, and with a capital letter on the page."""
        return _WORDS.get(self.value, self.value)


_WORDS = {"awaiting_approval": "awaiting approval", "review": "in review"}

TERMINAL = frozenset({TaskStatus.SUCCEEDED, TaskStatus.FAILED, TaskStatus.CANCELLED, TaskStatus.REJECTED})
OPEN = frozenset(TaskStatus) - TERMINAL
#: A worker has the task now.
ON_HAND = frozenset({TaskStatus.CLAIMED, TaskStatus.RUNNING})
#: What a person may retry.
RETRYABLE = frozenset({TaskStatus.FAILED, TaskStatus.CANCELLED, TaskStatus.REJECTED, TaskStatus.SUCCEEDED})
