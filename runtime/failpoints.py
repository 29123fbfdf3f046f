"""Crash points for fault tests: ``CLAWDBOT_FAILPOINT=relay.after-send:exit:3`` dies at the third passage.

Refused outside the test environment, so that nobody meets them by accident.
"""

import os
from dataclasses import dataclass, field

from contracts.settings import ServerSettings

#: Exit code of a process that died at a failpoint.
EXIT_CODE = 86


class FailpointRefused(Exception):
    """CLAWDBOT_FAILPOINT is set, but CLAWDBOT_ENVIRONMENT is not `test`. Unset it."""


@dataclass
class Failpoints:
    """At most one armed point."""

    name: str = ""
    #: ``exit``: die as by kill -9.
    mode: str = ""
    at: int = 1
    _passed: int = field(default=0, init=False)

    @classmethod
    def from_settings(cls, settings: ServerSettings) -> "Failpoints":
        """Raises FailpointRefused outside the test environment."""
        if not settings.failpoint:
            return cls()
        if settings.environment != "test":
            raise FailpointRefused(FailpointRefused.__doc__)
        name, mode, *at = [*settings.failpoint.split(":"), ""][:3]
        if mode != "exit" or not (at[0] or "1").isdigit():
            raise FailpointRefused(
                f"CLAWDBOT_FAILPOINT must look like name:exit or name:exit:3, not {settings.failpoint}"
            )
        return cls(name, mode, int(at[0] or 1))

    async def hit(self, name: str) -> None:
        """Pass the point: nothing happens unless it is armed."""
        if name != self.name:
            return
        self._passed += 1
        if self._passed == self.at and self.mode == "exit":
            os._exit(EXIT_CODE)
