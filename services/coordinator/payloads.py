"""Makes a plan of task payloads: one step for each, one after the other."""

import re
from collections.abc import Collection, Mapping
from typing import Any

from contracts.coordinator.requests import WorkflowSubmission
from contracts.requests import CAPABILITY
from contracts.task_types import BOT_TASK, CAPABILITIES
from services.errors import BadInput

#: What a payload may say beside `task_type` and `params`.
_BESIDE = frozenset({"task_type", "params", "capability"})


def plan_of(said: WorkflowSubmission, offered: Collection[str]) -> dict[str, Any]:
    """The document of a plan; it is still to be checked as every plan.

    Args:
        offered: capabilities of the workers that are registered, whether they are there or not.

    Raises:
        BadInput: nobody could ever do one of them.
    """
    steps = [
        {"id": f"task_{place}", "needs": [f"task_{place - 1}"] if place > 1 else [], **_step(place, payload, offered)}
        for place, payload in enumerate(said.task_payloads, 1)
    ]
    about = {"description": said.description} if said.description is not None else {}
    return {"name": said.name, **about, "inputs": said.metadata, "steps": steps}


def _step(place: int, payload: Mapping[str, Any], offered: Collection[str]) -> dict[str, Any]:
    where = f"task_payloads.{place - 1}"
    capability = payload.get("capability")
    if capability is not None and not (isinstance(capability, str) and re.fullmatch(CAPABILITY, capability)):
        raise _refused(where, "'capability' must be a word of small letters, digits, _ and -")
    if "task_type" in payload:
        return _of_a_type(where, payload)
    queue = capability or _queue_of_action(payload.get("action"), offered)
    if queue != BOT_TASK and queue in CAPABILITIES:
        raise _refused(where, f"'{queue}' is done by workers that know task types; say 'task_type' and 'params'")
    if queue not in offered:
        raise _refused(where, _nobody(queue))
    return {"task_type": BOT_TASK, "params": dict(payload), "capability": queue}


def _of_a_type(where: str, payload: Mapping[str, Any]) -> dict[str, Any]:
    """A task that is known here: its params are `params`, or all that stands beside the type."""
    name = payload["task_type"]
    if not isinstance(name, str):
        raise _refused(where, "'task_type' must be the name of a task type")
    params = payload.get("params", {key: value for key, value in payload.items() if key not in _BESIDE})
    if "params" in payload and (more := sorted(payload.keys() - _BESIDE)):
        raise _refused(where, f"beside 'params' nothing is looked at, so leave out {', '.join(more)}")
    queue = {"capability": payload["capability"]} if payload.get("capability") else {}
    return {"task_type": name, "params": params, **queue}


def _queue_of_action(action: Any, offered: Collection[str]) -> str:
    """The bots that say they can do this; else all of them."""
    return action if isinstance(action, str) and action in offered and action not in CAPABILITIES else BOT_TASK


def _nobody(queue: str) -> str:
    if queue == BOT_TASK:
        return "no bot is registered that could do it; register one first (POST /api/v1/bots), or say 'task_type'"
    return (
        f"no bot is registered for '{queue}', so nobody could ever do it; register one first (POST /api/v1/bots "
        f'with "capabilities": ["{queue}"]), or leave \'capability\' out and any bot may take it'
    )


def _refused(where: str, sentence: str) -> BadInput:
    return BadInput(f"Nothing was created. {where}: {sentence}.", [(where, sentence)])
