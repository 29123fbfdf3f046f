"""Keeps the Telegram bot's token out of logs: it is part of every address, so any message may contain it."""

import logging


class Redacted(logging.Formatter):
    """What another formatter makes, without the token."""

    def __init__(self, inner: logging.Formatter, token: str) -> None:
        super().__init__()
        self._inner = inner
        self._token = token

    def format(self, record: logging.LogRecord) -> str:
        return self._inner.format(record).replace(self._token, "<token>")


def keep_secret(token: str) -> None:
    """From now on no handler writes the token, tracebacks included."""
    for handler in logging.getLogger().handlers:
        handler.setFormatter(Redacted(handler.formatter or logging.Formatter(), token))
