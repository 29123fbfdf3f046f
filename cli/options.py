"""Options that several commands share, and how their values are read."""

import shlex
from collections.abc import Sequence
from typing import Annotated, Any, cast

import typer

from cli import completing
from cli.errors import CliError
from cli.text import one_line, quoted
from contracts.tasks.priority import parse_priority
from contracts.workspaces.names import DEFAULT


def priority(text: str) -> int:
    """A priority from a word or a number."""
    try:
        number = int(cast("str | int", parse_priority(text.strip())))
    except ValueError:
        number = -1
    if not 0 <= number <= 100:
        raise typer.BadParameter("use critical, high, normal, low, or a number from 0 (most urgent) to 100.")
    return number


def no_sentence(text: str | None) -> str | None:
    """The name of a type, which has no spaces."""
    if text and " " in text.strip():
        raise typer.BadParameter(f"that is a sentence. It stands behind add: clawdbot add {shlex.quote(text)}")
    return text


_UNITS = {"s": 1, "m": 60, "min": 60, "h": 3_600, "d": 86_400}


def seconds(text: str) -> int:
    """A length of time in seconds."""
    number = text.rstrip("abcdefghijklmnopqrstuvwxyz")
    unit = text[len(number) :]
    if not (number.isascii() and number.isdigit() and len(number) < 10 and unit in _UNITS):
        raise typer.BadParameter("give a length of time, such as 90s, 30m, 1h or 90d.")
    return int(number) * _UNITS[unit]


def ticker_names(given: Sequence[str] | None) -> list[str]:
    """Each once; commas work too."""
    return list(dict.fromkeys(name.strip() for each in given or () for name in each.split(",") if name.strip()))


def capability_names(text: str) -> list[str]:
    """What was given as `Capabilities`."""
    names = [each.strip() for each in text.split(",") if each.strip()]
    if not names:
        raise CliError("Name at least one capability, such as --capabilities reddit_crawl,echo.")
    return names


def workspace_names(text: str | None) -> list[str] | None:
    """What was given as `Workspaces`; None: nothing."""
    if text is None:
        return None
    names = [each.strip() for each in text.split(",") if each.strip()]
    if not names:
        raise CliError("Name at least one workspace, such as --workspaces research,default.")
    return names


def serving(workspaces: list[str] | None) -> str:
    """Whom a worker serves, as people read it."""
    return "all workspaces" if workspaces is None else f"only {one_line(', '.join(workspaces), 1_000)}"


ApiUrl = Annotated[
    str | None,
    typer.Option("--api-url", help="Address of the API. Default: CLAWDBOT_API_URL, then the local stack."),
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
Follow = Annotated[
    bool, typer.Option("--watch", "--wait", "-w", help="Follow until the end; exit code 0 only if it succeeded.")
]
OfWorkspace = Annotated[
    str | None,
    typer.Option("--workspace", metavar="NAME", help="Where it belongs."),
]
InWorkspace = Annotated[str | None, typer.Option("--workspace", metavar="NAME", help="Only what belongs to it.")]
ItsWorkspace = Annotated[
    str | None, typer.Option("--workspace", metavar="NAME", help="To which it belongs. Else yours, or the default one.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")]
_AN_ID = "Task id, or its first 4 or more characters."
_IDS = "Task ids, or their first 4 or more characters."
TaskId = Annotated[str, typer.Argument(metavar="ID", help=_AN_ID, autocompletion=completing.tasks)]
TaskIds = Annotated[list[str], typer.Argument(metavar="ID…", help=_IDS, autocompletion=completing.tasks)]
_A_TYPE = typer.Argument(
    metavar="TYPE", help="`clawdbot types` shows them.", autocompletion=completing.types, callback=no_sentence
)
TypeName = Annotated[str, _A_TYPE]
AnyType = Annotated[str | None, _A_TYPE]
TypeFilter = Annotated[
    str | None, typer.Option("--type", help="Only tasks of this type.", autocompletion=completing.types)
]
WorkerName = Annotated[
    str, typer.Argument(metavar="WORKER", help="Its name, or its id.", autocompletion=completing.workers)
]
WorkerFilter = Annotated[
    str | None, typer.Option("--worker", help="Name or id of a worker.", autocompletion=completing.workers)
]
_A_CAPABILITY = typer.Argument(
    metavar="CAPABILITY", help="`clawdbot capabilities` shows them.", autocompletion=completing.types
)
CapabilityName = Annotated[str, _A_CAPABILITY]
AnyCapability = Annotated[str | None, _A_CAPABILITY]
Capabilities = Annotated[
    str, typer.Option(metavar="NAMES", help="What it may take, with commas. `clawdbot types` shows them.")
]
Workspaces = Annotated[
    str | None,
    typer.Option("--workspaces", metavar="NAMES", help="The workspaces that it serves, with commas. Default: all."),
]
KeyExpires = Annotated[
    int | None,
    typer.Option("--key-expires", parser=seconds, metavar="TIME", help="How long the key is valid. Default: for ever."),
]


def how_long(default: str, help: str) -> Any:
    """An option for a time such as 30m, in seconds."""
    # The default is what the parser gets; as the default of a parameter it would have the wrong type.
    return typer.Option(
        parser=seconds, metavar="TIME", default_factory=lambda: default, show_default=default, help=help
    )


Grace = Annotated[int, how_long("10m", "How long the old key stays valid; 0s ends it at once.")]
ForHowLong = Annotated[int, typer.Option("--for", parser=seconds, metavar="TIME", help="Such as 30m, 8h or 2d.")]


def in_workspace(path: str, workspace: str | None) -> str:
    """The path of something that several workspaces may have one of with this name; where something is asked for, that
    takes ``workspace`` itself.
    """
    return f"{path}?workspace={quoted(workspace)}" if workspace else path


def as_named(name: str, workspace: str | None) -> str:
    """How a command that is told to people names something. Without its workspace it means that of the default one."""
    if workspace is None or workspace == DEFAULT:
        return one_line(name)
    return f"{one_line(name)} --workspace {one_line(workspace)}"


def belonging(workspace: str | None) -> dict[str, Any]:
    """What a body says of its workspace, if that is said on the command line."""
    return {"workspace": workspace} if workspace else {}
