"""Settings of `clawdbot start`: options of the command line, before the environment, before a file."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

#: Read if it is there and no other file is named.
USUAL_FILE = Path("~/.clawdbot.yaml")


class BadWorkerFile(Exception):
    """The file with a worker's settings cannot be used; the message says what to do."""


class WorkerSettings(BaseSettings):
    """What a worker needs to be told."""

    model_config = SettingsConfigDict(env_prefix="CLAWDBOT_", env_ignore_empty=True, extra="ignore")

    api_url: str | None = None
    api_key: SecretStr | None = None
    #: Empty: all that the key allows and this version can do. Commas in the environment, a list in a file.
    capabilities: Annotated[tuple[str, ...], NoDecode] = ()
    #: Tasks at once; as registered if nobody says.
    concurrency: int | None = Field(default=None, ge=1, le=1_000)
    log_format: str = Field(default="text", pattern="^(text|json)$")
    #: How long a worker that is told to stop lets its tasks go on before it hands them back.
    grace_seconds: float = Field(default=30, ge=0, le=3_600)
    #: How often it asks what it may do, and whether the gateway hears it.
    check_seconds: float = Field(default=15, ge=0.1, le=3_600)

    @field_validator("capabilities", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        names = value.split(",") if isinstance(value, str) else value
        return [each.strip() for each in names if each.strip()] if isinstance(names, list) else names

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Options, environment, and what `read` found in the file."""
        given = init_settings()
        of_file = given.pop("of_file", {})
        options = InitSettingsSource(settings_cls, given)
        return options, env_settings, InitSettingsSource(settings_cls, of_file)


class _File(BaseModel):
    """What may stand in the file; the values are checked together with the others."""

    model_config = ConfigDict(extra="forbid")

    api_url: Any = None
    api_key: Any = None
    capabilities: list[str] = Field(default_factory=list)
    concurrency: Any = None
    log_format: Any = None
    grace_seconds: Any = None
    check_seconds: Any = None
    #: Variables of the sources, such as REDDIT_CLIENT_ID.
    environment: dict[str, str | int | float | bool] = Field(default_factory=dict)


def read(file: Path | None, options: Mapping[str, Any]) -> WorkerSettings:
    """The settings of this process. Variables of the sources in the file go into its environment, if not set there.

    Raises:
        BadWorkerFile: it cannot be read, or holds what it must not.
        ValidationError: a value cannot be used.
    """
    path = (file or USUAL_FILE).expanduser()
    given = _read(path) if file or path.exists() else _File()
    for name, value in given.environment.items():
        os.environ.setdefault(name, str(value).lower() if isinstance(value, bool) else str(value))
    of_file = {name: value for name, value in given if name != "environment" and value not in (None, [])}
    return WorkerSettings(**{k: v for k, v in options.items() if v is not None}, of_file=of_file)


def readable_by_others(file: Path | None) -> Path | None:
    """The file, if other users of this machine can read the key in it."""
    path = (file or USUAL_FILE).expanduser()
    return path if path.is_file() and path.stat().st_mode & 0o077 else None


def _read(path: Path) -> _File:
    try:
        found = yaml.safe_load(path.read_text())
    except OSError as error:
        raise BadWorkerFile(f"{path} cannot be read: {error.strerror}.") from None
    except (yaml.YAMLError, ValueError) as error:
        raise BadWorkerFile(f"{path} is no YAML: {_where(error)}.") from None
    if not isinstance(found, dict | None):
        raise BadWorkerFile(f"{path} must hold settings such as 'api_url: https://…'.")
    try:
        return _File.model_validate(found or {})
    except ValidationError as error:
        raise BadWorkerFile(f"{path}: {_sentence(error)}") from None


def _where(error: Exception) -> str:
    # Not the text of the error: it quotes the line, and with it perhaps the key.
    mark = getattr(error, "problem_mark", None)
    return f"look at line {mark.line + 1}" if mark else "it holds characters that are none"


def _sentence(error: ValidationError) -> str:
    unknown = sorted(str(each["loc"][0]) for each in error.errors() if each["type"] == "extra_forbidden")
    if unknown:
        return f"unknown settings {', '.join(unknown)}. Known are {', '.join(_File.model_fields)}."
    places = sorted({".".join(str(part) for part in each["loc"][:2]) for each in error.errors()})
    return f"{', '.join(places)} cannot be used. Capabilities are a list of names, environment holds names and values."
