"""The SDK's own threads, one set per process; what they log goes where our log goes."""

import logging
from functools import cache

from temporalio.runtime import LogForwardingConfig, LoggingConfig, Runtime, TelemetryConfig, TelemetryFilter


@cache
def sdk_runtime() -> Runtime:
    """The runtime of every connection of this worker; a worker can only move between connections that share it."""
    forwarding = LogForwardingConfig(
        logging.getLogger("temporal"), append_target_to_name=False, prepend_target_on_message=False
    )
    filter_ = TelemetryFilter(core_level="WARN", other_level="ERROR")
    return Runtime(telemetry=TelemetryConfig(logging=LoggingConfig(filter=filter_, forwarding=forwarding)))
