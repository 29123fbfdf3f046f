"""Params of a task as the command line takes them, and as it describes them."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cli.errors import CliError
from cli.text import safe
from contracts.tasks import task_params
from contracts.tasks.task_params import Schema, options, resolved


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
