"""Passes the heartbeats and outcomes that bots report on to the gateway, under the bot's own key."""

import asyncio
import time
from dataclasses import replace

from api.bots.bot import Bot
from api.bots.gateway_client import Gateway, LeaseGone, Verdict
from api.bots.messages import Completion, Report
from contracts.tasks.statuses import TaskStatus
from contracts.tasks.work import Beat, Progress
from db.session import Database
from db.tasks.queries import get_task
from db.workers.bot_leases import BotLease, how_it_ended, note_acknowledged, note_beat, note_report
from services.errors import NotYourTask

#: How long the mirror may take to learn of an outcome that Temporal has.
_MIRROR_SECONDS = 3.0
_CANCELLED = Verdict("task_cancelled")
_LOST = Verdict("lease_lost")


class Reports:
    """Stateless."""

    def __init__(self, database: Database, gateway: Gateway) -> None:
        self._database = database
        self._gateway = gateway

    async def beat(self, bot: Bot, lease: BotLease, report: Report) -> tuple[Verdict, BotLease]:
        """Pass a heartbeat on; returns whether to go on, and the lease with the beat as it is now.

        Raises:
            NotYourTask: the gateway refuses the token.
            GatewayUnavailable: it cannot be asked right now; the bot goes on and reports again.
        """
        known = Beat.model_validate(lease.beat)
        beat = _merged(known, report)
        if beat != known:
            lease = replace(lease, beat=beat.model_dump(mode="json"))
            async with self._database.transaction() as connection:
                await note_beat(connection, lease, beat.model_dump_json())
        try:
            return await self._gateway.beat(bot, lease.token, beat), lease
        except LeaseGone:
            return (_CANCELLED if await self._is_cancelled(lease) else _LOST), lease

    async def complete(self, bot: Bot, lease: BotLease, completion: Completion) -> None:
        """Pass an outcome on; returns when it is recorded, also when it had been before.

        Raises:
            NotYourTask: the task is not this attempt's any more, or it has reported another outcome before.
            GatewayUnavailable: whether it was recorded is not known; report it again.
        """
        if lease.acknowledged:
            if lease.fingerprint != completion.fingerprint:
                raise NotYourTask("This attempt has reported another outcome before; that one stands.")
            return
        async with self._database.transaction() as connection:
            await note_report(connection, lease, completion.fingerprint)
        try:
            await self._send(bot, lease, completion)
        except LeaseGone:
            await self._make_sure(lease, completion)
        async with self._database.transaction() as connection:
            await note_acknowledged(connection, lease)

    async def _send(self, bot: Bot, lease: BotLease, completion: Completion) -> None:
        if completion.status == "succeeded":
            await self._gateway.succeeded(bot, lease.token, completion.result or {})
        elif completion.status == "cancelled":
            await self._gateway.cancelled(bot, lease.token)
        elif completion.error is not None:
            failure = completion.error.failure()
            await self._gateway.failed(bot, lease.token, failure, completion.error.retry_after)

    async def _make_sure(self, lease: BotLease, completion: Completion) -> None:
        """Temporal does not wait for this attempt: fine if that is because this very outcome came through before.

        So it is when the API, or the gateway, died between passing it on and saying so.
        """
        deadline = time.monotonic() + _MIRROR_SECONDS if lease.fingerprint == completion.fingerprint else 0.0
        while not await self._is_recorded(lease, completion):
            if time.monotonic() > deadline:
                raise NotYourTask
            await asyncio.sleep(0.1)

    async def _is_recorded(self, lease: BotLease, completion: Completion) -> bool:
        if completion.status == "cancelled":
            return await self._is_cancelled(lease)
        async with self._database.transaction() as connection:
            ended = await how_it_ended(connection, lease)
        if ended is None or ended["status"] != completion.status:
            return False
        if completion.error is not None:
            return ended["error"] is not None and bool(ended["error"]["message"] == completion.error.message)
        return bool(ended["result"] == (completion.result or {}))

    async def _is_cancelled(self, lease: BotLease) -> bool:
        async with self._database.transaction() as connection:
            task = await get_task(connection, lease.task_id)
        return (
            task is not None
            and task["round"] == lease.round
            and (task["status"] == TaskStatus.CANCELLED or task["cancel_requested_at"] is not None)
        )


def _merged(known: Beat, report: Report) -> Beat:
    progress = known.progress
    if report.progress is not None:
        said = Progress.model_validate(report.progress)
        progress = Progress(
            percent=said.percent if said.percent is not None else (progress.percent if progress else None),
            step=said.step if said.step is not None else (progress.step if progress else None),
            counters={**(progress.counters if progress else {}), **said.counters},
        )
    return Beat(progress=progress, cursor=known.cursor if report.cursor is None else report.cursor)
