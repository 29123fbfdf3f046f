"""`clawdbot agent status`, `pause`, `resume` and `run`."""

from typing import Annotated

import typer

from cli.agent.page import show_agent
from cli.api_client import ApiClient
from cli.connection import find_connection
from cli.options import ApiUrl, AsJson
from contracts.agent.views import AgentView


def status(api_url: ApiUrl = None, as_json: AsJson = False) -> None:
    """Show how the agent does: paused or running, its rounds, its budget.

    Example: clawdbot agent status
    """
    with ApiClient(find_connection(api_url)) as api:
        show_agent(api.get("/agent", AgentView), as_json)


def pause(
    reason: Annotated[str, typer.Option(help="Why; everybody who looks at the agent reads this.")],
    api_url: ApiUrl = None,
    as_json: AsJson = False,
) -> None:
    """Have it create nothing more. What is under way goes on.

    Example: clawdbot agent pause --reason 'earnings week, we do it by hand'
    """
    _tell("pause", {"reason": reason}, api_url, as_json)


def resume(api_url: ApiUrl = None, as_json: AsJson = False) -> None:
    """Switch it on, or end its pause.

    Example: clawdbot agent resume
    """
    _tell("resume", None, api_url, as_json)


def run(api_url: ApiUrl = None, as_json: AsJson = False) -> None:
    """Have the next round now, within the same budget.

    Example: clawdbot agent run
    """
    _tell("run", None, api_url, as_json)


def _tell(verb: str, body: dict[str, str] | None, api_url: str | None, as_json: bool) -> None:
    with ApiClient(find_connection(api_url)) as api:
        show_agent(api.post(f"/agent/{verb}", AgentView, body), as_json)
