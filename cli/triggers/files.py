"""`clawdbot triggers apply` and `export`: triggers as a file."""

from pathlib import Path
from typing import Annotated

import typer

from cli.api_client import ApiClient
from cli.connection import find_connection
from cli.files import text_of
from cli.named_files import Prune, apply_file, nothing_changed, own_workspace, print_file
from cli.options import ApiUrl, AsJson, ItsWorkspace, Yes, belonging
from cli.output import say
from contracts.named_files import BadFile
from contracts.triggers.files import AppliedTriggersView, read_file, said_of
from contracts.triggers.views import TriggersView


def apply(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Triggers in YAML; - for stdin.")],
    workspace: ItsWorkspace = None,
    prune: Prune = False,
    yes: Yes = False,
    api_url: ApiUrl = None,
    as_json: AsJson = False,
) -> None:
    """Have the triggers of one workspace be as a file says, once you have seen what that changes.

    Secrets of new hooks are shown once.

    Example: clawdbot triggers apply examples/triggers/all.yaml
    """
    text = text_of(file)
    try:
        said = {name: said_of(each) for name, each in read_file(text).triggers.items()}
    except BadFile as error:
        raise nothing_changed(error) from None
    body = {"triggers": said, "prune": prune, **belonging(workspace)}
    with ApiClient(find_connection(api_url)) as api:
        done = apply_file(api, "/triggers/apply", AppliedTriggersView, text, body, yes=yes, as_json=as_json)
        for each in [] if as_json else done.hooks:
            say(f"{each.name}\n  hook: {api.api_url}{each.path}\n  secret: {each.secret} (shown this once)")


def export(workspace: ItsWorkspace = None, api_url: ApiUrl = None) -> None:
    """Print the triggers of one workspace as a file that `apply` takes; secrets are not in it.

    Example: clawdbot triggers export
    """
    with ApiClient(find_connection(api_url)) as api:
        found = api.get("/triggers", TriggersView, workspace=workspace or own_workspace(api))
    print_file("triggers", {each.name: said_of(each.definition) for each in found.triggers}, found.unreadable)
