"""CEL, bounded: an expression is short, and works through little enough that its time and memory stay small.

It is evaluated in this process, where nothing can interrupt it, and nobody else runs meanwhile. So what it may cost is
found out before: macros (`map`, `filter`, …) go through lists, one inside of another through each pair, and all that
they can make is made of what they read. That is seen in the text, so nothing in it may be hidden: no comments, and text
is told apart from what is none just as the parser does.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from contracts.plans.plan import LONGEST_EXPRESSION
from contracts.storable import TooDeep, cleaned
from contracts.tasks.work import PARAMS_LIMIT
from plans.cel_library import cel

#: Visits of list entries that one evaluation may make, and what each takes (*measured*).
_MOST_VISITS = 20_000
_VISIT_SECONDS = 15e-6
#: Bytes of JSON that macros may make of what they read.
_MOST_MADE = 50_000_000
#: Bytes of JSON that one evaluation may read, and what each takes (*measured*).
MOST_READ = 5_000_000
_READ_SECONDS = 0.12e-6
#: What `matches` may take in one evaluation: it makes its pattern anew for each call.
_MOST_MATCHING_SECONDS = 0.5
#: All expressions of one task together.
_MOST_SECONDS = 2.0
_MACROS = re.compile(r"\.\s*(?:map|filter|all|exists|exists_one)\s*\(")
#: In raw text a backslash is a backslash.
_LITERAL = re.compile(
    r"""(?:[rR][bB]?|[bB][rR])(?:'[^'\n]*'|"[^"\n]*")|[bB]?(?:'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*")"""
)
_KEY = re.compile(r"""^\s*\[\s*(['"])([a-z][a-z0-9_]*)\1\s*\]""")
_DOT = re.compile(r"^\s*\.\s*([A-Za-z_]\w*)")
_NAMES = re.compile(r"(?<![\w.])[A-Za-z_]\w*")
_NAME = re.compile(r"(?<![\w.])(?<!\.\s)steps\b")
_ROOTS = re.compile(r"(?<![\w.])(?:inputs|steps|item|payload|headers)\b")
_INPUTS = re.compile(r"(?<![\w.])(?<!\.\s)inputs\b")
_CALLS = re.compile(r"\bmatches\s*\(\s*")
_CLOSED = re.compile(r"\s*\)")
#: What of a pattern is one of many letters, in seconds for each (*measured*): of them as such, of all but some.
_LETTERS, _OTHERS = re.compile(r"\\[wWpP]"), re.compile(r"\\[dDsS]|\.|\[\^")
#: Nothing is tried twice: three hundred spaces in a brace would take ten seconds.
_REPEATS = re.compile(r"\{\s*+(\d{1,6})?\s*+,?\s*+(\d{1,6})?\s*+\}")
#: Operators begin with _, @ or !.
FUNCTIONS = frozenset(
    {"size", "contains", "startsWith", "endsWith", "matches", "string", "int", "double", "uint", "type", "dyn", "has",
     "timestamp", "duration", "bytes", "getFullYear", "getMonth", "getDayOfMonth", "getDayOfWeek", "getHours"}
)  # fmt: skip
_NO_VALUES = FUNCTIONS | {"true", "false", "null", "in", "index"}


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
    #: Of `inputs`, `steps`, `item` and `index`; in triggers of `payload` and `headers`.
    variables: frozenset[str]
    macros: tuple["Macro", ...]
    #: How often it names one of them, and how many lists or texts it may put together.
    named: int
    joined: int
    #: Which of `inputs`; None: all of them.
    inputs: frozenset[str] | None
    #: Seconds that each call of `matches` takes for its pattern.
    patterns: tuple[float, ...]


# 4 KB each (*measured*). Entries of a step share one, and of steps that are over none is asked for again.
@lru_cache(maxsize=1_024)
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
    bare = _without_text(source)
    return Compiled(
        source=source,
        program=program,
        reads=tuple(_reads(source, bare)),
        variables=frozenset(program.variables()),
        macros=_macros(bare),
        named=len(_ROOTS.findall(bare)),
        joined=bare.count("+") + 1,
        inputs=_inputs(source, bare),
        patterns=tuple(_patterns(source, bare)),
    )


def evaluate(expression: Compiled, values: Mapping[str, Any]) -> Any:
    """Its value as JSON has it.

    Raises:
        CannotEvaluate: something is missing, of another type, or too large.
    """
    seen = _seen(expression, values)
    _seconds(expression, seen)
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


def check_together(expressions: Sequence[Compiled], values: Mapping[str, Any], most: float = _MOST_SECONDS) -> float:
    """About how many seconds all of them would take, one after the other.

    Raises:
        CannotEvaluate: that is too long, also of one alone.
    """
    seconds = 0.0
    for each in expressions:
        # Finding it out takes time itself: no further than needed.
        seconds += _seconds(each, _seen(each, values))
        if seconds > most:
            raise CannotEvaluate(
                f"Its {len(expressions)} expressions would go through too much together; have them read less, or have "
                "something before make one small result of it."
            )
    return seconds


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


def _without_text(source: str) -> str:
    """The same, as long, with nothing in its texts. Raises BadExpression for what could hide something."""
    end = -1
    for found in _LITERAL.finditer(source):
        if found.start() == end:
            raise BadExpression("has three quotes in a row; write text in one quote or two")
        end = found.end()
    rest = _LITERAL.sub("", source)
    if "//" in rest:
        raise BadExpression("has a comment; leave it out")
    if any(each in rest for each in "'\"\\`"):
        raise BadExpression("has a quote or a backslash outside of a text")
    return _LITERAL.sub(lambda found: "''" + " " * (len(found[0]) - 2), source)


def _inputs(source: str, bare: str) -> frozenset[str] | None:
    found = set()
    for name in _INPUTS.finditer(bare):
        rest = source[name.end() :]
        field = _DOT.match(rest) or _KEY.match(rest)
        if field is None:
            return None
        found.add(field[field.lastindex or 1])
    return frozenset(found)


def _patterns(source: str, bare: str) -> Iterator[float]:
    for call in _CALLS.finditer(bare):
        pattern = _LITERAL.match(source, call.end())
        if pattern is None or not _CLOSED.match(source, pattern.end()):
            raise BadExpression("gives matches() a pattern that is no plain text; write it out")
        text = pattern[0]
        times = 1
        for found in _REPEATS.finditer(text):
            times *= max(int(found[1] or 0), int(found[2] or 0), 1)
        letters, others = len(_LETTERS.findall(text)), len(_OTHERS.findall(text))
        yield times * (3e-4 + 25e-6 * len(text) + 3e-3 * letters + 5e-4 * others)


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
                own, _, body = bare[begin + 1 : place].partition(",")
                names = _NAMES.findall(body)
                depth = 1 + sum(each in opens for each in stack)
                found.append(Macro(depth, len(names), bool(set(names) - {own.strip(), *_NO_VALUES})))
    return tuple(found)


def _seen(expression: Compiled, values: Mapping[str, Any]) -> dict[str, Any]:
    """What of all values it reads: each is made one of CEL, large or not."""
    seen = {name: values[name] for name in expression.variables if name in values}
    if expression.inputs is not None and isinstance(seen.get("inputs"), Mapping):
        seen["inputs"] = {name: value for name, value in seen["inputs"].items() if name in expression.inputs}
    if isinstance(seen.get("steps"), Mapping):
        mine = {each.step for each in expression.reads}
        seen["steps"] = {name: value for name, value in seen["steps"].items() if name in mine}
    return seen


def _seconds(expression: Compiled, seen: Mapping[str, Any]) -> float:
    """About how long it takes. Raises CannotEvaluate if that is too long."""
    size = len(json.dumps(seen)) + len(expression.source)
    if size > MOST_READ:
        raise CannotEvaluate(f"`{expression.source}` reads {size} bytes; {MOST_READ} are the most.")
    longest, depth = 1, 0
    if expression.macros:
        longest = max(_longest(seen), expression.source.count(",") + 1) * expression.joined
        depth = max(each.depth for each in expression.macros)
    walks: int = longest**depth
    visits = len(expression.macros) * walks
    made = size * max(expression.named, 1)
    for each in expression.macros:
        made *= max(each.names, 1) * (longest if each.reads_all else 1)
    if visits > _MOST_VISITS or made > _MOST_MADE:
        raise CannotEvaluate(f"`{expression.source}` would go through too much; use a smaller list, or fewer of them.")
    matching = sum(expression.patterns) * walks + len(expression.patterns) * made * 4e-8
    if matching > _MOST_MATCHING_SECONDS:
        raise CannotEvaluate(
            f"`{expression.source}` would match too much; take a simpler pattern, a shorter list, or startsWith, "
            "endsWith or contains."
        )
    return size * _READ_SECONDS + visits * _VISIT_SECONDS + matching


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
