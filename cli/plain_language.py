"""`clawdbot add` and `clawdbot parse`: tasks from a sentence, shown before they are created."""

import sys
from typing import Annotated, Any

import typer

from cli.api_client import ApiClient
from cli.connection import find_connection
from cli.errors import CliError
from cli.local_timezone import local_timezone
from cli.options import ApiUrl, AsJson
from cli.output import count, listing, print_json, say, screen
from cli.text import one_line, plain, safe
from cli.watching import exit_code_of, watch
from contracts.intake import ParsedText, ProposedFollowUp, ProposedTask
from contracts.priority import label_of
from contracts.views import BatchView

Words = Annotated[list[str], typer.Argument(metavar="SENTENCE", help="In English; quotes are needed for $ and ?.")]
Zone = Annotated[
    str | None, typer.Option(metavar="NAME", help="Of the times in it, e.g. Europe/Berlin. Default: this machine's.")
]


def parse(words: Words, timezone: Zone = None, api_url: ApiUrl = None, as_json: AsJson = False) -> None:
    """Show what a sentence means; nothing is created."""
    with ApiClient(find_connection(api_url)) as api:
        parsed = _parsed(api, words, timezone)
    if as_json:
        print_json(parsed)
    else:
        _show(parsed)
    raise typer.Exit(2 if parsed.questions else 0)


def add(
    words: Words,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    timezone: Zone = None,
    wait: Annotated[bool, typer.Option("--wait", "--watch", "-w", help="Follow until the end.")] = False,
    api_url: ApiUrl = None,
    as_json: AsJson = False,
) -> None:
    """Create tasks from a sentence: clawdbot add 'pull the last 30 days of $NVDA from wallstreetbets, high'"""
    with ApiClient(find_connection(api_url)) as api:
        parsed = _parsed(api, words, timezone)
        if parsed.questions:
            raise CliError("\n".join(["Nothing was created. " + _asked(parsed)[0], *_asked(parsed)[1:]]))
        if not as_json:
            _show(parsed)
        _confirm(parsed, yes)
        # What was shown is what is created, whatever the time is by now.
        tasks = [each.model_dump(mode="json") for each in parsed.tasks]
        created = api.post("/tasks/batch", BatchView, {"tasks": tasks})
        if wait:
            raise typer.Exit(_follow(api, created, as_json))
    if as_json:
        print_json(created)
    else:
        say(f"{count(created.created, 'task')} submitted: {' '.join(str(each)[:8] for each in created.task_ids)}")


def _parsed(api: ApiClient, words: list[str], timezone: str | None) -> ParsedText:
    body: dict[str, Any] = {"text": " ".join(words)}
    zone = timezone or local_timezone()
    return api.post("/tasks/parse", ParsedText, body | ({"timezone": zone} if zone else {}))


def _confirm(parsed: ParsedText, yes: bool) -> None:
    if yes:
        return
    if not sys.stdin.isatty():
        raise CliError("Nothing was created. Say --yes to create this without being asked.")
    if not typer.confirm(f"Create {count(len(parsed.tasks), 'task')}?", default=True, err=True):
        raise CliError("Nothing was created.")


def _follow(api: ApiClient, created: BatchView, as_json: bool) -> int:
    tasks = watch(api, created.task_ids, quiet=as_json)
    if as_json:
        print_json(tasks)
    return exit_code_of(tasks)


def _show(parsed: ParsedText) -> None:
    if parsed.understood:
        table = listing("UNDERSTOOD", "AS", "FROM")
        for each in parsed.understood:
            table.add_row(safe(each.field), plain(each.value), one_line(each.text))
        screen().print(table)
    if parsed.ignored:
        say(f"Ignored: {one_line(' '.join(parsed.ignored), 500)}")
    for task in parsed.tasks:
        say(_line(task, parsed.timezone))
    for question in _asked(parsed):
        say(question)


def _asked(parsed: ParsedText) -> list[str]:
    return [one_line(each.question, 500) for each in parsed.questions]


def _line(task: ProposedTask, timezone: str) -> str:
    start = f", starts {task.run_at:%Y-%m-%d %H:%M} ({safe(timezone)})" if task.run_at else ""
    return f"→ {_work(task)}, priority {label_of(task.priority)}{start}{_then(task)}"


def _then(task: ProposedTask | ProposedFollowUp) -> str:
    return "".join(f"; then {_work(each)}{_then(each)}" for each in task.follow_ups)


def _work(task: ProposedTask | ProposedFollowUp) -> str:
    return f"{safe(task.task_type)} ({one_line(plain(task.params), 500)})"
