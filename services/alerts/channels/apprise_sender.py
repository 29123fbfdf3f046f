"""Sends with apprise: Telegram, Slack, Discord, e-mail, SMS, webhooks and many other services. It edits nothing."""

import asyncio
import logging
import re
from http import HTTPStatus

import apprise
from apprise import Apprise, AppriseAsset, AppriseResult, NotifyFormat, NotifyType

from services.alerts.channels.sender import Message, SendFailed

#: Of the whole call; a service that hangs is tried again later.
_TIMEOUT = 45.0
#: When a service says "too many" and not for how long, which Slack says in a header that apprise does not hand on.
_TOO_MANY_SECONDS = 30.0
_LONGEST_WAIT = 3_600.0
_FINAL = {400, 401, 403, 404, 410}
_TYPES = {"warning": NotifyType.WARNING, "critical": NotifyType.FAILURE}
#: Services that only store or print what they get; all others might make a mention of an "@name".
_WITHOUT_MENTIONS = {"json", "jsons", "xml", "xmls", "form", "forms", "mailto", "mailtos"}

#: What Discord would show as style, a quote, a heading, or as a link under other words. Not within words and addresses.
_AS_MARKDOWN = re.compile(r"[\\*~`|\[\]]|(?<!\w)_|_(?!\w)|(?m:^)[>#-]")

#: What makes a link under other words: in Markdown (Teams, Mattermost and others), and as Slack has it.
_AS_LINK = re.compile(r"(?<!\\)\](?=\()|<(?=[!#]|(?:https?|mailto|tel):)", re.IGNORECASE)

# Its log quotes addresses. What went wrong is read from the result instead.
_LOG = logging.getLogger(apprise.LOGGER_NAME)
_LOG.addHandler(logging.NullHandler())
_LOG.propagate = False
# How long a service asks us to wait stands in a line of this level.
_LOG.setLevel(logging.DEBUG)


class AppriseSender:
    async def send(self, url: str, message: Message) -> None:
        """See `Sender`."""
        # All of it blocks, the first call most: it loads the plugins of all services.
        await asyncio.to_thread(_send, url, message)


def _send(url: str, message: Message) -> None:
    client = Apprise(asset=AppriseAsset(app_id="ClawdBot", async_mode=False))
    if not client.add(url):
        raise SendFailed("apprise cannot use the channel's url. Correct it in the settings of core.", final=True)
    service = url.partition("://")[0].lower()
    result = _notify(client, service, message)
    if not result:
        raise _failure(service, "\n".join(entry.message for entry in result.logs()))


def _notify(client: Apprise, service: str, message: Message) -> AppriseResult:
    kind = NotifyType.SUCCESS if message.kind == "recovered" else _TYPES.get(message.severity, NotifyType.INFO)
    return client.notify(
        title=_harmless(message.title, service),
        # Some services refuse a message without a body.
        body=_harmless(message.body or message.title, service),
        notify_type=kind,
        body_format=NotifyFormat.TEXT,
        timeout=_TIMEOUT,
        log_level=logging.DEBUG,
    )


def _harmless(text: str, service: str) -> str:
    """The text, with nothing in it that would call people, or be shown as anything but text."""
    if service in _WITHOUT_MENTIONS:
        return text
    if service == "discord":
        text = _AS_MARKDOWN.sub(r"\\\g<0>", text)
    return _AS_LINK.sub("\\g<0>\u200b", text).replace("@", "@\u200b")


def _failure(service: str, log: str) -> SendFailed:
    found = re.search(r"error=(\d{3})\b", log)
    if found is None:
        return SendFailed(f"{service} could not be reached, or did not take the message.")
    status = int(found[1])
    phrase = HTTPStatus(status).phrase if status in set(HTTPStatus) else ""
    reason = f"{service} answered {status} {phrase}".rstrip() + "."
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return SendFailed(reason, retry_after=_asked_to_wait(log))
    return SendFailed(reason, final=status in _FINAL)


def _asked_to_wait(log: str) -> float:
    """Seconds, from an answer such as that of Discord or Telegram."""
    found = re.search(r'"retry_after"\s*:\s*([0-9]{1,9}(?:\.[0-9]{1,9})?)', log)
    return min(float(found[1]), _LONGEST_WAIT) if found else _TOO_MANY_SECONDS
