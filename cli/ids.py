"""From what a person types to an id: the id itself, or its first characters, which the API looks for among all."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from cli.api_client import ApiClient
from cli.errors import CliError, NotFound
from cli.text import safe

#: With fewer the API does not look.
_SHORTEST = 4
_SHOWN = 5
_BEGINNING = re.compile(rf"[0-9a-f]{{{_SHORTEST}}}[0-9a-f-]{{0,32}}")


@dataclass(frozen=True)
class Kind:
    """Things that people name by the beginning of an id."""

    noun: str
    #: Of the list that knows `id_prefix`, and what is in it.
    path: str
    page: type[BaseModel]
    items: str
    #: What lists them for people.
    command: str
    #: What a person tells them apart by.
    about: Callable[[Any], str]
    id_of: Callable[[Any], str] = lambda each: str(each.id)
    query: Mapping[str, Any] = field(default_factory=dict)


def find_id(api: ApiClient, text: str, kind: Kind) -> UUID:
    """The only one that begins so.

    Raises:
        CliError: it is the beginning of no id, or of several; NotFound: of none that there is.
    """
    prefix = text.strip().lower()
    if not _BEGINNING.fullmatch(prefix):
        raise CliError(
            f"'{safe(text)}' is no {kind.noun} id. Give the id, or at least its first {_SHORTEST} characters. "
            f"`{kind.command}` shows them."
        )
    if len(_digits(prefix)) == 32:
        return UUID(prefix)
    page = api.get(kind.path, kind.page, id_prefix=prefix, limit=_SHOWN + 1, **kind.query)
    # An API of an earlier version knows no such filter for all of them, and answers with the newest.
    found = [each for each in getattr(page, kind.items) if _digits(kind.id_of(each)).startswith(_digits(prefix))]
    if not found:
        raise NotFound(f"No {kind.noun} has an id that begins with {prefix}. `{kind.command}` shows them.")
    if len(found) > 1:
        many = f"More than {_SHOWN}" if len(found) > _SHOWN else str(len(found))
        named = [f"  {kind.id_of(each)}  {kind.about(each)}" for each in found[:_SHOWN]]
        more = ["  …"] if len(found) > _SHOWN else []
        first = f"{many} {kind.noun}s have an id that begins with {prefix}. Give more of it:"
        raise CliError("\n".join([first, *named, *more]))
    return UUID(kind.id_of(found[0]))


def _digits(text: str) -> str:
    return text.replace("-", "").lower()
