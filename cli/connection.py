"""Which ClawdBot is meant, and what opens it: the command line, the environment, a sign-in, or a local stack."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from platformdirs import user_data_dir

from cli.errors import CliError, Unreachable
from cli.sign_in.profiles import Profile, load
from cli.sign_in.stacks import running
from contracts.client_settings import ClientSettings


@dataclass(frozen=True)
class Connection:
    """An API and a key for it."""

    api_url: str
    api_key: str = field(repr=False)
    #: Where the key came from, for the sentence that says it was refused.
    key_source: str = "the caller"
    #: Of a session, where a person signed in instead of bringing a key.
    cookie: str = field(default="", repr=False)


def find_connection(api_url: str | None = None) -> Connection:
    """Choose the API that a person means.

    What was said for this command or this terminal counts most (``--api-url``, CLAWDBOT_API_URL and CLAWDBOT_API_KEY,
    CLAWDBOT_PROFILE, CLAWDBOT_DATA_DIR), then where the person signed in last, then the stack of this machine.

    Args:
        api_url: what was given with ``--api-url``.

    Raises:
        CliError: there is none, its key is missing, or an address is not one.
    """
    settings = ClientSettings()
    url = checked_url(api_url or settings.api_url)
    key = settings.api_key.get_secret_value() if settings.api_key else ""
    if url and key:
        return Connection(url, key, "CLAWDBOT_API_KEY")
    found = _at(url, settings) if url else _usual(settings)
    if found is None and url:
        raise CliError(f"A key for {url} is needed. Sign in with `clawdbot login {url}`, or set CLAWDBOT_API_KEY.")
    if found is None:
        if others := sorted(load().profiles):
            raise Unreachable(
                f"No ClawdBot runs here. You are signed in at {', '.join(others)}: `clawdbot profiles use {others[0]}`."
            )
        raise Unreachable(
            "No ClawdBot is known here. Start one with `clawdbot up`, sign in to one elsewhere with "
            "`clawdbot login ADDRESS`, or set CLAWDBOT_API_URL and CLAWDBOT_API_KEY."
        )
    return Connection(found.api_url, key, "CLAWDBOT_API_KEY") if key else found


def connection_of(profile: Profile) -> Connection:
    """To the ClawdBot of this profile."""
    return Connection(profile.api_url, "", "your sign-in", cookie=profile.cookie.get_secret_value())


def _at(url: str, settings: ClientSettings) -> Connection | None:
    """What opens the API there. A key or a sign-in is for one address: it is never sent anywhere else."""
    if profile := load().at(url):
        return connection_of(profile)
    local = _this_machine(settings)
    return local if local and local.api_url == url else None


def _usual(settings: ClientSettings) -> Connection | None:
    given = _in_directory(settings.data_dir) if settings.data_dir and not settings.profile else None
    if given is not None:
        return given
    profile = load().chosen(settings.profile)
    return connection_of(profile) if profile else _this_machine(settings)


def _this_machine(settings: ClientSettings) -> Connection | None:
    """The stack in the data directory; where that is not up but one in another directory is, that one.

    Raises:
        CliError: several others are up.
    """
    usual = (settings.data_dir or Path(user_data_dir("clawdbot"))).expanduser().absolute()
    up = running()
    if not settings.data_dir and up and usual not in up:
        if len(up) > 1:
            ways = "".join(f"\n  export CLAWDBOT_DATA_DIR={each}" for each in up)
            raise CliError(f"Several ClawdBots run on this machine. Say which one is meant:{ways}")
        return _in_directory(up[0])
    return _in_directory(usual)


def checked_url(url: str | None) -> str:
    """The address without what a browser shows behind its path; empty for none. Raises CliError when it is none."""
    if not url:
        return ""
    try:
        parts = urlsplit(url.strip())
        is_one = bool(parts.scheme in ("http", "https") and parts.hostname and parts.port != 0)
    except ValueError:
        is_one = False
    if not is_one:
        brackets = " An IPv6 address stands in brackets, as in http://[::1]:8000." if url.count(":") > 2 else ""
        raise CliError(f"'{url}' is not an address. Give it like https://clawdbot.example.com.{brackets}")
    if "@" in parts.netloc:
        raise CliError(f"'{parts.netloc.rpartition('@')[2]}' is an address; who signs in there is said with --user.")
    return f"{parts.scheme}://{parts.netloc}{parts.path}".rstrip("/")


def _in_directory(data_dir: Path) -> Connection | None:
    file = data_dir.expanduser() / "cli.json"
    try:
        written = json.loads(file.read_text())
        return Connection(checked_url(str(written["api_url"])), str(written["api_key"]), "the local stack")
    except FileNotFoundError:
        return None
    except OSError as error:
        raise CliError(f"{file} cannot be read ({error.strerror}).") from None
    except (ValueError, KeyError, TypeError):
        raise CliError(f"{file} is damaged. Stop the local stack, delete the file and run `clawdbot up`.") from None
