"""Arguments that commands about triggers share, and files that they read."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.errors import CliError
from cli.files import text_of
from cli.options import in_workspace
from cli.text import quoted, safe
from contracts.plans.documents import UnreadablePlan, read_plan

TriggerName = Annotated[str, typer.Argument(metavar="NAME", help="`clawdbot triggers list` shows them.")]
DeliveryId = Annotated[int, typer.Argument(metavar="ID", min=1, help="`clawdbot triggers deliveries` shows them.")]
Definition = Annotated[
    Path, typer.Argument(metavar="FILE", help="Source, filter and action in YAML or JSON; - for stdin.")
]


def path_of(name: str, workspace: str | None = None, verb: str = "") -> str:
    return in_workspace(f"/triggers/{quoted(name)}{verb}", workspace)


def read_definition(file: Path) -> dict[str, Any]:
    """What the file says."""
    try:
        return read_plan(text_of(file))
    except UnreadablePlan as error:
        raise CliError(f"{safe(file)} cannot be used. {safe(str(error)).replace('The plan', 'It')}") from None


def read_payload(text: str) -> Any:
    """JSON; behind an @ the name of a file that holds it."""
    try:
        return json.loads(text_of(text[1:]) if text.startswith("@") else text)
    except ValueError:
        raise CliError(f"The payload is no JSON: {safe(text[:100])}") from None
