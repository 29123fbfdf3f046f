"""Settings of the command line and of a worker, from the environment. Every command waits for this import."""

from pathlib import Path

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class ClientSettings(BaseSettings):
    """What the CLI and a worker need."""

    model_config = SettingsConfigDict(env_prefix="CLAWDBOT_", env_ignore_empty=True, extra="ignore")

    api_url: str | None = None
    api_key: SecretStr | None = None
    data_dir: Path | None = None
    #: Where it is kept who is signed in where; default is the user's folder of settings.
    config_dir: Path | None = None
    #: Which of those is meant; default is the current one.
    profile: str | None = None
    #: Certificate (PEM) of the authority that signed the gateway's, if it is no public one.
    gateway_ca: Path | None = None
