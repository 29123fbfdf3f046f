"""Search attributes and the line for people of a task's workflow, whoever starts it."""

from temporalio.common import SearchAttributeKey, SearchAttributePair, TypedSearchAttributes

from contracts import names
from contracts.tasks.priority import label_of
from contracts.temporal_limits import keyword


def summary_of(type_: str, ticker: str | None, created_by: str) -> str:
    """The line that stands beside the task in the Temporal Web UI."""
    return " · ".join(part for part in (type_, ticker, f"by {created_by}") if part)


def search_attributes(type_: str, ticker: str | None, created_by: str, priority: int) -> TypedSearchAttributes:
    """What the Web UI and the `temporal` command find a task by."""
    values = {
        names.SA_TASK_TYPE: type_,
        names.SA_TICKER: ticker,
        names.SA_CREATED_BY: keyword(created_by),
        names.SA_PRIORITY: label_of(priority),
    }
    return TypedSearchAttributes(
        [SearchAttributePair(SearchAttributeKey.for_keyword(key), value) for key, value in values.items() if value]
    )
