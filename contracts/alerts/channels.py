"""Channels: where notifications go. Their addresses are secrets that stay in the settings; all else names them."""

import re
from dataclasses import dataclass
from typing import Any

import yaml
from pydantic import SecretStr

from contracts.alerts.quiet_hours import parts
from contracts.alerts.rules import NAME

#: The service of channels that are sent by our bot: ``telegram://CHAT_ID`` or ``telegram://CHAT_ID/TOPIC_ID``.
TELEGRAM = "telegram"
_MOST = 50
_EXAMPLE = "{ops: 'slack://…'} or {ops: {url: 'slack://…', quiet: '22:00-07:00 Europe/Berlin'}}"


@dataclass(frozen=True)
class Channel:
    name: str
    #: As apprise writes it.
    url: SecretStr
    quiet: str | None = None

    @property
    def service(self) -> str:
        """What kind it is: slack, discord, mailto …; never more of the address than this."""
        return self.url.get_secret_value().partition("://")[0].lower()


def parse_channels(text: str) -> dict[str, Channel]:
    """Channels by name, from YAML or JSON.

    Raises:
        ValueError: with a sentence that has nothing of an address in it.
    """
    if not text.strip():
        return {}
    try:
        read = yaml.safe_load(text)
    except yaml.YAMLError:
        # The error of the parser quotes the line, which may have a secret in it.
        raise ValueError(f"the channels are neither YAML nor JSON; write them like {_EXAMPLE}") from None
    if not isinstance(read, dict) or len(read) > _MOST:
        raise ValueError(f"the channels must be like {_EXAMPLE}, {_MOST} at most")
    return {str(name): _channel(str(name), value) for name, value in read.items()}


def place_of(url: str) -> tuple[int, int | None] | None:
    """(chat, topic in it) of a channel of our bot; chats of groups are negative. None: it names none."""
    found = re.fullmatch(r"\w+://(-?[0-9]{1,18})(?:/([0-9]{1,18}))?/?", url, re.ASCII)
    return (int(found[1]), int(found[2]) if found[2] else None) if found else None


def _channel(name: str, value: Any) -> Channel:
    if not re.fullmatch(NAME, name):
        raise ValueError("a channel's name must begin with a small letter and have only a-z, 0-9, - and _ in it")
    fields = {"url": value} if isinstance(value, str) else value
    if not isinstance(fields, dict) or not set(fields) <= {"url", "quiet"}:
        raise ValueError(f"channel '{name}' must have a url, and may have quiet hours; write it like {_EXAMPLE}")
    url, quiet = fields.get("url"), fields.get("quiet")
    if not isinstance(url, str) or not re.match(r"[a-z][a-z0-9+]{1,20}://.", url, re.IGNORECASE):
        raise ValueError(f"the url of channel '{name}' must be one of apprise, such as slack://… or mailto://…")
    if url.lower().startswith(f"{TELEGRAM}://") and place_of(url) is None:
        raise ValueError(
            f"the url of channel '{name}' must be like telegram://123456789, with the id of the chat, "
            "or telegram://-100123456789/7 with that of a topic, too"
        )
    if quiet is not None:
        try:
            parts(str(quiet))
        except ValueError as error:
            raise ValueError(f"the quiet hours of channel '{name}': {error}") from None
    return Channel(name, SecretStr(url), str(quiet) if quiet is not None else None)
