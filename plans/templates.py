"""Expressions within params: finding them, and filling in their values."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from plans.expressions import Compiled, compile_expression, evaluate

_MARKED = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)

Path = tuple[str | int, ...]


def whole(text: str) -> str | None:
    """What is in the marks of a text that is nothing but one expression; None: it is something else."""
    stripped = text.strip()
    if stripped.startswith("${{") and stripped.endswith("}}") and stripped.count("${{") == 1:
        return stripped[3:-2].strip()
    return None


def expression_of(text: str) -> Compiled:
    """Of a field that is always an expression; marks may be left out. Raises BadExpression."""
    marked = whole(text)
    return compile_expression(text.strip() if marked is None else marked)


def expressions_in(value: Any, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """The source of each expression in params, with where it stands."""
    match value:
        case str() if "${{" in value:
            marked = whole(value)
            yield from ((path, each) for each in ([marked] if marked is not None else _sources(value)))
        case dict():
            for key, item in value.items():
                yield from expressions_in(item, (*path, key))
        case list():
            for place, item in enumerate(value):
                yield from expressions_in(item, (*path, place))


def fill(value: Any, values: Mapping[str, Any]) -> Any:
    """The same with each expression replaced by its value. Raises BadExpression, CannotEvaluate."""
    match value:
        case str() if "${{" in value:
            marked = whole(value)
            if marked is not None:
                return evaluate(compile_expression(marked), values)
            return _MARKED.sub(lambda found: _as_text(evaluate(compile_expression(found[1].strip()), values)), value)
        case dict():
            return {key: fill(item, values) for key, item in value.items()}
        case list():
            return [fill(item, values) for item in value]
    return value


def _sources(text: str) -> Iterator[str]:
    found = [each.strip() for each in _MARKED.findall(text)]
    # What is opened and not closed is a mistake, and no text.
    yield from found if len(found) == text.count("${{") else [""]


def _as_text(value: Any) -> str:
    if isinstance(value, str):
        return value
    return "" if value is None else json.dumps(value, ensure_ascii=False)
