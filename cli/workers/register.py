"""`clawdbot workers register`: a worker and its key, without a join code."""

import shlex
from typing import Annotated, Any
from urllib.parse import urlsplit

import typer
from rich.text import Text

from cli.api_client import ApiClient
from cli.connection import find_connection
from cli.options import ApiUrl, AsJson, Capabilities, KeyExpires, Workspaces, capability_names, serving, workspace_names
from cli.output import complain, print_json, say
from cli.text import one_line, safe
from contracts.people.views import JoinedView


def register(
    name: str,
    capabilities: Capabilities,
    concurrency: Annotated[int, typer.Option(min=1, max=1_000, help="Tasks at once.")] = 2,
    workspaces: Workspaces = None,
    key_expires: KeyExpires = None,
    api_url: ApiUrl = None,
    as_json: AsJson = False,
) -> None:
    """Register a worker. Its key is shown this once.

    Example: clawdbot workers register mac-mini --capabilities reddit_crawl,echo --key-expires 90d
    """
    body: dict[str, Any] = {
        "name": name,
        "capabilities": capability_names(capabilities),
        "max_concurrency": concurrency,
    }
    if workspaces is not None:
        body["serves"] = workspace_names(workspaces)
    if key_expires is not None:
        body["key_expires_in"] = key_expires
    with ApiClient(find_connection(api_url)) as api:
        made = api.post("/workers/register", JoinedView, body)
        url = api.api_url
    if as_json:
        print_json(made)
    else:
        _tell(made, url, concurrency)


def _tell(made: JoinedView, url: str, concurrency: int) -> None:
    served = "" if made.serves is None else f" and serves {serving(made.serves)}"
    say(f"Worker '{one_line(made.name)}' is registered{served}. Its key is shown this once:\n")
    say(Text(f"  {safe(made.api_key)}\n", style="bold"))
    say("On the machine that shall work, with clawdbot installed there (the 'worker' extra):\n")
    say(f"  export CLAWDBOT_API_URL={_quoted(url)} CLAWDBOT_API_KEY={_quoted(made.api_key)}")
    say(f"  clawdbot start --capabilities {_quoted(','.join(made.capabilities))} --concurrency {concurrency}")
    if urlsplit(url).hostname in ("127.0.0.1", "localhost", "::1"):
        complain(f"\n{url} is this machine only. On another one, use an address at which it reaches this API.")


def _quoted(text: str) -> str:
    return shlex.quote(safe(text))
