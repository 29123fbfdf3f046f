"""The SDK's own threads, one set per process; what they log goes where our log goes."""

import logging
from datetime import timedelta
from functools import cache

from temporalio import activity
from temporalio.runtime import LogForwardingConfig, LoggingConfig, Runtime, TelemetryConfig, TelemetryFilter

#: Proof that a task was handed to this worker: not for logs.
_NOT_FOR_LOGS = "task_token"
#: Temporal's own worker heartbeats: how this machine is, and that it is still there. The SDK's default of 60 s would
#: tell of a worker that is gone after a minute.
_HEARTBEAT_INTERVAL = timedelta(seconds=5)


@cache
def sdk_runtime() -> Runtime:
    """The runtime of every connection of this worker; a worker can only move between connections that share it."""
    # Our own fields say what a record is about.
    activity.logger.activity_info_on_message = activity.logger.activity_info_on_extra = False
    logger = logging.getLogger("temporal")
    logger.addFilter(_with_details)
    forwarding = LogForwardingConfig(
        logger, append_target_to_name=False, prepend_target_on_message=False, append_log_fields_to_message=False
    )
    filter_ = TelemetryFilter(core_level="WARN", other_level="ERROR")
    return Runtime(
        telemetry=TelemetryConfig(logging=LoggingConfig(filter=filter_, forwarding=forwarding)),
        worker_heartbeat_interval=_HEARTBEAT_INTERVAL,
    )


def _with_details(record: logging.LogRecord) -> bool:
    fields = getattr(record.__dict__.pop("temporal_log", None), "fields", {})
    details = {name: value for name, value in fields.items() if name != _NOT_FOR_LOGS}
    record.msg = f"{record.msg} {details}" if details else record.msg
    return True
