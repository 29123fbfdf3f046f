"""Params of a task as the command line takes them, and as it describes them."""

import json
from collections.abc import Sequence
from typing import Any

from cli.errors import CliError
from cli.files import text_of
from cli.text import safe
from contracts.tasks import task_params
from contracts.tasks.task_params import Schema, options, resolved


def read_params(text: str, name: str = "--params", example: str = '{"ticker": "NVDA"}') -> dict[str, Any]:
    """A JSON object: as it is, from ``@file``, or with ``-`` from stdin. ``name``: what the person calls it.

    Raises:
        CliError: it is none.
    """
    source = _source(text, name)
    try:
        params = json.loads(source)
    except ValueError as error:
        raise CliError(f"{name} is not JSON: {error}.") from None
    if not isinstance(params, dict):
        raise CliError(f"{name} must be a JSON object, such as '{example}'.")
    return params


def _source(text: str, name: str) -> str:
    if text == "-":
        return text_of("-")
    return text_of(text[1:], f"{name}: {safe(text[1:])}") if text.startswith("@") else text


def merge_words(params: dict[str, Any], words: Sequence[str], schema: Schema) -> dict[str, Any]:
    """``params`` with each ``key=value`` set.

    Raises:
        CliError: a word that cannot be read.
    """
    try:
        return task_params.merge_words(params, words, schema)
    except task_params.WordsUnclear as error:
        raise CliError(safe(error)) from None


def describe_field(kind: Schema, root: Schema) -> str:
    """What a field takes, in a few words for the table of params."""
    return " or ".join(dict.fromkeys(_kind_word(each, root) for each in options(resolved(kind, root), root)))


def _kind_word(kind: Schema, root: Schema) -> str:
    if "const" in kind or "enum" in kind:
        return " | ".join(str(value) for value in kind.get("enum", [kind.get("const")]))
    if kind.get("type") == "array":
        return f"list of {describe_field(kind.get('items', {}), root)}"
    if kind.get("properties"):
        return "{" + ", ".join(kind["properties"]) + "}"
    return {"string": "text", "null": "nothing"}.get(kind.get("type", "any"), str(kind.get("type", "any")))
