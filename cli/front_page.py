"""`clawdbot --help` on one screen: a line per command, by what a person wants to do. Other help is Typer's own."""

import shlex
from collections.abc import Iterator
from difflib import get_close_matches
from itertools import groupby
from typing import Any, cast

import typer
from typer.core import TyperGroup

from cli.errors import ExitCode
from cli.lazy import Commands, Place
from cli.mistyped import same

#: Where a command of `clawdbot` stands, in this order.
PANELS = ("Run", "Work", "Steer", "Look", "Admin")
#: Words that people try first.
_ELSEWHERE = {
    "version": "--version", "ls": "tasks list", "ps": "tasks list --status running", "watchlist": "tickers",
    "signin": "login", "signout": "logout", "top": "status", "health": "status", "info": "status", "ping": "status",
    "queue": "capabilities", "queues": "capabilities", "jobs": "tasks list", "whoami": "users me", "me": "users me",
    "log": "tasks show ID", "logs": "tasks show ID", "tail": "tasks watch", "follow": "tasks watch",
    "serve": "up", "server": "up", "dashboard": "open", "web": "open", "ui": "open", "cron": "schedules",
    "hooks": "triggers", "webhooks": "triggers", "errors": "failures list", "budget": "agent budget",
    "tokens": "keys", "passwd": "users password", "password": "users password", "teams": "workspaces",
    "search": "tasks list --text WORDS", "find": "tasks list --text WORDS", "usage": "--help",
}  # fmt: skip
_STOPS = "; `clawdbot tasks cancel ID` stops a task, Ctrl-C what `clawdbot up` or `clawdbot start` began."
_SETTINGS = "; `clawdbot login ADDRESS` says which ClawdBot is meant. The server is set by variables, CLAWDBOT_… ."
#: What takes more than the name of a command.
_SAID = {
    **dict.fromkeys(("stop", "down", "quit", "exit", "shutdown", "restart"), _STOPS),
    **dict.fromkeys(("config", "configure", "settings", "set", "env"), _SETTINGS),
    **dict.fromkeys(
        ("init", "setup", "install"), "; nothing is set up first: `clawdbot up` begins, or `clawdbot login ADDRESS`."
    ),
}
#: With one of these a sentence begins.
_OF_SENTENCES = frozenset(
    "crawl fetch pull scrape collect grab get reddit news tweets twitter filings sec sentiment summarize summarise "
    "summary monitor every please can".split()
)
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
        if first in ("-v", "-V"):
            ctx.fail(f"There is no {first}; it is `clawdbot --version`.")
        if first == "--profile":
            ctx.fail(
                "A profile is chosen by `clawdbot profiles use NAME`, or for one terminal by CLAWDBOT_PROFILE=NAME."
            )
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
        if name == "run":
            task = f"tasks add {shlex.join(rest[:1])}` or `clawdbot add {shlex.quote(' '.join(rest))}"
            return f"; it is `clawdbot {task if rest else 'up'}`."
        if name in _SAID:
            return _SAID[name]
        if name in _ELSEWHERE:
            return f"; it is `clawdbot {_ELSEWHERE[name]}`."
        if turned := self._turned(name, rest):
            return f"; it is `clawdbot {turned}`."
        words = {each.lower() for each in (name, *rest)}
        if " " in name or words & _OF_SENTENCES or (name.isupper() and name.isalpha()):
            return f"; a sentence stands behind add: `clawdbot add {shlex.quote(' '.join([name, *rest]))}`."
        tasks = list(getattr(self.commands["tasks"], "commands", ()))
        if name not in tasks and (meant := same(name, tasks)):
            return f"; it is `clawdbot tasks {meant[0]}`."
        if near := get_close_matches(name, [each.name for each in self.places if not each.hidden], n=1):
            return f". Did you mean '{near[0]}'?"
        if groups := self._groups_with(name):
            return f"; there is {', '.join(f'`clawdbot {group} {name}`' for group in groups)}."
        return "."

    def _turned(self, verb: str, rest: list[str]) -> str | None:
        """What is said as `tasks list`, where others say `list tasks`."""
        group = f"{rest[0].removesuffix('s')}s" if rest else ""
        if group not in self.commands:
            return None
        commands = list(getattr(self.commands[group], "commands", ()))
        found = verb if verb in commands else next(iter(same(verb, commands)), None)
        if found == "show" and not rest[1:] and "list" in commands:
            found = "list"
        return found and shlex.join([group, found, *rest[1:]])

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
