"""Trusted activity of core: writes a digest and the messages that deliver it."""

from collections.abc import Collection
from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from temporalio import activity

from alerts.digest import body, title
from contracts import names
from contracts.alerts.digests import DigestData
from contracts.alerts.messages import DigestOrder
from contracts.alerts.rules import ALL_CHANNELS, Severity
from contracts.settings import ServerSettings
from db.alerts.digest import count_up
from db.alerts.groups import deliver
from db.alerts.notifications import tell
from services.alerts.digests import gather_digest


class DigestActivities:
    """``known``: the channels that there are."""

    def __init__(self, engine: AsyncEngine, settings: ServerSettings, known: Collection[str]) -> None:
        self._engine = engine
        self._settings = settings
        channels = settings.digest_channel_names
        self._channels = list(known) if ALL_CHANNELS in channels else [each for each in channels if each in known]

    @activity.defn(name=names.WRITE_DIGEST_ACTIVITY)
    async def write(self, order: DigestOrder) -> int | None:
        """The id of the notification; None if the digest of this time is there already."""
        async with self._engine.begin() as connection:
            await count_up(connection)
        async with self._engine.begin() as connection:
            data = await gather_digest(connection, self._settings, order.period, order.until or datetime.now(UTC))
            return await self._write(connection, data)

    async def _write(self, connection: AsyncConnection, data: DigestData) -> int | None:
        said, text = title(data), body(data, self._settings.digest_timezone)
        id_ = await tell(
            connection, rule="digest", kind="digest", fingerprint=f"digest:{data.period}:{data.until.isoformat()}",
            severity=Severity.INFO, title=said, body=text, data=data.model_dump(mode="json"),
        )  # fmt: skip
        if id_ is not None:
            await deliver(connection, [_message(id_, each, said, text) for each in self._channels])
        return id_


def _message(id_: int, channel: str, title_: str, text: str) -> dict[str, object]:
    return {
        "notification_id": id_, "task_id": None, "channel": channel, "kind": "digest",
        "severity": Severity.INFO.value, "title": title_, "message": text, "count": 1,
    }  # fmt: skip
