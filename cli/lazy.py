"""The commands of `clawdbot` by where they stand; each is imported when somebody asks for it, and no other."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup


@dataclass(frozen=True)
class Place:
    """A command or a group, before it is imported."""

    name: str
    #: ``module:attribute`` of its function or of its `typer.Typer`.
    where: str
    #: Its line of the front page.
    summary: str | None = None
    #: The part of the front page that it stands in; None: another line names it.
    panel: str | None = None
    hidden: bool = False


class Commands(Mapping[str, Any]):
    """What Typer takes for the commands of a group."""

    def __init__(self, places: Iterable[Place]) -> None:
        self.places = {each.name: each for each in places}
        self._made: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._made:
            self._made[name] = _made(self.places[name])
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.places)

    def __len__(self) -> int:
        return len(self.places)

    def __contains__(self, name: object) -> bool:
        # That of Mapping would import it.
        return name in self.places


def group(help: str, commands: Mapping[str, str]) -> typer.Typer:
    """A group whose commands are imported one by one. ``commands``: where each is, as in `Place`, by name."""

    class Lazy(TyperGroup):
        def __init__(self, **said: Any) -> None:
            super().__init__(**said | {"commands": Commands(Place(*each) for each in commands.items())})

    return typer.Typer(cls=Lazy, no_args_is_help=True, help=help)


def places_below(commands: Commands) -> Iterator[Place]:
    """All of them and of their groups, where they are lazy, too."""
    for name, place in commands.places.items():
        yield place
        below = getattr(commands[name], "commands", None)
        if isinstance(below, Commands):
            yield from places_below(below)


def _made(place: Place) -> Any:
    module, _, attribute = place.where.partition(":")
    found = getattr(import_module(module), attribute)
    said: dict[str, Any] = {"rich_help_panel": place.panel, "short_help": place.summary, "hidden": place.hidden}
    said = {name: value for name, value in said.items() if value is not None}
    alone = typer.Typer()
    if isinstance(found, typer.Typer):
        alone.add_typer(found, name=place.name, **said)
    else:
        alone.command(place.name, **said)(found)
    return typer.main.get_group(alone).commands[place.name]
