"""Sources and actions of triggers in words; and what their events look like."""

from typing import Any

from contracts.schedules.words import length_in_words
from contracts.triggers.actions import Action, PlanAction, TaskAction
from contracts.triggers.sources import Alike, Hook, PlanEnds, RecordComes, Signature, Source, TaskEnds

_SIGNED = {
    Signature.GITHUB: "signed as GitHub does",
    Signature.STRIPE: "signed as Stripe does",
    Signature.STANDARD: "signed as Standard Webhooks",
    Signature.BEARER: "with its secret",
}
_ALIKE = {Alike.ANY: "", Alike.TICKER: " for one ticker", Alike.TASK: ", the same one"}
_AT = "2026-03-02T08:00:00+00:00"
_ID = "11111111-1111-4111-8111-111111111111"


def source_in_words(source: Source) -> str:
    """``when its hook is called, signed as GitHub does``; ``when a task news_crawl failed 3 times within 1 day``."""
    match source:
        case Hook():
            return f"when its hook is called, {_SIGNED[source.signature]}"
        case TaskEnds():
            what = f"a task{f' {source.task_type}' if source.task_type else ''} {_ended(source.statuses)}"
            if source.times == 1:
                return f"when {what}"
            length = length_in_words(int(source.within))
            within = length if length[0].isdigit() else f"1 {length}"
            return f"when {what} {source.times} times within {within}{_ALIKE[source.alike]}"
        case PlanEnds():
            return f"when a plan{f' {source.name}' if source.name else ''} {_ended(source.statuses)}"
        case RecordComes():
            return f"when a new row of {source.record} was collected"


def action_in_words(action: Action) -> str:
    """``a task echo``; ``the plan morning``; ``a task from the template crawl``."""
    match action:
        case TaskAction(task=task):
            return f"a task {task.task_type}"
        case PlanAction(plan=plan):
            return f"the plan {str(plan.get('name', ''))[:200]}"
    return f"a task from the template {action.template}"


def _ended(statuses: list[Any]) -> str:
    words = [
        "was cancelled" if each == "cancelled" else "was rejected" if each == "rejected" else each for each in statuses
    ]
    return " or ".join(words)


def example_of(source: Source) -> Any:
    """A payload as this source makes them."""
    match source:
        case Hook():
            return {"ticker": "NVDA"}
        case TaskEnds():
            task = {"id": _ID, "type": source.task_type or "news_crawl", "ticker": "NVDA", "params": {"ticker": "NVDA"}}
            more: dict[str, Any] = {
                "status": source.statuses[0],
                "result": None,
                "tags": [],
                "created_by": "human:anna",
            }
            error = {"type": "RateLimited", "message": "The source wants us to wait."}
            return {
                "event": source.watches[0],
                "at": _AT,
                "times": source.times,
                "task": {**task, **more, "error": error},
            }
        case PlanEnds():
            plan = {"id": _ID, "name": source.name or "morning", "status": source.statuses[0], "inputs": {}}
            return {"event": source.watches[0], "at": _AT, "plan": plan | {"created_by": "human:anna", "failure": None}}
        case RecordComes():
            row = {name: None for name in source.record.spec.model.model_fields if name != "raw"} | {"ticker": "NVDA"}
            return {"event": source.watches[0], "at": _AT, "task_id": _ID, "record": row}
