"""Reads ``key=value`` words as task params, guided by the params schema; for the command line and for chat.

The schema only decides how a word is read (text, list, JSON); whether it is right is the API's business.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Schema = Mapping[str, Any]


class WordsUnclear(ValueError):
    """A word that cannot be read, with a sentence that says how to write it."""


def merge_words(params: dict[str, Any], words: Sequence[str], schema: Schema) -> dict[str, Any]:
    """``params`` with each ``key=value`` set; dots lead into objects (``date_range.last_days=30``).

    Raises:
        WordsUnclear: a word that is not ``key=value``, or a dot that leads into something else than an object.
    """
    merged: dict[str, Any] = json.loads(json.dumps(params))
    for word in words:
        key, separator, text = word.partition("=")
        if not separator or not key:
            raise WordsUnclear(f"'{word}' is not key=value. Write params like ticker=NVDA limit=300.")
        _set(merged, key.split("."), text, schema)
    return merged


def _set(params: dict[str, Any], path: Sequence[str], text: str, schema: Schema) -> None:
    kinds = [schema]
    for step in path:
        kinds = [resolved(prop, schema) for kind in kinds for prop in _property(kind, step)]
        kinds = [option for kind in kinds for option in options(kind, schema)]
    target = params
    for step in path[:-1]:
        target = target.setdefault(step, {})
        if not isinstance(target, dict):
            raise WordsUnclear(f"'{step}' is not an object, so {'.'.join(path)} cannot be set in it.")
    target[path[-1]] = read_value(text, kinds)


def read_value(text: str, kinds: Sequence[Schema]) -> Any:
    """One value, as its field wants it. ``kinds``: the schemas it may have; empty when nothing is known."""
    types = {kind.get("type") for kind in kinds} - {"null"}
    if any(text == kind.get("const") or text in kind.get("enum", ()) for kind in kinds):
        return text
    if "array" in types:
        return _list(text, next(kind for kind in kinds if kind.get("type") == "array"))
    return text if types == {"string"} else _json_or_text(text)


def _list(text: str, kind: Schema) -> Any:
    value = _json_or_text(text)
    if isinstance(value, list):
        return value
    items = [item.strip() for item in text.split(",") if item.strip()]
    return items if kind.get("items", {}).get("type") == "string" else [_json_or_text(item) for item in items]


def _json_or_text(text: str) -> Any:
    try:
        return json.loads(text, parse_constant=_not_json)
    except ValueError:
        return text


def _not_json(name: str) -> Any:
    """NaN and Infinity, which Python takes for JSON."""
    raise ValueError(name)


def _property(kind: Schema, name: str) -> Iterator[Schema]:
    if name in kind.get("properties", {}):
        yield kind["properties"][name]


def options(kind: Schema, root: Schema) -> Iterator[Schema]:
    """The alternatives of a schema, each with its references followed."""
    alternatives = kind.get("anyOf") or kind.get("oneOf")
    yield from (resolved(each, root) for each in alternatives) if alternatives else (kind,)


def resolved(kind: Schema, root: Schema) -> Schema:
    reference = str(kind.get("$ref", ""))
    found: Schema = root.get("$defs", {}).get(reference.removeprefix("#/$defs/"), kind) if reference else kind
    return found
