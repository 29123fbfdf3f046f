"""`clawdbot --help` on one screen: a line per command, by what a person wants to do. Other help is Typer's own."""

from collections.abc import Iterator
from difflib import get_close_matches
from itertools import groupby
from typing import Any, cast

import typer
from typer.core import TyperGroup

from cli.errors import ExitCode
from cli.lazy import Commands, Place

#: Where a command of `clawdbot` stands, in this order.
PANELS = ("Run", "Work", "Steer", "Look", "Admin")
#: Words that people try first.
_ELSEWHERE = {
    "version": "--version", "ls": "tasks list", "ps": "tasks list --status running", "watchlist": "tickers",
    "run": "up", "stop": "tasks cancel", "signin": "login", "signout": "logout", "top": "status",
    "queue": "capabilities",
}  # fmt: skip
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
        first = args[0].partition("=")[0] if args and not ctx.resilient_parsing else ""
        if first.startswith("-") and first not in self._options(ctx):
            ctx.fail(f"{first} stands behind the command, as in `clawdbot tasks list {first} …`.")
        return super().parse_args(ctx, args)

    def _options(self, ctx: Any) -> set[str]:
        return {option for each in self.get_params(ctx) for option in (*each.opts, *each.secondary_opts)}

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """A command that belongs to a group is found without it: `clawdbot list` is told of `clawdbot tasks list`."""
        name = args[0] if args else ""
        # Whoever presses Tab is in the middle of a line.
        if name not in self.commands and not ctx.resilient_parsing:
            ctx.fail(f"There is no command '{name}' here{self._instead(name, args[1:])}")
        return super().resolve_command(ctx, args)

    def _instead(self, name: str, rest: list[str]) -> str:
        if name == "help":
            return f"; it is `{' '.join(['clawdbot', *rest[:1], '--help'])}`."
        if name in _ELSEWHERE:
            return f"; it is `clawdbot {_ELSEWHERE[name]}`."
        if near := get_close_matches(name, [each.name for each in self.places if not each.hidden], n=1):
            return f". Did you mean '{near[0]}'?"
        if groups := self._groups_with(name):
            return f"; there is {', '.join(f'`clawdbot {group} {name}`' for group in groups)}."
        return "."

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
