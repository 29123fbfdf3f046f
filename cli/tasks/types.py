"""`clawdbot types`: which kinds of tasks there are and what each one takes."""

import json
from collections.abc import Sequence
from typing import Any

import typer
from rich.text import Text

from cli.api_client import ApiClient, TaskTypesAnswer
from cli.connection import find_connection
from cli.errors import NotFound
from cli.listing import listing
from cli.options import ApiUrl, AsJson, TypeName
from cli.output import print_json, say, say_all, screen
from cli.tasks.new_type import new_type
from cli.tasks.params import describe_field
from cli.text import one_line, safe, span
from contracts.task_packs import TaskPack
from contracts.task_types import unknown_type
from contracts.tasks.views import TaskTypeView

app = typer.Typer(invoke_without_command=True)


@app.callback()
def types(context: typer.Context, api_url: ApiUrl = None, as_json: AsJson = False) -> None:
    """What kinds of tasks there are. `types show NAME` tells what one takes.

    Example: clawdbot types
    """
    if not context.invoked_subcommand:
        list_types(api_url, as_json)


@app.command("list")
def list_types(api_url: ApiUrl = None, as_json: AsJson = False) -> None:
    """Show every task type.

    Example: clawdbot types list
    """
    with ApiClient(find_connection(api_url)) as api:
        answer = api.get("/task-types", TaskTypesAnswer)
    if as_json:
        print_json(answer)
    else:
        _show_all(answer.task_types)


@app.command()
def show(
    name: TypeName,
    api_url: ApiUrl = None,
    as_json: AsJson = False,
) -> None:
    """Show the params of one type, with its retry policy and timeouts.

    Example: clawdbot types show reddit_crawl
    """
    with ApiClient(find_connection(api_url)) as api:
        found = find_type(api, name)
    if as_json:
        print_json(found)
    else:
        _show_one(found)


@app.command()
def packs(as_json: AsJson = False) -> None:
    """Show the task packs installed on this machine, and what is wrong with those that are left out.

    Example: clawdbot types packs
    """
    from contracts.task_types import PACKS  # loads the packs: only here, not whenever the command line is read

    if as_json:
        print_json([_as_json(each) for each in PACKS])
    elif not PACKS:
        say("No task packs here. `clawdbot types new NAME` begins one.")
    else:
        _show_packs(PACKS)


app.command("new")(new_type)


def _as_json(pack: TaskPack) -> dict[str, str]:
    names = ", ".join(row.name for row in pack.types)
    return {"pack": pack.name, "version": pack.version, "task_types": names, "problem": pack.problem}


def _show_packs(found: Sequence[TaskPack]) -> None:
    table = listing("PACK", "VERSION", "TYPES", wraps=("TYPES",))
    for each in found:
        types = Text("left out", style="red") if each.problem else one_line(", ".join(row.name for row in each.types))
        table.add_row(one_line(each.name), one_line(each.version), types)
    screen().print(table)
    for each in found:
        if each.problem:
            say(Text(f"\n{one_line(each.problem, 1_000)}", style="red"))


def find_type(api: ApiClient, name: str) -> TaskTypeView:
    """Raises NotFound with the names there are."""
    known = {each.name: each for each in api.get("/task-types", TaskTypesAnswer).task_types}
    if name not in known:
        raise NotFound(unknown_type(safe(name), known))
    return known[name]


def schema_of(api: ApiClient, name: str) -> dict[str, Any]:
    """How the params of a type look; nothing for an unknown type, which the API refuses at submission."""
    types = api.get("/task-types", TaskTypesAnswer).task_types
    return next((each.params_schema for each in types if each.name == name), {})


def _show_all(found: list[TaskTypeView]) -> None:
    table = listing("TYPE", ">WORKERS", "WHAT IT DOES", wraps=("WHAT IT DOES",))
    for each in found:
        table.add_row(one_line(each.name), _workers(each), one_line(each.summary.replace("``", "")))
    screen().print(table)
    say_all(len(found), "type")
    say(Text("`clawdbot types show NAME` tells what a type takes.", style="dim"))


def _workers(found: TaskTypeView) -> Text:
    if not found.implemented:
        return Text("not yet", style="dim")
    return Text(str(found.workers_online), style="green" if found.workers_online else "yellow")


def _show_one(found: TaskTypeView) -> None:
    say(Text(one_line(found.name), style="bold").append(f": {one_line(found.summary)}", style="not bold"))
    if not found.implemented:
        say(Text("Accepted, but no worker of this version can do it yet.", style="yellow"))
    if found.pack:
        say(Text(f"From the task pack {one_line(found.pack)}.", style="dim"))
    say("")
    table = listing("PARAM", "TAKES", "DEFAULT", "", wraps=("TAKES", "DEFAULT", ""))
    required = found.params_schema.get("required", [])
    for name, field in found.params_schema.get("properties", {}).items():
        default = Text("required", style="bold") if name in required else Text(_default(field))
        takes = one_line(describe_field(field, found.params_schema))
        table.add_row(one_line(name), takes, default, one_line(field.get("description", "")))
    screen().print(table)
    retry, timeouts = found.retry, found.timeouts
    waits = f"waits from {span(retry.initial_seconds)} to {span(retry.max_seconds)} in between"
    silence = f"{span(timeouts.heartbeat_seconds)} without a sign of life"
    say(f"\nWorkers online  {found.workers_online} (capability {one_line(found.capability)})")
    say(f"Attempts        {retry.max_attempts}, {waits}")
    say(f"Timeouts        {span(timeouts.attempt_seconds)} per attempt, {silence}")


def _default(field: dict[str, Any]) -> str:
    """As it would be typed."""
    value = field.get("default")
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        value = ",".join(value)
    return "optional" if value is None else one_line(value if isinstance(value, str) else json.dumps(value))
