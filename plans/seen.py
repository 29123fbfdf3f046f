"""Gathers what the expressions of a step see: inputs, its entry, and the steps that they read."""

from collections.abc import Sequence
from typing import Any

from contracts.plans.plan import Step
from plans.expressions import Compiled, compile_expression
from plans.state import Board, PartState, StepState
from plans.templates import expression_of, expressions_in


def expressions_of(step: Step) -> list[Compiled]:
    """Those that are evaluated when a part of it begins. Raises BadExpression."""
    found = [compile_expression(source) for _, source in expressions_in(step.params)]
    return [*found, expression_of(step.when)] if step.when is not None else found


async def values_for(
    board: Board, step: StepState, part: PartState | None, expressions: Sequence[Compiled]
) -> dict[str, Any]:
    """What these see, in this part of the step; without a part, in the step itself."""
    values: dict[str, Any] = {"inputs": board.plan.inputs}
    if part is not None and part.entry is not None:
        values |= {"item": part.entry["item"], "index": part.place}
    names = {read.step for each in expressions for read in each.reads}
    found = await board.steps(names)
    values["steps"] = {name: await _of_step(board, step, part, each) for name, each in found.items()}
    return values


async def _of_step(board: Board, reader: StepState, part: PartState | None, read: StepState) -> dict[str, Any]:
    if read.family is None or (part is not None and read.is_beside(reader)):
        place = part.place if part is not None and read.family is not None else 0
        one = (await board.parts([(read.id, place)])).get((read.id, place))
        if one is not None:
            return _of_part(one)
        return {"status": read.status.value, "result": None, "error": read.error, "task_id": None}
    return {"status": read.status.value, "results": list(await board.results(read.id)), "error": read.error}


def _of_part(part: PartState) -> dict[str, Any]:
    return {
        "status": part.status.value,
        "result": part.result,
        "error": part.error,
        "task_id": str(part.task_id) if part.task_id else None,
    }
