"""Sends a message that is written down, to the channel that it is for."""

from collections.abc import Mapping
from dataclasses import dataclass

from contracts.alerts.channels import TELEGRAM, Channel
from contracts.settings import ServerSettings
from db.alerts.deliveries import Begun
from services.alerts.channels.sender import Message, Sender, SendFailed


@dataclass(frozen=True)
class Outlets:
    """The channels of the settings with their senders."""

    channels: Mapping[str, Channel]
    #: By service: the part of a channel's url before ``://``.
    senders: Mapping[str, Sender]

    async def send(self, begun: Begun) -> str | None:
        """The id of the message, where it can be edited.

        Raises:
            SendFailed: see `Sender.send`.
        """
        channel = self.channels.get(begun.channel)
        if channel is None:
            raise SendFailed(f"The settings of core name no channel '{begun.channel}' (any more).", final=True)
        message = Message(
            begun.title,
            begun.message,
            begun.severity,
            begun.kind,
            edits=begun.edits,
            notification_id=begun.notification_id,
            failed_task=begun.failed_task,
        )
        return await self.senders[channel.service].send(channel.url.get_secret_value(), message)


def make_outlets(settings: ServerSettings, channels: Mapping[str, Channel]) -> Outlets:
    """Telegram chats are our own bot's, apprise sends the rest. Either is loaded if there is a channel for it."""
    services = {channel.service for channel in channels.values()}
    senders: dict[str, Sender] = {}
    if others := services - {TELEGRAM}:
        from services.alerts.channels.apprise_sender import AppriseSender

        senders |= dict.fromkeys(others, AppriseSender())
    if TELEGRAM in services:
        from services.alerts.channels.telegram_sender import TelegramSender

        senders[TELEGRAM] = TelegramSender(settings.telegram_token, settings.telegram_bot_api)
    return Outlets(channels, senders)
