"""Checks params of a step against its task type, as far as they are known before earlier steps have run."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from contracts.mistakes import in_words
from contracts.plans.plan import Plan, Step
from contracts.task_types import InvalidTaskParams, parse_params, task_type
from plans.expressions import CannotEvaluate, Compiled, check_together, compile_expression
from plans.templates import Path, expressions_in, fill

#: Stands for a value that is not known yet.
_UNKNOWN = "unknown"
#: What evaluating for one check may take: the caller waits, and others with it.
_MOST_SECONDS = 3.0


class Effort:
    """What one check has left. What it does not get to is found out when the plan runs."""

    def __init__(self) -> None:
        self.left = _MOST_SECONDS

    def spend(self, expressions: Sequence[Compiled], values: Mapping[str, Any]) -> bool:
        """Whether these may still be evaluated. Raises CannotEvaluate if they never may."""
        if expressions and self.left > 0:
            self.left -= check_together(expressions, values)
        return self.left > 0


def mistakes_in_params(
    step: Step, plan: Plan, entries: Sequence[Any] | None, effort: Effort, *, alone: bool
) -> Iterator[tuple[str, str]]:
    """What does not fit.

    Args:
        entries: those of its `for_each`, if they are known.
        alone: it is one task, and has no entries.
    """
    where = f"steps.{step.id}"
    expressions = list(expressions_in(step.params))
    compiled = [compile_expression(source) for _, source in expressions]
    needs_item = any({"item", "index"} & each.variables for each in compiled)
    if any(each.reads for each in compiled) or (needs_item and entries is None):
        yield from _as_far_as_known(step, [path for path, _ in expressions])
        return
    # All of it is known: it depends on inputs and entries only.
    for index, item in enumerate(entries if needs_item and not alone and entries is not None else [None]):
        values = {"inputs": plan.inputs, "item": item, "index": index}
        try:
            if not effort.spend(compiled, values):
                yield from _as_far_as_known(step, [path for path, _ in expressions])
                return
            params = fill(step.params, values)
            parse_params(step.task_type, params)
        except CannotEvaluate as error:
            yield f"{where}.params", str(error)
            return
        except InvalidTaskParams as error:
            of_entry = f" (for entry {index} of for_each)" if needs_item else ""
            yield from ((f"{where}.{field}", message + of_entry) for field, message in error.errors)
            return


def _as_far_as_known(step: Step, unknown: Sequence[Path]) -> Iterator[tuple[str, str]]:
    """Names of fields, and the values that are constant."""
    model = task_type(step.task_type).params
    try:
        model.model_validate(_with_gaps(step.params))
    except ValidationError as error:
        for each in error.errors():
            place = tuple(each["loc"])
            if each["type"] != "extra_forbidden" and any(concerns(place, path) for path in unknown):
                continue
            names = model.model_fields if len(place) == 1 else ()
            yield ".".join(["steps", step.id, "params", *map(str, place)]), in_words(each, names)


def _with_gaps(value: Any) -> Any:
    match value:
        case str() if "${{" in value:
            return _UNKNOWN
        case dict():
            return {key: _with_gaps(item) for key, item in value.items()}
        case list():
            return [_with_gaps(item) for item in value]
    return value


def concerns(place: Sequence[Any], path: Path) -> bool:
    """Whether a mistake at this place may be gone once the value at that path is known.

    Within alternatives pydantic's places have the name of the alternative in between.
    """
    if len(place) < len(path):
        return tuple(path[: len(place)]) == tuple(place)
    rest = iter(place)
    return all(part in rest for part in path)
