"""Retry policy and timeouts of a submission: those of its task type, with the fields that the submission overrides."""

from contracts.task_types import TaskType
from contracts.tasks.work import RetrySettings, TimeoutSettings


def retry_of(type_: TaskType, own: RetrySettings | None) -> RetrySettings:
    """The type's retry settings with the fields that the submission sets."""
    return type_.retry.model_copy(update=own.model_dump(exclude_unset=True)) if own else type_.retry


def timeouts_of(type_: TaskType, own: TimeoutSettings | None) -> TimeoutSettings:
    """The type's timeouts with the fields that the submission sets."""
    return type_.timeouts.model_copy(update=own.model_dump(exclude_unset=True)) if own else type_.timeouts
