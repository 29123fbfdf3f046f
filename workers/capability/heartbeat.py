"""Temporal's own worker heartbeats: how this machine is, how many tasks it runs, and that it is still there."""

from datetime import timedelta
from functools import cache

from temporalio.runtime import Runtime, TelemetryConfig

#: The SDK's default of 60 s would tell of a worker that is gone after a minute.
_INTERVAL = timedelta(seconds=5)


@cache
def heartbeating_runtime() -> Runtime:
    """One per process: each has threads of its own."""
    return Runtime(telemetry=TelemetryConfig(), worker_heartbeat_interval=_INTERVAL)
