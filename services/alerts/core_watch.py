"""Watches the watcher: when core looks at no alert any more, the API says so to the channels that it knows itself.

Core would tell, but is what is gone; so nothing here needs it, or Temporal. That it is back core tells, whose first
look finds the open alert (docs/adr/0046-who-watches-core.md).
"""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pydantic import ValidationError
from sqlalchemy import RowMapping
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from alerts import texts
from alerts.due_messages import Alert, decide
from contracts.alerts.channels import Channel
from contracts.alerts.rules import Rule, RuleKind, stored_rule
from db.alerts import core_silence, deliveries
from db.alerts.core_silence import Silence
from db.alerts.deliveries import Begun, EarlierUnderWay
from db.alerts.groups import deliver
from db.alerts.rules import list_rules
from services.alerts.channels.sender import SendFailed

if TYPE_CHECKING:
    from services.alerts.channels.outlets import Outlets

logger = logging.getLogger(__name__)

_POLL_SECONDS = 5.0
#: Who has not looked for so long begins anew: the machine has slept, or Postgres was away.
_BREAK_SECONDS = 30.0
#: Who stops on purpose is started again, or is not wanted any more; a deploy that fails is neither.
_ON_PURPOSE_SECONDS = 600.0


class CoreWatch:
    """Every API process has one. ``outlets`` is called when there is something to send: its libraries are large."""

    def __init__(
        self,
        engine: AsyncEngine,
        channels: Mapping[str, Channel],
        outlets: "Callable[[], Outlets]",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._engine = engine
        self._quiet = {name: channel.quiet for name, channel in channels.items()}
        self._outlets = outlets
        self._clock = clock
        self._watching_since = self._looked_at = clock()

    async def run(self) -> None:
        """Watch until cancelled."""
        while True:
            try:
                await self.look()
            except (SQLAlchemyError, OSError) as error:
                logger.warning("cannot see whether core is there: %s", error)
            await asyncio.sleep(_POLL_SECONDS)

    async def look(self) -> None:
        """One look, and the messages that follow from it."""
        if self._clock() - self._looked_at > _BREAK_SECONDS:
            self._watching_since = self._clock()
        async with self._engine.begin() as connection:
            silence = await core_silence.silence(connection)
            self._looked_at = self._clock()
            if silence is None:
                return
            for row in await list_rules(connection):
                await self._judge(connection, row, silence)
            begun = [each for id_ in await core_silence.unsent(connection) if (each := await _begin(connection, id_))]
        await asyncio.gather(*(self._send(each) for each in begun))

    async def _judge(self, connection: AsyncConnection, row: RowMapping, silence: Silence) -> None:
        rule = _rule(row)
        if rule is None or self._patience(rule, silence) > min(silence.seconds, self._clock() - self._watching_since):
            return
        said = {
            "title": texts.CORE_GONE.format(silent=texts.span(silence.seconds)),
            "body": texts.CORE_STOPPED_BODY if silence.on_purpose else texts.CORE_BODY,
            "recovered": texts.CORE_BACK,
        }
        id_ = await core_silence.open_alert(connection, rule.name, rule.severity.value, **said)
        if id_ is None:
            return
        alert = Alert(
            id_, rule.name, rule.kind.value, rule.name, rule.severity.value, said["title"], said["body"],
            said["recovered"], None, 1, "firing", None, None,
        )  # fmt: skip
        decided = decide([alert], {rule.name: (rule, row["muted_until"])}, self._quiet, {}, datetime.now(UTC))
        await core_silence.keep_from_core(connection, await deliver(connection, decided.messages))
        logger.error("%s", said["title"])

    def _patience(self, rule: Rule, silence: Silence) -> float:
        return max(rule.for_seconds, _ON_PURPOSE_SECONDS) if silence.on_purpose else rule.for_seconds

    async def _send(self, begun: Begun) -> None:
        try:
            message_id = await (await asyncio.to_thread(self._outlets)).send(begun)
        except SendFailed as error:
            logger.warning("the notification %d was not sent: %s", begun.id, error)
            async with self._engine.begin() as connection:
                at = datetime.now(UTC).isoformat()
                await deliveries.note_missed(connection, begun.id, at, str(error), final=error.final)
            return
        async with self._engine.begin() as connection:
            await deliveries.note_sent(connection, begun.id, message_id)


def _rule(row: RowMapping) -> Rule | None:
    try:
        rule = stored_rule(row["name"], row["body"])
    except ValidationError:
        # Written by a newer version.
        return None
    return rule if rule.kind is RuleKind.CORE_GONE and rule.enabled else None


async def _begin(connection: AsyncConnection, id_: int) -> Begun | None:
    try:
        return await deliveries.begin_try(connection, id_)
    except EarlierUnderWay:
        return None
