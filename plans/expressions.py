"""CEL, bounded: an expression is short, and works through little enough that its time and memory stay small.

It is evaluated in this process, where nothing can interrupt it, and nobody else runs meanwhile. So what it may cost is
found out before: macros (`map`, `filter`, …) go through lists, one inside of another through each pair, and all that
they can make is made of what they read. That is seen in the text, so nothing in it may be hidden: no comments, and text
is told apart from what is none just as the parser does.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import cel

from contracts.plans.plan import LONGEST_EXPRESSION
from contracts.storable import TooDeep, cleaned
from contracts.tasks.work import PARAMS_LIMIT

#: Visits of list entries that one evaluation may make: about 15 µs each (*measured*).
_MOST_VISITS = 20_000
#: Bytes of JSON that macros may make of what they read.
_MOST_MADE = 50_000_000
#: Bytes of JSON that one evaluation may read: a tenth of a second for each million (*measured*).
_MOST_READ = 5_000_000
_MACROS = re.compile(r"\.\s*(?:map|filter|all|exists|exists_one)\s*\(")
#: In raw text a backslash is a backslash.
_LITERAL = re.compile(
    r"""(?:[rR][bB]?|[bB][rR])(?:'[^'\n]*'|"[^"\n]*")|[bB]?(?:'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*")"""
)
_THREE_QUOTES = re.compile(r"'''|\"\"\"")
_KEY = re.compile(r"""^\s*\[\s*(['"])([a-z][a-z0-9_]*)\1\s*\]""")
_DOT = re.compile(r"^\s*\.\s*([A-Za-z_]\w*)")
_NAMES = re.compile(r"(?<![\w.])[A-Za-z_]\w*")
_ROOTS = frozenset({"inputs", "steps", "item"})
_NAME = re.compile(r"(?<![\w.])(?<!\.\s)steps\b")
#: Operators begin with _, @ or !.
FUNCTIONS = frozenset(
    {"size", "contains", "startsWith", "endsWith", "matches", "string", "int", "double", "uint", "type", "dyn", "has",
     "timestamp", "duration", "bytes", "getFullYear", "getMonth", "getDayOfMonth", "getDayOfWeek", "getHours"}
)  # fmt: skip


class BadExpression(ValueError):
    """It cannot be used; the message says why, to be read behind the name of a field."""


class CannotEvaluate(ValueError):
    """It can be used, but not with these values; the message is a sentence."""


@dataclass(frozen=True)
class Read:
    """A step that an expression reads, and which of its fields (None: all of it)."""

    step: str
    field: str | None


@dataclass(frozen=True)
class Macro:
    """A walk through a list."""

    #: How many others it stands in, itself included.
    depth: int
    #: How often its body names something: so many times an entry can become larger.
    names: int
    #: Whether its body names what is not its own entry, and may be as large as all there is.
    reads_all: bool


@dataclass(frozen=True)
class Compiled:
    """An expression that may be used."""

    source: str
    program: Any
    reads: tuple[Read, ...]
    #: Of `inputs`, `steps`, `item` and `index`.
    variables: frozenset[str]
    macros: tuple["Macro", ...]


@lru_cache(maxsize=4_096)
def compile_expression(source: str) -> Compiled:
    """Raises BadExpression."""
    if len(source) > LONGEST_EXPRESSION:
        raise BadExpression(f"has {len(source)} characters; {LONGEST_EXPRESSION} are the most")
    try:
        program = cel.compile(source)
    except ValueError as error:
        raise BadExpression(f"is not CEL: {_first_line(error)}") from None
    unknown = [each for each in program.functions() if each[0].isalpha() and each not in FUNCTIONS]
    if unknown:
        raise BadExpression(f"calls {unknown[0]}(), which there is not")
    bare = _LITERAL.sub(lambda found: "''" + " " * max(len(found[0]) - 2, 0), source)
    reads = tuple(_reads(source, bare))
    return Compiled(source, program, reads, frozenset(program.variables()), _macros(bare))


def evaluate(expression: Compiled, values: Mapping[str, Any]) -> Any:
    """Its value as JSON has it.

    Raises:
        CannotEvaluate: something is missing, of another type, or too large.
    """
    seen = {name: values[name] for name in expression.variables if name in values}
    if expression.macros:
        _bound(expression, seen)
    try:
        value = _plain(expression.program.execute(seen))
    except KeyError as error:
        raise CannotEvaluate(f"`{expression.source}`: there is no {error.args[0]!r}.") from None
    except (ValueError, TypeError, RuntimeError, ArithmeticError, IndexError) as error:
        raise CannotEvaluate(f"`{expression.source}`: {_first_line(error)}") from None
    size = len(json.dumps(value))
    if size > PARAMS_LIMIT:
        raise CannotEvaluate(f"`{expression.source}` makes {size} bytes; {PARAMS_LIMIT} are the most.")
    return value


def is_true(expression: Compiled, values: Mapping[str, Any]) -> bool:
    """Raises CannotEvaluate, also for a value that is neither true nor false."""
    value = evaluate(expression, values)
    if not isinstance(value, bool):
        raise CannotEvaluate(f"`{expression.source}` is {json.dumps(value)[:100]}, and neither true nor false.")
    return value


def _reads(source: str, bare: str) -> Sequence[Read]:
    """Which steps it names. Of one that cannot be named before (``steps[x]``) nobody could say whether it is over."""
    found = []
    for name in _NAME.finditer(bare):
        rest = source[name.end() :]
        step = _DOT.match(rest) or _KEY.match(rest)
        if step is None:
            raise BadExpression("must say which step it means: steps.<id>")
        field = _DOT.match(rest[step.end() :])
        found.append(Read(step[step.lastindex or 1], field[1] if field else None))
    return found


def _macros(bare: str) -> tuple[Macro, ...]:
    opens = {found.end() - 1 for found in _MACROS.finditer(bare)}
    stack: list[int] = []
    found: list[Macro] = []
    for place, character in enumerate(bare):
        if character == "(":
            stack.append(place)
        elif character == ")" and stack:
            begin = stack.pop()
            if begin in opens:
                names = _NAMES.findall(bare[begin + 1 : place].partition(",")[2])
                depth = 1 + sum(each in opens for each in stack)
                found.append(Macro(depth, len(names), not _ROOTS.isdisjoint(names)))
    return tuple(found)


def _bound(expression: Compiled, seen: Mapping[str, Any]) -> None:
    longest = max(_longest(seen), expression.source.count(",") + 1)
    visits = len(expression.macros) * longest ** max(each.depth for each in expression.macros)
    made = len(json.dumps(seen)) + len(expression.source)
    for each in expression.macros:
        made *= max(each.names, 1) * (longest if each.reads_all else 1)
    if visits > _MOST_VISITS or made > _MOST_MADE:
        raise CannotEvaluate(f"`{expression.source}` would go through too much; use a smaller list, or fewer of them.")


def _longest(value: Any) -> int:
    match value:
        case dict():
            return max([len(value), *map(_longest, value.values())])
        case list():
            return max([len(value), *map(_longest, value)])
    return 1


def _plain(value: Any) -> Any:
    match value:
        case datetime():
            return value.isoformat()
        case timedelta():
            return value.total_seconds()
        case dict():
            return {str(key): _plain(item) for key, item in value.items()}
        case list():
            return [_plain(item) for item in value]
        case None | bool() | int() | float() | str():
            try:
                return cleaned(value)
            except TooDeep as error:
                raise ValueError(str(error)) from None
    raise ValueError(f"a {type(value).__name__} cannot be used")


def _first_line(error: BaseException) -> str:
    return str(error).strip().splitlines()[0][:300] if str(error).strip() else type(error).__name__
