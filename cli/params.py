"""From ``key=value`` words to params, guided by the params schema of the task type.

The schema only decides how a word is read (text, list, JSON); whether it is right is the API's business.
"""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from cli.errors import CliError
from cli.text import safe

Schema = Mapping[str, Any]


def read_params(text: str) -> dict[str, Any]:
    """The value of ``--params``: JSON, ``@file`` or ``-`` for stdin.

    Raises:
        CliError: it is not a JSON object.
    """
    source = _source(text)
    try:
        params = json.loads(source)
    except ValueError as error:
        raise CliError(f"--params is not JSON: {error}.") from None
    if not isinstance(params, dict):
        raise CliError('--params must be a JSON object, such as \'{"ticker": "NVDA"}\'.')
    return params


def _source(text: str) -> str:
    if text == "-":
        return sys.stdin.read()
    if not text.startswith("@"):
        return text
    try:
        return Path(text[1:]).expanduser().read_text(encoding="utf-8")
    except OSError as error:
        raise CliError(f"--params: {safe(text[1:])} cannot be read ({error.strerror}).") from None
    except UnicodeDecodeError:
        raise CliError(f"--params: {safe(text[1:])} is not a text file.") from None


def merge_words(params: dict[str, Any], words: Sequence[str], schema: Schema) -> dict[str, Any]:
    """``params`` with each ``key=value`` set; dots lead into objects (``date_range.last_days=30``).

    Raises:
        CliError: a word that is not ``key=value``, or a dot that leads into something else than an object.
    """
    merged: dict[str, Any] = json.loads(json.dumps(params))
    for word in words:
        key, separator, text = word.partition("=")
        if not separator or not key:
            raise CliError(f"'{safe(word)}' is not key=value. Write params like ticker=NVDA limit=300.")
        _set(merged, key.split("."), text, schema)
    return merged


def _set(params: dict[str, Any], path: Sequence[str], text: str, schema: Schema) -> None:
    kinds = [schema]
    for step in path:
        kinds = [_resolved(prop, schema) for kind in kinds for prop in _property(kind, step)]
        kinds = [option for kind in kinds for option in _options(kind, schema)]
    target = params
    for step in path[:-1]:
        target = target.setdefault(step, {})
        if not isinstance(target, dict):
            raise CliError(f"'{safe(step)}' is not an object, so {safe('.'.join(path))} cannot be set in it.")
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


def _options(kind: Schema, root: Schema) -> Iterator[Schema]:
    """The alternatives of a schema, each with its references followed."""
    alternatives = kind.get("anyOf") or kind.get("oneOf")
    yield from (_resolved(each, root) for each in alternatives) if alternatives else (kind,)


def _resolved(kind: Schema, root: Schema) -> Schema:
    reference = str(kind.get("$ref", ""))
    found: Schema = root.get("$defs", {}).get(reference.removeprefix("#/$defs/"), kind) if reference else kind
    return found


def describe_field(kind: Schema, root: Schema) -> str:
    """What a field takes, in a few words for the table of params."""
    return " or ".join(dict.fromkeys(_kind_word(each, root) for each in _options(_resolved(kind, root), root)))


def _kind_word(kind: Schema, root: Schema) -> str:
    if "const" in kind or "enum" in kind:
        return " | ".join(str(value) for value in kind.get("enum", [kind.get("const")]))
    if kind.get("type") == "array":
        return f"list of {describe_field(kind.get('items', {}), root)}"
    if kind.get("properties"):
        return "{" + ", ".join(kind["properties"]) + "}"
    return {"string": "text", "null": "nothing"}.get(kind.get("type", "any"), str(kind.get("type", "any")))
