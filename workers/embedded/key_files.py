"""The files in which the keys of the local CLI and the local worker stand: keys are shown once."""

import json
from pathlib import Path

from workers.embedded.errors import StackError
from workers.embedded.layout import write_private

ADMIN = "admin"
LOCAL_WORKER = "local"


def read_key(file: Path) -> str:
    """The key in one of our key files.

    Raises:
        StackError: the file is damaged.
    """
    try:
        key = json.loads(file.read_text())["api_key"]
    except (ValueError, TypeError, KeyError):
        key = None
    if not isinstance(key, str) or not key:
        raise StackError(f"{file} is damaged. Delete it and start again; a new key is made.")
    return key


def keep_key(file: Path, api_url: str, key: str) -> None:
    """Write one of our key files."""
    write_private(file, json.dumps({"api_url": api_url, "api_key": key}, indent=2))
