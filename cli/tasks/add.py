"""`clawdbot tasks add`: submit one task, or the same task for several tickers."""

import shlex
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import typer

from cli.api_client import ApiClient
from cli.connection import find_connection
from cli.errors import CliError
from cli.moments import moment
from cli.options import ApiUrl, AsJson, Follow, OfWorkspace, TypeName, ticker_names
from cli.options import priority as read_priority
from cli.output import count, print_json, say
from cli.tasks.params import merge_words, read_params
from cli.tasks.reasons import why_they_wait
from cli.tasks.types import schema_of
from cli.tasks.watching import exit_code_of, watch
from cli.text import safe
from contracts.tasks.priority import NORMAL
from contracts.tasks.views import BatchView, CreatedView
from contracts.tasks.work import MOST_ATTEMPTS

_At = Annotated[
    datetime | None, typer.Option(parser=moment, metavar="TIME", help="Start no earlier, e.g. 2030-01-31T07:00Z.")
]
_StartBefore = Annotated[
    datetime | None, typer.Option(parser=moment, metavar="TIME", help="Give up if no worker has begun by then.")
]
_Then = Annotated[
    list[str] | None,
    typer.Option(
        metavar="'TYPE key=value…'", help="A task to do once this one has succeeded; several go one after the other."
    ),
]


def add(
    type_: TypeName,
    words: Annotated[
        list[str] | None, typer.Argument(metavar="key=value…", help="Params; lists with commas, or any JSON.")
    ] = None,
    ticker: Annotated[
        list[str] | None, typer.Option(help="A stock ticker. Several make one task each, all or none.")
    ] = None,
    params: Annotated[
        str | None, typer.Option(metavar="JSON|@FILE|-", help="All params at once; key=value goes on top.")
    ] = None,
    priority: Annotated[
        int | None,
        typer.Option(parser=read_priority, metavar="WORD|0-100", help="critical, high, normal, low or a number."),
    ] = None,
    tag: Annotated[list[str] | None, typer.Option(help="May be given several times.")] = None,
    note: Annotated[str | None, typer.Option(help="First note of the task.")] = None,
    at: _At = None,
    start_before: _StartBefore = None,
    then: _Then = None,
    needs_approval: Annotated[
        bool, typer.Option("--needs-approval", help="Wait until somebody says `clawdbot tasks approve`.")
    ] = False,
    needs_review: Annotated[
        bool, typer.Option("--needs-review", help="Somebody looks at the result: clawdbot plans reviews.")
    ] = False,
    max_attempts: Annotated[
        int | None, typer.Option(min=1, max=MOST_ATTEMPTS, help="Instead of the type's own.")
    ] = None,
    timeout: Annotated[float | None, typer.Option(min=1, help="Seconds that one attempt may take.")] = None,
    workspace: OfWorkspace = None,
    idempotency_key: Annotated[
        str | None, typer.Option(help="The same command again with the same key does nothing twice.")
    ] = None,
    wait: Follow = False,
    api_url: ApiUrl = None,
    as_json: AsJson = False,
) -> None:
    """Submit a task, or one each for several tickers.

    Example: clawdbot tasks add reddit_crawl ticker=NVDA limit=300 --watch

    Example: clawdbot tasks add sec_filing_crawl --ticker NVDA --ticker AAPL --priority high
    """
    given = read_params(params) if params else {}
    options = {
        "priority": NORMAL if priority is None else priority,
        "tags": tag or [],
        "notes": note,
        "run_at": at.isoformat() if at else None,
        "start_deadline": start_before.isoformat() if start_before else None,
        "retry": {"max_attempts": max_attempts} if max_attempts else None,
        "timeouts": {"attempt_seconds": timeout} if timeout else None,
    }
    with ApiClient(find_connection(api_url)) as api:
        if words:
            given = merge_words(given, words, schema_of(api, type_))
        task = {"task_type": type_, "params": given, **options}
        if workspace:
            task["workspace"] = workspace
        if needs_approval:
            task["needs_approval"] = True
        if needs_review:
            task["needs_review"] = True
        if then:
            task["follow_ups"] = _chain(api, then)
        created = _submit(api, task, ticker_names(ticker), idempotency_key)
        if wait:
            raise typer.Exit(_follow(api, created, as_json))
        if as_json:
            print_json(created)
        else:
            _tell(api, created)


def _chain(api: ApiClient, then: Sequence[str]) -> list[dict[str, Any]]:
    """The follow-ups that are named by ``--then``, each after the one before."""
    chain: list[dict[str, Any]] = []
    for each in reversed(then):
        type_, words = _split(each)
        follow_up = {"task_type": type_, "params": merge_words({}, words, schema_of(api, type_)), "follow_ups": chain}
        chain = [follow_up]
    return chain


def _split(text: str) -> tuple[str, list[str]]:
    """(type, words).

    Raises:
        CliError: nothing was said, or a quote is not closed.
    """
    try:
        type_, *words = shlex.split(text)
    except ValueError:
        raise CliError(f"--then '{safe(text)}' is not understood. Write --then 'ai_sentiment source=reddit'.") from None
    return type_, words


def _submit(
    api: ApiClient, task: dict[str, Any], tickers: Sequence[str], idempotency_key: str | None
) -> CreatedView | BatchView:
    if len(tickers) > 1:
        body = {"template": task, "tickers": tickers}
        return api.post("/tasks/batch", BatchView, body, idempotency_key=idempotency_key)
    if tickers:
        task = {**task, "params": {**task["params"], "ticker": tickers[0]}}
    return api.post("/tasks", CreatedView, task, idempotency_key=idempotency_key)


def _follow(api: ApiClient, created: CreatedView | BatchView, as_json: bool) -> int:
    ids = created.task_ids if isinstance(created, BatchView) else [created.id]
    tasks = watch(api, ids, quiet=as_json)
    if as_json:
        print_json(tasks if isinstance(created, BatchView) else tasks[0])
    return exit_code_of(tasks)


def _tell(api: ApiClient, created: CreatedView | BatchView) -> None:
    if isinstance(created, CreatedView):
        say(f"{created.id}  {created.status.words}")
        _say_why(api, [created.id])
        say(f"Follow it with: clawdbot tasks watch {str(created.id)[:8]}")
        return
    for id_ in created.task_ids:
        say(str(id_))
    _say_why(api, created.task_ids)
    ids = " ".join(str(id_)[:8] for id_ in created.task_ids[:10])
    say(f"{count(created.created, 'task')} submitted. Follow with: clawdbot tasks watch {ids}")


def _say_why(api: ApiClient, ids: Sequence[UUID]) -> None:
    for sentence in why_they_wait(api, ids):
        say(sentence)
