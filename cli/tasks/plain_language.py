"""`clawdbot add` and `clawdbot tasks parse`: tasks from a sentence, shown before they are created."""

import sys
from typing import Annotated, Any

import typer

from cli.acting import agree
from cli.api_client import ApiClient
from cli.connection import find_connection
from cli.errors import CliError
from cli.local_timezone import local_timezone
from cli.options import ApiUrl, AsJson, Follow, OfWorkspace, Yes
from cli.output import count, print_json, say
from cli.schedules.sentences import add_repeated
from cli.tasks.reasons import why_they_wait
from cli.tasks.sentence_view import did_you_mean, questions, show
from cli.tasks.watching import exit_code_of, watch
from cli.text import one_line
from contracts.tasks.plain_language import ReadText
from contracts.tasks.views import BatchView

Words = Annotated[list[str], typer.Argument(metavar="SENTENCE", help="In English; quotes are needed for $ and ?.")]
Zone = Annotated[
    str | None, typer.Option(metavar="NAME", help="Of the times in it, e.g. Europe/Berlin. Default: this machine's.")
]


def parse(words: Words, timezone: Zone = None, api_url: ApiUrl = None, as_json: AsJson = False) -> None:
    """Show what a sentence means; nothing is created.

    Example: clawdbot tasks parse 'pull the last 30 days of $NVDA from wallstreetbets tomorrow at 8, high'
    """
    with ApiClient(find_connection(api_url)) as api:
        parsed = _parsed(api, words, timezone)
    if as_json:
        print_json(parsed)
    else:
        show(parsed)
    raise typer.Exit(2 if parsed.questions else 0)


def add(
    words: Words,
    yes: Yes = False,
    timezone: Zone = None,
    workspace: OfWorkspace = None,
    wait: Follow = False,
    api_url: ApiUrl = None,
    as_json: AsJson = False,
) -> None:
    """Create tasks, or with "every …" schedules, from a sentence, once you have seen what it means.

    Example: clawdbot add 'pull the last 30 days of $NVDA from wallstreetbets, high'
    """
    with ApiClient(find_connection(api_url)) as api:
        parsed = _parsed(api, words, timezone)
        zone = timezone or local_timezone()
        if parsed.questions and add_repeated(api, " ".join(words), zone, workspace, yes=yes, as_json=as_json):
            return
        # Only a person who reads it may take another wording than their own.
        proposed = None if yes or as_json or not sys.stdin.isatty() else parsed.suggestion
        if parsed.questions and proposed is None:
            raise CliError(_open(parsed))
        if not as_json:
            show(parsed)
        wanted = proposed.tasks if proposed else parsed.tasks
        question = f"Create {count(len(wanted), 'task')}?"
        agree(question, "create this", yes=yes, nothing="Nothing was created.", default=proposed is None)
        # What was shown is what is created, whatever the time is by now.
        belongs = {"workspace": workspace} if workspace else {}
        tasks = [each.model_dump(mode="json") | belongs for each in wanted]
        created = api.post("/tasks/batch", BatchView, {"tasks": tasks})
        if wait:
            raise typer.Exit(_follow(api, created, as_json))
        if as_json:
            print_json(created)
            return
        say(f"{count(created.created, 'task')} submitted: {' '.join(str(each)[:8] for each in created.task_ids)}")
        for sentence in why_they_wait(api, created.task_ids):
            say(sentence)


def _parsed(api: ApiClient, words: list[str], timezone: str | None) -> ReadText:
    if not "".join(words).strip():
        raise CliError("Say what is to be done, like 'reddit for NVDA since yesterday'.")
    body: dict[str, Any] = {"text": " ".join(words)}
    zone = timezone or local_timezone()
    return api.post("/tasks/parse", ReadText, body | ({"timezone": zone} if zone else {}))


def _open(parsed: ReadText) -> str:
    """What has to be said before anything is created."""
    first, *others = questions(parsed)
    proposed = did_you_mean(parsed.suggestion, parsed.timezone) if parsed.suggestion else []
    note = [one_line(parsed.suggestion_note, 500)] if parsed.suggestion_note else []
    return "\n".join([f"Nothing was created. {first}", *others, *proposed, *note])


def _follow(api: ApiClient, created: BatchView, as_json: bool) -> int:
    tasks = watch(api, created.task_ids, quiet=as_json)
    if as_json:
        print_json(tasks)
    return exit_code_of(tasks)
