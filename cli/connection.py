"""Where the API is and which key opens it: from the command line, the environment, or the local stack."""

import json
from dataclasses import dataclass, field
from pathlib import Path

from platformdirs import user_data_dir

from cli.errors import CliError, Unreachable
from contracts.settings import ClientSettings


@dataclass(frozen=True)
class Connection:
    """An API and a key for it."""

    api_url: str
    api_key: str = field(repr=False)
    #: Where the key came from, for the sentence that says it was refused.
    key_source: str = "the caller"


def find_connection(api_url: str | None = None) -> Connection:
    """Choose the API that a person means.

    Args:
        api_url: what was given with ``--api-url``.

    Raises:
        CliError: there is none, its key is missing, or an address is not one.
    """
    settings = ClientSettings()
    url = checked_url(api_url or settings.api_url)
    key = settings.api_key.get_secret_value() if settings.api_key else ""
    local = None if url and key else _local_stack(settings.data_dir or Path(user_data_dir("clawdbot")))
    url = url or (local.api_url if local else "")
    if not url:
        raise Unreachable(
            "No ClawdBot is known here. Start one with `clawdbot up`, "
            "or set CLAWDBOT_API_URL and CLAWDBOT_API_KEY to use one elsewhere."
        )
    if key:
        return Connection(url, key, "CLAWDBOT_API_KEY")
    # The local key is for the local stack: it is never sent anywhere else.
    if local and local.api_url == url:
        return local
    raise CliError(f"A key for {url} is needed. Set CLAWDBOT_API_KEY.")


def checked_url(url: str | None) -> str:
    """The address without a slash at its end; empty for none. Raises CliError when it is no address."""
    if not url:
        return ""
    if not url.startswith(("http://", "https://")):
        raise CliError(f"'{url}' is not an address. Give it like https://clawdbot.example.com.")
    return url.rstrip("/")


def _local_stack(data_dir: Path) -> Connection | None:
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
