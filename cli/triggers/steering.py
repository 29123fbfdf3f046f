"""`clawdbot triggers pause`, `resume`, `rotate` and `remove`."""

from typing import Annotated, Any

import typer

from cli.acting import act_on, tell
from cli.api_client import ApiClient
from cli.connection import find_connection
from cli.options import ApiUrl, AsJson, ItsWorkspace, as_named
from cli.output import print_json, say, say_done
from cli.text import clock, one_line
from cli.triggers.options import TriggerName, path_of
from contracts.triggers.views import SecretView, TriggerDetailView

_Reason = Annotated[str, typer.Option(help="Everybody reads it.")]


def pause(
    name: TriggerName,
    reason: _Reason = "",
    workspace: ItsWorkspace = None,
    api_url: ApiUrl = None,
    as_json: AsJson = False,
) -> None:
    """Pause a trigger: deliveries to its hook are refused, events pass.

    Example: clawdbot triggers pause on-8k --reason 'too many of them'
    """
    done = act_on(lambda _: path_of(name, workspace, "/pause"), TriggerDetailView, {"reason": reason}, api_url)
    resume = f"`clawdbot triggers resume {as_named(done.name, done.workspace)}`"
    tell(done, f"{done.name} is paused. {resume} lets it go on.", as_json)


def resume(name: TriggerName, workspace: ItsWorkspace = None, api_url: ApiUrl = None, as_json: AsJson = False) -> None:
    """Let a trigger go on; what passed meanwhile is not made up for.

    Example: clawdbot triggers resume on-8k
    """
    done = act_on(lambda _: path_of(name, workspace, "/resume"), TriggerDetailView, None, api_url)
    tell(done, f"{done.name} goes on.", as_json)


def rotate(
    name: TriggerName,
    keep_old: Annotated[str, typer.Option(metavar="TIME", help="How long the old one is good, too: 1h, 2d.")] = "0s",
    secret: Annotated[
        str | None, typer.Option(envvar="CLAWDBOT_HOOK_SECRET", help="Chosen by the sender, as Stripe does.")
    ] = None,
    workspace: ItsWorkspace = None,
    api_url: ApiUrl = None,
    as_json: AsJson = False,
) -> None:
    """Replace the secret of a hook. The new one is shown this once.

    Example: clawdbot triggers rotate on-push --keep-old 1h
    """
    body: dict[str, Any] = {"keep_old": keep_old} | ({"secret": secret} if secret else {})
    with ApiClient(find_connection(api_url)) as api:
        made = api.post(path_of(name, workspace, "/rotate"), SecretView, body)
    if as_json:
        print_json(made)
        return
    say(f"secret: {made.secret} (shown this once)")
    if made.old_until:
        say(f"The old one is good until {clock(made.old_until)}, too.")


def delete(name: TriggerName, workspace: ItsWorkspace = None, api_url: ApiUrl = None, as_json: AsJson = False) -> None:
    """Delete a trigger; what it made stays.

    Example: clawdbot triggers delete on-8k
    """
    with ApiClient(find_connection(api_url)) as api:
        api.delete(path_of(name, workspace))
    say_done(f"{one_line(name)} is deleted.", as_json)
