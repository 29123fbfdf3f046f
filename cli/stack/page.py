"""`clawdbot open`: the dashboard in a browser, signed in."""

import json
import os
import webbrowser
from html import escape
from pathlib import Path

from cli.api_client import ApiClient
from cli.connection import Connection, find_connection
from cli.errors import CliError
from cli.options import ApiUrl
from cli.output import say
from cli.stack.up import DataDir
from contracts.people.sessions import SignInCodeView

#: Its address carries the code behind a #, which no browser sends to a server or names to the next page.
_WAY = """<!doctype html>
<meta charset="utf-8">
<meta name="referrer" content="no-referrer">
<meta http-equiv="refresh" content="0; url={address}#code={code}">
<title>ClawdBot</title>
"""


def open_page(data_dir: DataDir, api_url: ApiUrl = None) -> None:
    """Open the dashboard in a browser: signed in, if the key here is an admin's.

    Example: clawdbot open
    """
    connection = find_connection(api_url)
    address = f"{connection.api_url}/"
    say(f"The dashboard is at {address}")
    folder = data_dir.expanduser()
    if _is_of_this_machine(folder, address):
        say(f"Sign in as admin; the first password is `admin_password` in {folder / 'secrets.json'}.")
    way = _way_in(connection, address, folder)
    if not webbrowser.open(way):
        say("No browser could be started here: open the address yourself.")


def _way_in(connection: Connection, address: str, folder: Path) -> str:
    """What the browser is to open: a file that leads to the page with a code, or the page alone.

    What a program is started with can be read by everybody on a machine, so the code stands in a file that only its
    owner can read.
    """
    try:
        with ApiClient(connection) as api:
            code = api.post("/session/codes", SignInCodeView).code
        file = folder / "open.html"
        folder.mkdir(parents=True, exist_ok=True)
        file.unlink(missing_ok=True)
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            out.write(_WAY.format(address=escape(address), code=escape(code)))
    except (CliError, OSError):
        # The key is not an admin's, or the file cannot be written: signing in by hand works.
        return address
    return file.as_uri()


def _is_of_this_machine(folder: Path, address: str) -> bool:
    """Whether this is the stack in that data directory."""
    try:
        kept = json.loads((folder / "cli.json").read_text())
    except (OSError, ValueError):
        return False
    return isinstance(kept, dict) and f"{kept.get('api_url')}/" == address
