"""Settings of the command line and of a worker, from the environment.

Every command waits for this import, so it does without pydantic-settings, which takes a fifth of a command's time.
"""

import os
from pathlib import Path
from typing import Any

from pydantic import BaseModel, SecretStr, model_validator


class ClientSettings(BaseModel):
    """What the CLI and a worker need: ``CLAWDBOT_API_URL`` and so on; an empty variable says nothing."""

    api_url: str | None = None
    api_key: SecretStr | None = None
    data_dir: Path | None = None
    #: Where it is kept who is signed in where; default is the user's folder of settings.
    config_dir: Path | None = None
    #: Which of those is meant; default is the current one.
    profile: str | None = None
    #: Certificate (PEM) of the authority that signed the gateway's, if it is no public one.
    gateway_ca: Path | None = None

    @model_validator(mode="before")
    @classmethod
    def _of_the_environment(cls, given: dict[str, Any]) -> dict[str, Any]:
        said = {name: os.environ.get(f"CLAWDBOT_{name.upper()}") for name in cls.model_fields}
        return {name: value for name, value in said.items() if value} | given
