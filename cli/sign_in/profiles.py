"""The ClawdBots that a person is signed in to, kept in a file that only they can read."""

import json
import os
from pathlib import Path

from platformdirs import user_config_dir
from pydantic import BaseModel, Field, SecretStr, ValidationError, field_serializer

from cli.errors import CliError
from contracts.client_settings import ClientSettings


class Profile(BaseModel):
    """Where a person is signed in, with the cookie of that session."""

    api_url: str
    user: str
    cookie: SecretStr

    @field_serializer("cookie")
    def _as_it_is(self, cookie: SecretStr) -> str:
        return cookie.get_secret_value()


class Profiles(BaseModel):
    """By name; ``current`` is the one that commands use."""

    current: str | None = None
    profiles: dict[str, Profile] = Field(default_factory=dict)

    def chosen(self, name: str | None) -> Profile | None:
        """The one of this name, else the current one. Raises CliError when there is none of this name."""
        if name is None:
            return self.profiles.get(self.current or "")
        if name not in self.profiles:
            known = ", ".join(sorted(self.profiles)) or "none"
            raise CliError(f"There is no profile '{name}' (known: {known}). Make it with `clawdbot login`.")
        return self.profiles[name]

    def at(self, api_url: str) -> Profile | None:
        """The one for this address; of several the current one."""
        found = {name: each for name, each in self.profiles.items() if each.api_url == api_url}
        return found.get(self.current or "") or next(iter(found.values()), None)


def config_dir() -> Path:
    """Where this person's choices are kept (CLAWDBOT_CONFIG_DIR)."""
    return (ClientSettings().config_dir or Path(user_config_dir("clawdbot"))).expanduser()


def load() -> Profiles:
    """Raises CliError when the file is damaged or cannot be read."""
    file = _file()
    try:
        return Profiles.model_validate_json(file.read_bytes())
    except FileNotFoundError:
        return Profiles()
    except OSError as error:
        raise CliError(f"{file} cannot be read ({error.strerror}).") from None
    except ValidationError:
        raise CliError(f"{file} is damaged. Delete it, and sign in again with `clawdbot login`.") from None


def save(profiles: Profiles) -> None:
    """All of it, or none. Raises CliError when it cannot be written."""
    file = _file()
    temporary = file.with_suffix(f".{os.getpid()}")
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
            json.dump(profiles.model_dump(mode="json"), out, indent=2)
        temporary.replace(file)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise CliError(
            f"{file} cannot be written ({error.strerror}). CLAWDBOT_CONFIG_DIR names another place."
        ) from None


def _file() -> Path:
    return config_dir() / "profiles.json"
