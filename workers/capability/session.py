"""One stretch of a worker's life, with the same slots: looks after its connection, its capabilities and its sleep."""

import asyncio
import contextlib
import logging
import signal
from collections.abc import Sequence
from datetime import timedelta

import temporalio.api.workflowservice.v1 as service
from temporalio.service import RPCError, RPCStatusCode

from contracts.workers.views import BootstrapView
from workers.capability.bootstrap import ApiNotReady, ask
from workers.capability.capabilities import Capabilities
from workers.capability.capability_workers import CapabilityWorkers
from workers.capability.connection import connect
from workers.capability.options import WorkerOptions, WorkerRefused
from workers.capability.running_attempts import Attempts
from workers.capability.watchdogs import watch_sleep

logger = logging.getLogger(__name__)

_ANSWER_SECONDS = 5.0
#: Checks in a row without an answer of the gateway, although the API answers, before a fresh connection is made.
_DEAF_CHECKS = 2
#: Waiting for a connection must not keep the worker from looking whether the gateway is somewhere else by now.
_RECONNECT_SECONDS = 10.0
#: Between two tries to connect again.
_PAUSE_SECONDS = 1.0
#: Before a machine sleeps (a hook of the system sends it): hand everything back and ask for nothing more.
_REST = signal.SIGUSR1
#: After it woke.
_RESUME = signal.SIGUSR2


class Session:
    """Runs until cancelled, or until something is granted that needs other slots."""

    def __init__(
        self,
        options: WorkerOptions,
        granted: BootstrapView,
        capabilities: Capabilities,
        fleet: CapabilityWorkers,
        attempts: Attempts,
    ) -> None:
        self._options = options
        self._granted = granted
        self._capabilities = capabilities
        self._fleet = fleet
        self._attempts = attempts
        self._one_queue = len(capabilities.equipped(granted)) == 1
        self._unheard = 0
        self._stale = False
        self._resting: asyncio.Task[None] | None = None
        self._look = asyncio.Event()

    def look(self) -> None:
        """There is reason to look now."""
        self._look.set()

    async def run(self) -> None:
        """Raises WorkerRefused when the key is no longer valid."""
        sleep = asyncio.create_task(watch_sleep(self._woke))
        loop = asyncio.get_running_loop()
        # Never taken away again: a signal that nobody handles would end the process.
        loop.add_signal_handler(_REST, self._rest)
        loop.add_signal_handler(_RESUME, self._resume)
        try:
            await self._take()
            while await self._check():
                await self._take()
        except asyncio.CancelledError:
            count = self._attempts.count
            tasks = f"{count} task has" if count == 1 else f"{count} tasks have"
            logger.info("stopping; %s %.0f s to end", tasks, self._options.grace_seconds)
            raise
        except WorkerRefused:
            self._attempts.hand_back("The key of its worker is no longer valid.")
            raise
        finally:
            sleep.cancel()
            await self._fleet.leave_all()

    async def _take(self) -> None:
        """Ask for what can be worked on now, and no more for what the key no longer allows."""
        equipped = self._capabilities.equipped(self._granted)
        for queue in self._fleet.queues - set(self._capabilities.queues(self._granted, equipped)):
            logger.warning("no longer takes %s: the key does not allow it any more", queue)
            self._fleet.leave(queue)
        self._ask_for(self._capabilities.at_hand(self._granted))
        taken = [name for name in equipped if self._fleet.queues.issuperset(self._queues_of(name))]
        self._ask_for(await self._capabilities.takeable(self._granted, taken))

    def _queues_of(self, capability: str) -> list[str]:
        return self._capabilities.queues(self._granted, [capability])

    def _ask_for(self, capabilities: Sequence[str]) -> None:
        if self._resting is not None:
            return
        self._fleet.listen()
        queues = self._capabilities.queues(self._granted, capabilities)
        taken = [queue for queue in queues if self._fleet.take(queue)]
        if taken:
            logger.info("takes %s", ", ".join(taken))

    async def _check(self) -> bool:
        """Wait until there is reason to look, and look. False: something is granted that needs a new beginning."""
        await self._until_reason_to_look()
        try:
            now = await ask(self._options)
        except ApiNotReady:
            # Nothing can be learnt; the SDK keeps trying to reach the gateway that we know.
            return True
        moved = (now.gateway_address, now.gateway_tls) != (self._granted.gateway_address, self._granted.gateway_tls)
        before, self._granted = self._granted, now
        if moved or self._stale or not await self._is_heard():
            await self._reconnect()
        return self._fits(before, now)

    def _fits(self, before: BootstrapView, now: BootstrapView) -> bool:
        """Whether our slots, which never change, are still right."""
        resized = self._options.slots(before.max_concurrency) != self._options.slots(now.max_concurrency)
        equipped = self._capabilities.equipped(now)
        return not resized and (not equipped or (len(equipped) == 1) == self._one_queue)

    async def _until_reason_to_look(self) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_PAUSE_SECONDS if self._stale else self._options.check_seconds):
                await self._look.wait()
        self._look.clear()

    async def _is_heard(self) -> bool:
        """False after several checks in a row without an answer of the gateway."""
        self._unheard = 0 if await self._gateway_answers() else self._unheard + 1
        return self._unheard < _DEAF_CHECKS

    async def _gateway_answers(self) -> bool:
        question, limit = service.GetSystemInfoRequest(), timedelta(seconds=_ANSWER_SECONDS)
        try:
            await self._fleet.client.workflow_service.get_system_info(question, timeout=limit)
        except RPCError as error:
            return error.status is RPCStatusCode.PERMISSION_DENIED
        return True

    async def _reconnect(self) -> None:
        logger.warning("connecting to the gateway at %s anew", self._granted.gateway_address)
        try:
            async with asyncio.timeout(_RECONNECT_SECONDS):
                self._fleet.use(await connect(self._granted, self._options.api_key))
        except TimeoutError:
            self._stale = True
        else:
            self._stale, self._unheard = False, 0

    # -- sleep ------------------------------------------------------------------------------------------------------

    def _woke(self, seconds: float) -> None:
        returned = self._attempts.hand_back(f"Its worker slept for {seconds:.0f} s.", silent_for=seconds)
        logger.warning("this worker did not run for %.0f s; handed back %d", seconds, returned)
        self._stale = True
        self._resume()

    def _rest(self) -> None:
        if self._resting is None:
            logger.info("handing everything back and taking nothing until SIGUSR2, or until the machine has slept")
            self._resting = asyncio.create_task(self._hand_everything_back())

    def _resume(self) -> None:
        self._resting = None
        self._look.set()

    async def _hand_everything_back(self) -> None:
        self._fleet.leave_everything()
        while self._fleet.draining:
            # Again and again: what an open poll brought at the last moment goes back, too.
            self._attempts.hand_back("Its machine goes to sleep.")
            await asyncio.sleep(0.1)
