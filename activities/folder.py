"""Handlers of a folder: one keeps it open as a session, the other works in it."""

import shutil
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

from activities.context import TaskContext, in_thread
from contracts.errors import NotFound, TaskError
from contracts.params.folder import LONGEST_TEXT, FolderFileParams, FolderParams

#: Begins the name of every such folder, below the temporary folder of the machine.
PREFIX = "clawdbot-session-"


class NoFolder(TaskError):
    """This works in the folder of a session. Make it a step of a plan, with `session`."""

    retryable = False


class FileTooLong(TaskError):
    """The file is too long to be kept in a result."""

    retryable = False


async def folder(context: TaskContext, params: FolderParams) -> dict[str, Any]:
    """Keep a folder until the session is closed."""
    path = Path(tempfile.mkdtemp(prefix=PREFIX))
    try:
        await context.hold(path)
        return {"files": _count(path)}
    finally:
        shutil.rmtree(path, ignore_errors=True)


async def folder_file(context: TaskContext, params: FolderFileParams) -> dict[str, Any]:
    """Write the text, or read what is there."""
    if not isinstance(context.session, Path):
        raise NoFolder
    path = context.session / params.name
    if params.text is not None:
        await in_thread(partial(_write, path, params.text, params.append))
    try:
        text = await in_thread(partial(_read, path))
    except FileNotFoundError:
        raise NotFound(
            f"There is no file {params.name} in the folder of this session. One that was opened anew begins empty."
        ) from None
    return {"name": params.name, "text": text, "files": _count(context.session)}


def _write(path: Path, text: str, append: bool) -> None:
    with path.open("a" if append else "w", encoding="utf-8") as file:
        file.write(text)


def _read(path: Path) -> str:
    with path.open(encoding="utf-8", errors="replace") as file:
        text = file.read(LONGEST_TEXT + 1)
    if len(text) > LONGEST_TEXT:
        raise FileTooLong(f"{path.name} has more than {LONGEST_TEXT} characters.")
    return text


def _count(path: Path) -> int:
    return sum(1 for _ in path.iterdir())
