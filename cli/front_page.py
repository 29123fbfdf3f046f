"""`clawdbot --help` on one screen: a line per command, by what a person wants to do. Other help is Typer's own."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any, cast

import typer
from typer.core import TyperGroup

from cli.errors import ExitCode
from cli.lazy import Commands, Place

#: Where a command of `clawdbot` stands, in this order.
PANELS = ("Run", "Work", "Steer", "Look", "Admin")
_USAGE = "Usage: clawdbot COMMAND …   Hand work to any machine you own."
_FOOT = """\
Options: --version, --install-completion, --help (each command has an example)
Exit codes: 0 fine, 1 task failed, 2 usage, 3 no API, 4 refused, 5 not found"""


class FrontPage(TyperGroup):
    """The group of all commands."""

    @property
    def places(self) -> list[Place]:
        return list(cast("Commands", self.commands).places.values())

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        # A shell that completes a line asks with what has been typed so far.
        if not args and not ctx.resilient_parsing:
            typer.echo(ctx.get_help())
            ctx.exit(ExitCode.USAGE)
        return super().parse_args(ctx, args)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """A command that belongs to a group is found without it: `clawdbot list` is told of `clawdbot tasks list`."""
        name = args[0] if args else ""
        if name not in self.commands and (groups := self._groups_with(name)):
            there = ", ".join(f"`clawdbot {group} {name}`" for group in groups)
            ctx.fail(f"There is no command '{name}' here; there is {there}.")
        return super().resolve_command(ctx, args)

    def _groups_with(self, name: str) -> list[str]:
        # Nobody waits for a mistake: all groups are imported for this.
        shown = [each for each in self.places if not each.hidden]
        return [each.name for each in shown if name in getattr(self.commands[each.name], "commands", ())]

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write it as plain text; what prints it takes the bold away where there is no terminal."""
        parts = [typer.style(_USAGE, bold=True), *self._lines(), *_FOOT.splitlines()]
        formatter.write("\n".join(parts))

    def _lines(self) -> Iterator[str]:
        shown = sorted((each for each in self.places if each.panel), key=lambda each: PANELS.index(each.panel or ""))
        for panel, places in groupby(shown, lambda each: str(each.panel)):
            label = panel
            for each in places:
                yield f"{typer.style(f'{label:<7}', bold=True)}{each.name:<14}{each.summary}"
                label = ""
