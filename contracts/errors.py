"""Errors that a handler raises on purpose: the class name is the error type everybody sees, the text is for people."""


class TaskError(Exception):
    """The task failed. The default message; subclasses say what happened and what to do."""

    #: Whether another attempt may help.
    retryable = True

    def __init__(self, message: str | None = None, *, retry_after: float | None = None) -> None:
        """``retry_after``: seconds the source asked us to wait before the next attempt."""
        super().__init__(message or (type(self).__doc__ or "").strip())
        self.retry_after = retry_after


class RateLimited(TaskError):
    """The source asked us to slow down."""


class SourceUnavailable(TaskError):
    """The source did not answer, or answered with a server error."""


class BadSourceReply(TaskError):
    """The source answered with something that could not be read."""


class CredentialsMissing(TaskError):
    """This worker lacks the credentials for the source."""

    retryable = False


class CredentialsRefused(TaskError):
    """The source refused this worker's credentials."""

    retryable = False


class QuotaUsedUp(TaskError):
    """What this worker's account may use of the source is used up, and no short wait brings more."""

    retryable = False


class NotFound(TaskError):
    """What the task asks for does not exist at the source."""

    retryable = False


class InvalidParams(TaskError):
    """The params of the task cannot be used."""

    retryable = False


class LeaseLost(TaskError):
    """The task is no longer this attempt's: it was cancelled, or another attempt took over.

    Retryable: if the attempt really is stale, Temporal ignores what it says; if not, it must not end the task.
    """


#: Failures that say something about the source, not about the task: they open a circuit (docs/operations.md).
SOURCE_FAULTS: tuple[str, ...] = tuple(error.__name__ for error in (RateLimited, SourceUnavailable, BadSourceReply))
#: Failures of the account with which a source is asked: whoever asks with it fails, whatever for.
ACCOUNT_FAULTS: tuple[str, ...] = tuple(
    error.__name__ for error in (CredentialsMissing, CredentialsRefused, QuotaUsedUp)
)
