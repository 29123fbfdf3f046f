"""Formats our processes' logs: a line for people, or one JSON object per line for machines."""

import contextlib
import json
import logging
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from datetime import UTC, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any


class LogFormat(StrEnum):
    TEXT = "text"
    JSON = "json"


_TEXT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
#: What the code that runs now works for, e.g. the task of an attempt; everything it starts inherits that.
_fields: ContextVar[Mapping[str, Any]] = ContextVar("log_fields", default=MappingProxyType({}))
#: What holds for the whole process, e.g. the worker's name.
_of_process: dict[str, Any] = {}

#: What every record has; whatever else it carries was given by `extra=`.
_USUAL = {*logging.makeLogRecord({}).__dict__, "message", "asctime", "taskName"}


def set_up_logging(format_: LogFormat = LogFormat.TEXT) -> None:
    """One line per record on stderr: time, level, logger, sentence."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines() if format_ is LogFormat.JSON else Sentences(_TEXT))
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    for noisy in ("httpx", "httpcore", "uvicorn.access", "alembic"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


@contextlib.contextmanager
def log_fields(**fields: Any) -> Iterator[None]:
    """Records made in the block, also by tasks that begin in it, carry these fields."""
    token = _fields.set({**_fields.get(), **fields})
    try:
        yield
    finally:
        _fields.reset(token)


def log_from_here(**fields: Any) -> None:
    """The same for the rest of the asyncio task that we are in, for what others log after us."""
    _fields.set({**_fields.get(), **fields})


def log_always(**fields: Any) -> None:
    """Every record of this process carries these fields from now on."""
    _of_process.update(fields)


class JsonLines(logging.Formatter):
    """Time, level, logger and message, then the fields."""

    def format(self, record: logging.LogRecord) -> str:
        """One line, whatever the message holds."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **_of_process,
            **_fields.get(),
            **{name: value for name, value in record.__dict__.items() if name not in _USUAL and name[0] != "_"},
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)


class Sentences(logging.Formatter):
    """The same for people; the task is named where there is one."""

    def format(self, record: logging.LogRecord) -> str:
        """The sentence, and what it is about."""
        text = super().format(record)
        task = _fields.get().get("task_id")
        return text if task is None or str(task) in text else f"{text} [task {task}]"
