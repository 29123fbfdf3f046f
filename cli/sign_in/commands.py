"""`clawdbot login`, `logout` and `profiles`: which ClawdBot commands talk to, and as whom."""

import socket
import sys
from typing import Annotated
from urllib.parse import urlsplit

import typer

from cli.api_client import ApiClient
from cli.connection import Connection, checked_url, connection_of, find_connection
from cli.errors import CliError
from cli.listing import listing
from cli.options import AsJson
from cli.output import complain, print_json, say, screen
from cli.sign_in.finding import found_at
from cli.sign_in.profiles import Profile, load, save
from cli.text import one_line
from cli.unreachable import LOOPBACK
from runtime.version import installed_version

app = typer.Typer(
    help="The ClawdBots you are signed in to; commands use the current one.\n\nExample: clawdbot profiles list",
    no_args_is_help=True,
)

ProfileName = Annotated[str | None, typer.Option("--profile", help="What to call it here. Default: its address.")]


def login(
    address: Annotated[str | None, typer.Argument(help="Default: the one that commands use now.")] = None,
    user: Annotated[str | None, typer.Option("--user", help="Your name there. Asked for if not given.")] = None,
    password_stdin: Annotated[bool, typer.Option("--password-stdin", help="Read the password from stdin.")] = False,
    profile: ProfileName = None,
) -> None:
    """Sign in with name and password; commands use that ClawdBot until `clawdbot logout` or another login.

    Example: clawdbot login https://clawdbot.example.com
    """
    # Before anybody types a password for it.
    url = found_at(_with_scheme(address) if address else find_connection().api_url)
    if urlsplit(url).scheme == "http" and urlsplit(url).hostname not in LOOPBACK:
        complain(f"{url} is plain HTTP: whoever is between here and there can read the password.")
    # Nobody else's cookie goes along.
    with ApiClient(Connection(url, "", "the caller")) as api:
        name = user or _asked("User")
        password = sys.stdin.readline().rstrip("\n") if password_stdin else _asked("Password", hidden=True)
        signed_in, cookie = api.sign_in({"username": name, "password": password}, _device())
    kept = load()
    label = profile or url.partition("://")[2]
    kept.profiles[label] = Profile.model_validate({"api_url": url, "user": signed_in.user, "cookie": cookie})
    kept.current = label
    save(kept)
    say(f"Signed in at {url} as {one_line(signed_in.user)}, {one_line(signed_in.role)}. Commands use it from now on.")


def logout(profile: Annotated[str | None, typer.Argument(help="Default: the current one.")] = None) -> None:
    """Sign out: the session ends there, and is forgotten here.

    Example: clawdbot logout
    """
    kept = load()
    label = profile or kept.current
    chosen = kept.chosen(profile)
    if chosen is None or label is None:
        raise CliError("You are signed in nowhere. `clawdbot login` signs in.")
    del kept.profiles[label]
    kept.current = None if kept.current == label else kept.current
    save(kept)
    try:
        with ApiClient(connection_of(chosen)) as api:
            api.delete("/session")
    except CliError as error:
        say(f"Forgotten here. There it ends by itself, because it could not be ended now: {error}")
        return
    say(f"Signed out of {chosen.api_url}.")


@app.command("list")
def list_profiles(as_json: AsJson = False) -> None:
    """List where you are signed in.

    Example: clawdbot profiles list
    """
    kept = load()
    shown = [
        {"name": name, "api_url": each.api_url, "user": each.user, "current": name == kept.current}
        for name, each in sorted(kept.profiles.items())
    ]
    if as_json:
        print_json({"profiles": shown})
        return
    if not shown:
        say(
            "You are signed in nowhere. `clawdbot login ADDRESS` signs in; a ClawdBot on this machine is found without."
        )
        return
    table = listing("", "NAME", "ADDRESS", "USER")
    for each in shown:
        table.add_row(
            "*" if each["current"] else "", *(one_line(str(each[key])) for key in ("name", "api_url", "user"))
        )
    screen().print(table)


@app.command()
def use(name: Annotated[str, typer.Argument(help="`clawdbot profiles list` shows them.")]) -> None:
    """Choose which of them commands use. CLAWDBOT_PROFILE chooses for one terminal.

    Example: clawdbot profiles use clawdbot.example.com
    """
    kept = load()
    chosen = kept.chosen(name)
    kept.current = name
    save(kept)
    say(f"Commands use {chosen.api_url if chosen else name} from now on.")


def _with_scheme(address: str) -> str:
    """People leave it out: encrypted, unless it is this machine."""
    if "://" not in address:
        here = urlsplit(checked_url(f"https://{address}")).hostname in LOOPBACK
        address = f"{'http' if here else 'https'}://{address}"
    return checked_url(address)


def _asked(what: str, *, hidden: bool = False) -> str:
    if not sys.stdin.isatty():
        raise CliError("There is nobody to ask here: give --user and --password-stdin, or set CLAWDBOT_API_KEY.")
    return str(typer.prompt(what, hide_input=hidden))


def _device() -> str:
    """How the session is called in the list of sessions."""
    return f"clawdbot {installed_version() or ''} on {socket.gethostname()}"
