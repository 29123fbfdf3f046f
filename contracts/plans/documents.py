"""Reads the text of a plan, JSON or YAML, into plain values; `Plan` says what they mean.

YAML as its version 1.2 and JSON have it: `NO` and `ON` are tickers and not false and true, a date stays text. No
aliases: a short text could become a very long value.
"""

import json
import re
from typing import Any

import yaml

from contracts.storable import MAX_DEPTH, readable_json


class UnreadablePlan(ValueError):
    """The text is neither JSON nor YAML of an object; the message is a sentence."""


class PlainLoader(yaml.CSafeLoader):
    """That of libyaml: the one in Python takes seconds for what people send in one request."""

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        seen: set[str] = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode):
                if key.value in seen:
                    raise UnreadablePlan(f"{_place(key.start_mark)} says '{key.value}' a second time.")
                seen.add(key.value)
        return super().construct_mapping(node, deep)


class _PlainDumper(yaml.SafeDumper):
    """Quotes what either version of YAML would take for something else than text."""


# Its own, and none of those that YAML 1.1 has.
PlainLoader.yaml_implicit_resolvers = {}
_FORMS = (
    ("bool", "^(?:true|false)$", list("tf")),
    ("null", "^(?:null|~|)$", ["n", "~", ""]),
    ("int", "^[-+]?(?:0|[1-9][0-9]{0,30})$", list("-+0123456789")),
    ("float", r"^[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+|[0-9]+)(?:[eE][-+]?[0-9]+)?$", list("-+0123456789.")),
)
for _name, _pattern, _first in _FORMS:
    PlainLoader.add_implicit_resolver(f"tag:yaml.org,2002:{_name}", re.compile(_pattern), _first)
    _PlainDumper.add_implicit_resolver(f"tag:yaml.org,2002:{_name}", re.compile(_pattern), _first)


def read_plan(text: str) -> dict[str, Any]:
    """The object that the text says.

    Raises:
        UnreadablePlan: it says none.
    """
    value = _json(text) if text.lstrip().startswith("{") else _yaml(text)
    if not isinstance(value, dict):
        raise UnreadablePlan("A plan is an object with a name and steps; see docs/plans.md.")
    return value


def plain_value(text: str) -> Any:
    """What a text in YAML says. Raises yaml.YAMLError, UnreadablePlan."""
    loader = PlainLoader(text)
    try:
        return loader.get_single_data()
    finally:
        loader.dispose()


def written(value: Any, *, ascii_only: bool = False) -> str:
    """As YAML that reads as the same again."""
    return str(yaml.dump(value, Dumper=_PlainDumper, sort_keys=False, allow_unicode=not ascii_only, width=110))


def _json(text: str) -> Any:
    try:
        return readable_json(text.encode())
    except (ValueError, UnicodeEncodeError) as error:
        try:
            # YAML's flow style begins like JSON.
            return _yaml(text)
        except UnreadablePlan:
            raise UnreadablePlan(f"The plan is not readable as JSON: {error}") from None


def _yaml(text: str) -> Any:
    try:
        _check_shape(text)
        value = plain_value(text)
        json.dumps(value, allow_nan=False)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or "it cannot be read"
        raise UnreadablePlan(f"The plan is not readable as YAML: {_place(mark)}: {problem}.") from None
    except UnreadablePlan:
        raise
    except (TypeError, ValueError, RecursionError) as error:
        raise UnreadablePlan(f"The plan holds what JSON cannot say: {error}.") from None
    return value


def _check_shape(text: str) -> None:
    """Raises UnreadablePlan for what would make a long value of a short text, or cannot be stored."""
    depth = 0
    for event in yaml.parse(text, PlainLoader):
        match event:
            case yaml.AliasEvent():
                raise UnreadablePlan(f"{_place(event.start_mark)} has an alias (*…); write it out.")
            case yaml.CollectionStartEvent():
                depth += 1
            case yaml.CollectionEndEvent():
                depth -= 1
        if depth > MAX_DEPTH:
            raise UnreadablePlan(f"{_place(event.start_mark)} is nested more than {MAX_DEPTH} levels deep.")


def _place(mark: Any) -> str:
    return f"Line {mark.line + 1}" if mark is not None else "Somewhere it"
