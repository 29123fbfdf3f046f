"""The file that `clawdbot start --config` reads, as `clawdbot workers join` writes it."""

import os
import tempfile
from pathlib import Path
from typing import Any, Self

import yaml

from cli.errors import CliError
from cli.files import text_of
from contracts.people.views import JoinedView
from runtime.files import keep_name


class WorkerConfigFile:
    """Opened before the key is there, so that a key is never made that could not be kept.

    Raises:
        CliError: the file is there already, or cannot be written.
    """

    def __init__(self, path: Path, *, replace: bool) -> None:
        self._path = path.expanduser()
        if self._path.exists() and not replace:
            raise CliError(f"{path} is there already. Name another file with --config, or replace it with --force.")
        self._kept = _read(self._path) if self._path.exists() else {}

    def __enter__(self) -> Self:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            # Readable by its owner only, from the first byte on.
            descriptor, name = tempfile.mkstemp(dir=self._path.parent, prefix=self._path.name)
        except OSError as error:
            raise CliError(f"{self._path} cannot be written ({error.strerror}). Name another with --config.") from None
        self._file, self._temporary = os.fdopen(descriptor, "w"), Path(name)
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
        self._temporary.unlink(missing_ok=True)

    def write(self, api_url: str, joined: JoinedView) -> None:
        settings = {
            "api_url": api_url,
            "api_key": joined.api_key,
            "capabilities": joined.capabilities,
            "concurrency": joined.max_concurrency,
        }
        yaml.safe_dump({**self._kept, **settings}, self._file, sort_keys=False, allow_unicode=True)
        self._file.flush()
        os.fsync(self._file.fileno())
        self._temporary.replace(self._path)
        # The key is shown to nobody again.
        keep_name(self._path)


def _read(path: Path) -> dict[str, Any]:
    try:
        found = yaml.safe_load(text_of(path))
    except yaml.YAMLError:
        raise CliError(f"{path} is not YAML, so it is not replaced. Name another file with --config.") from None
    if not isinstance(found, dict):
        raise CliError(f"{path} holds no settings, so it is not replaced. Name another file with --config.")
    return found
