"""Reads the file of a plan, and the inputs that a person gives on the command line."""

import json
from collections.abc import Sequence
from typing import Annotated, Any

import typer

from cli.errors import CliError
from cli.files import text_of
from cli.text import safe
from contracts.plans.documents import UnreadablePlan, read_plan

File = Annotated[str, typer.Argument(metavar="FILE", help="A plan in YAML or JSON; - for stdin.")]
Inputs = Annotated[
    list[str] | None,
    typer.Option("--input", metavar="NAME=VALUE", help="Another value of an input, such as tickers='[\"NVDA\"]'."),
]


def read_file(file: str, inputs: Sequence[str]) -> dict[str, Any]:
    """The plan in a file, with these inputs instead of those that it gives.

    Raises:
        CliError: it cannot be read, or has no such input.
    """
    try:
        document = read_plan(text_of(file))
    except UnreadablePlan as error:
        raise CliError(f"{safe(file)}: {error}") from None
    return with_inputs(document, inputs)


def with_inputs(document: dict[str, Any], inputs: Sequence[str]) -> dict[str, Any]:
    """The plan with these inputs instead of those that it gives. Raises CliError."""
    known = document.get("inputs")
    for each in inputs:
        name, sign, value = each.partition("=")
        if not sign or not isinstance(known, dict) or name not in known:
            names = f"It has {', '.join(map(safe, known))}." if isinstance(known, dict) and known else "It has none."
            raise CliError(f"'{safe(each)}' gives no input of this plan as NAME=VALUE. {names}")
        known[name] = value_like(value, known[name])
    return document


def value_like(text: str, before: Any) -> Any:
    """JSON, else text; of an input that is a list also names with commas."""
    try:
        return json.loads(text)
    except ValueError:
        if isinstance(before, list):
            return [each.strip() for each in text.split(",") if each.strip()]
        return text
