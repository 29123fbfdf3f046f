"""`clawdbot schedules apply` and `export`: schedules as a file."""

from pathlib import Path
from typing import Annotated

import typer

from cli.api_client import ApiClient
from cli.connection import find_connection
from cli.files import text_of
from cli.named_files import Prune, apply_file, nothing_changed, own_workspace, print_file
from cli.options import ApiUrl, AsJson, ItsWorkspace, Yes, belonging
from contracts.named_files import AppliedView, BadFile
from contracts.schedules.files import read_file, said_of
from contracts.schedules.views import SchedulesView


def apply(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Schedules in YAML; - for stdin.")],
    workspace: ItsWorkspace = None,
    prune: Prune = False,
    yes: Yes = False,
    api_url: ApiUrl = None,
    as_json: AsJson = False,
) -> None:
    """Have the schedules of one workspace be as a file says, once you have seen what that changes.

    Example: clawdbot schedules apply examples/schedules.yaml
    """
    text = text_of(file)
    try:
        said = {name: said_of(each) for name, each in read_file(text).schedules.items()}
    except BadFile as error:
        raise nothing_changed(error) from None
    body = {"schedules": said, "prune": prune, **belonging(workspace)}
    with ApiClient(find_connection(api_url)) as api:
        apply_file(api, "/schedules/apply", AppliedView, text, body, yes=yes, as_json=as_json)


def export(workspace: ItsWorkspace = None, api_url: ApiUrl = None) -> None:
    """Print the schedules of one workspace as a file that `apply` takes.

    Example: clawdbot schedules export
    """
    with ApiClient(find_connection(api_url)) as api:
        found = api.get("/schedules", SchedulesView, workspace=workspace or own_workspace(api))
    print_file("schedules", {each.name: said_of(each.definition) for each in found.schedules}, found.unreadable)
