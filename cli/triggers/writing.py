"""`clawdbot triggers add` and `change`."""

from typing import Annotated, Any

import typer

from cli.api_client import ApiClient
from cli.connection import find_connection
from cli.options import ApiUrl, AsJson, ItsWorkspace, belonging
from cli.output import print_json, say
from cli.text import one_line
from cli.triggers.options import Definition, TriggerName, path_of, read_definition
from contracts.triggers.views import TriggerMadeView

_NewName = Annotated[str, typer.Argument(metavar="NAME", help="Lower case, such as on-8k; signs what it creates.")]


def add(
    name: _NewName,
    file: Definition,
    paused: Annotated[bool, typer.Option("--paused", help="Not before somebody resumes it.")] = False,
    secret: Annotated[
        str | None, typer.Option(envvar="CLAWDBOT_HOOK_SECRET", help="Chosen by the sender, as Stripe does.")
    ] = None,
    workspace: ItsWorkspace = None,
    api_url: ApiUrl = None,
    as_json: AsJson = False,
) -> None:
    """Create a trigger. The secret of a hook is shown this once.

    Example: clawdbot triggers add on-8k examples/triggers/on-8k.yaml
    """
    body: dict[str, Any] = {**read_definition(file), "name": name, "paused": paused, **belonging(workspace)}
    if secret:
        body["secret"] = secret
    with ApiClient(find_connection(api_url)) as api:
        _tell(api, api.post("/triggers", TriggerMadeView, body), as_json)


def change(
    name: TriggerName, file: Definition, workspace: ItsWorkspace = None, api_url: ApiUrl = None, as_json: AsJson = False
) -> None:
    """Write a trigger anew from a file; a hook keeps its address and its secret.

    Example: clawdbot triggers change on-8k on-8k.yaml
    """
    body = read_definition(file)
    with ApiClient(find_connection(api_url)) as api:
        _tell(api, api.put(path_of(name, workspace), TriggerMadeView, body), as_json)


def _tell(api: ApiClient, made: TriggerMadeView, as_json: bool) -> None:
    if as_json:
        print_json(made)
        return
    say(f"{made.name}: {one_line(made.when, 500)}, {one_line(made.does)}")
    if made.path:
        say(f"  hook: {api.api_url}{made.path}")
    if made.secret:
        say(f"  secret: {made.secret} (shown this once)")
