"""`clawdbot types new`: begins a task pack, an installable package with a task type of one's own."""

import re
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Annotated

import typer

from cli.errors import CliError
from cli.output import say
from cli.text import safe

_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_LONGEST = 40
#: Template in cli/scaffold -> file of the pack.
_FILES = {
    "pyproject.toml.txt": "pyproject.toml",
    "README.md.txt": "README.md",
    "init.py.txt": "${package}/__init__.py",
    "params.py.txt": "${package}/params.py",
    "handler.py.txt": "${package}/handler.py",
    "task_types.py.txt": "${package}/task_types.py",
    "stub_server.py.txt": "tests/stub_server.py",
    "recorder.py.txt": "tests/recorder.py",
    "test_task.py.txt": "tests/test_${name}.py",
}


def new_type(
    name: Annotated[str, typer.Argument(help="Name of the task type, like price_check.")],
    directory: Annotated[Path | None, typer.Option(help="Where to put it. Default: a directory of that name.")] = None,
) -> None:
    """Begin a task pack: params, handler, a stub of the service it calls, a test that passes.

    Example: clawdbot types new price_check --directory price_check
    """
    _check(name)
    target = directory or Path(name)
    if target.exists():
        raise CliError(f"{safe(str(target))} exists already. Choose another --directory.")
    try:
        _write(target, _values(name))
    except OSError as error:
        raise CliError(f"{safe(str(target))} cannot be written: {error.strerror}.") from None
    say(f"The task pack is in {safe(str(target))}; its README.md tells how to test and install it.")


def _check(name: str) -> None:
    from contracts.task_types import TASK_TYPES

    if not _NAME.fullmatch(name) or len(name) > _LONGEST:
        raise CliError(
            f"'{safe(name[:_LONGEST])}' cannot be the name of a task type. "
            f"Use small letters, digits and single underscores, at most {_LONGEST}, like price_check."
        )
    if name in TASK_TYPES:
        raise CliError(f"There is a task type '{name}' already. Choose another name.")


def _values(name: str) -> dict[str, str]:
    return {
        "name": name,
        "package": f"{name}_pack",
        "distribution": f"clawdbot-{name.replace('_', '-')}",
        "model": f"{''.join(word.capitalize() for word in name.split('_'))}Params",
        "variable": f"{name.upper()}_URL",
    }


def _write(target: Path, values: dict[str, str]) -> None:
    templates = files("cli") / "scaffold"
    for template, file in _FILES.items():
        path = target / Template(file).substitute(values)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(Template((templates / template).read_text()).substitute(values))
