"""Asks first, acts, and tells what came of it: shared by commands that change something."""

import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NoReturn, TypeVar
from uuid import UUID

import typer
from pydantic import BaseModel

from cli.api_client import ApiClient
from cli.connection import find_connection
from cli.errors import CliError
from cli.output import print_json, say
from cli.tasks.ids import for_each

Done = TypeVar("Done", bound=BaseModel | Mapping[str, Any])
Answer = TypeVar("Answer", bound=BaseModel)


def agree(question: str, to: str, *, yes: bool, nothing: str, default: bool = False) -> None:
    """Ask, unless it was agreed to.

    Args:
        question: with a question mark.
        to: what is agreed to, such as ``create this``.
        nothing: a sentence that says that nothing was done.

    Raises:
        CliError: the person says no, or there is nobody to ask.
    """
    if yes:
        return
    if not sys.stdin.isatty():
        raise CliError(f"{nothing} Say --yes to {to} without being asked.")
    if not typer.confirm(question, default=default, err=True):
        raise CliError(nothing)


def tell(done: BaseModel | Mapping[str, Any] | Sequence[Any], said: str, as_json: bool) -> None:
    """What was done: the answer of the API for scripts, a sentence for people."""
    if as_json:
        print_json(done)
    else:
        say(said)


def act_on(path: Callable[[ApiClient], str], view: type[Answer], body: Any, api_url: str | None) -> Answer:
    """Send it. ``path``: finds what is meant, by what was typed."""
    with ApiClient(find_connection(api_url)) as api:
        return api.post(path(api), view, body)


def on_each_task(
    ids: Sequence[str],
    act: Callable[[ApiClient, UUID], Done],
    said: Callable[[Done], str],
    api_url: str | None,
    as_json: bool,
) -> NoReturn:
    """Do it to every task, tell of each, and end with the exit code of the first that it could not be done to."""
    with ApiClient(find_connection(api_url)) as api:
        done, code = for_each(api, ids, lambda id_: act(api, id_))
    if as_json:
        print_json(done)
    for each in done if not as_json else ():
        say(said(each))
    raise typer.Exit(code)
