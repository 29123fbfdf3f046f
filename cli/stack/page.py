"""`clawdbot open`: the dashboard in a browser."""

import json
import webbrowser
from pathlib import Path

from cli.connection import find_connection
from cli.options import ApiUrl
from cli.output import say
from cli.stack.up import DataDir


def open_page(data_dir: DataDir, api_url: ApiUrl = None) -> None:
    """Open the dashboard in a browser, and say how to sign in.

    Example: clawdbot open
    """
    address = f"{find_connection(api_url).api_url}/"
    say(f"The dashboard is at {address}")
    secrets = data_dir.expanduser() / "secrets.json"
    if _is_of_this_machine(data_dir, address):
        say(f"Sign in as admin; the first password is `admin_password` in {secrets}.")
    if not webbrowser.open(address):
        say("No browser could be started here: open the address yourself.")


def _is_of_this_machine(data_dir: Path, address: str) -> bool:
    """Whether this is the stack in that data directory."""
    try:
        kept = json.loads((data_dir.expanduser() / "cli.json").read_text())
    except (OSError, ValueError):
        return False
    return isinstance(kept, dict) and f"{kept.get('api_url')}/" == address
