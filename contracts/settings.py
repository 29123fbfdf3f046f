"""Settings of every process, from the environment (``CLAWDBOT_…``). Nothing is read at import."""

from collections.abc import Callable
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from contracts.agent.budget import DEFAULT_BUDGET, parse_limits
from contracts.agent.policy import BudgetLimit
from contracts.agent.ranking import RankingWeights, parse_targets, parse_weights
from contracts.alerts.channels import Channel, parse_channels
from contracts.alerts.digests import daily_cron, weekly_cron
from contracts.kept import AFTER_TEMPORAL, DEFAULT_DAYS, Book
from contracts.model_name import ModelName, parse_model_name
from contracts.names import NAMESPACE
from contracts.records.rows import RecordKind
from contracts.tasks.approval import ApprovalRule
from contracts.tickers.listed import listed_in
from contracts.timezones import checked_timezone

_LONGEST_DAYS = 36_500


def _is_a_list_of_companies(file: Path | None) -> Path | None:
    if file:
        listed_in(file)
    return file


def _read_by(reader: Callable[[str], object]) -> AfterValidator:
    """A text that stays as it is, and is refused with the reader's sentence if that cannot read it."""

    def check(value: str) -> str:
        reader(value)
        return value

    return AfterValidator(check)


def _are_channels(value: SecretStr | None) -> SecretStr | None:
    parse_channels(value.get_secret_value() if value else "")
    return value


def _limits(text: str) -> list[BudgetLimit]:
    return parse_limits(text or DEFAULT_BUDGET)


def _ids(text: str) -> frozenset[int]:
    """Ids of Telegram; those of groups are negative."""
    parts = [each.strip() for each in text.split(",") if each.strip()]
    for part in parts:
        if not (part.isascii() and part.removeprefix("-").isdigit() and len(part) < 20):
            raise ValueError(f"'{part}' is no id of Telegram; write numbers with commas, e.g. 123456789,-100200300")
    return frozenset(map(int, parts))


def _rules(text: str) -> dict[str, ApprovalRule]:
    rules: dict[str, ApprovalRule] = {}
    for part in filter(None, (each.strip() for each in text.split(","))):
        name, _, rule = (each.strip() for each in part.partition("="))
        if not name or rule not in list(ApprovalRule):
            raise ValueError(f"'{part}' must be like api_update=always, with {', '.join(ApprovalRule)}")
        rules[name] = ApprovalRule(rule)
    return rules


def _retention(text: str) -> dict[str, int | None]:
    """Days by kind of rows or book; None: never deleted."""
    known = [*RecordKind, *Book]
    days: dict[str, int | None] = {}
    for part in filter(None, (each.strip() for each in text.split(","))):
        name, _, number = (each.strip() for each in part.partition("="))
        if name not in known:
            raise ValueError(f"'{name}' is no kind of rows; use {', '.join(known)}")
        is_number = number.isascii() and number.isdigit() and len(number) < 6 and 1 <= int(number) <= _LONGEST_DAYS
        if number != "never" and not is_number:
            raise ValueError(f"'{part}' must be like {name}=90, with 1 to {_LONGEST_DAYS} days, or {name}=never")
        days[name] = None if number == "never" else int(number)
    return days


class ServerSettings(BaseSettings):
    """What api, core and gateway need."""

    # Hidden input: the error about a setting that cannot be used must not quote a secret.
    model_config = SettingsConfigDict(
        env_prefix="CLAWDBOT_", env_ignore_empty=True, extra="ignore", hide_input_in_errors=True
    )

    database_url: SecretStr
    temporal_address: str = "127.0.0.1:7233"
    temporal_namespace: str = NAMESPACE
    temporal_ui_url: str = "http://127.0.0.1:8233"
    #: How long Temporal keeps the history of a task that is over; its own default is one day. What the mirror knows of
    #: it stays.
    temporal_retention_days: int = Field(default=30, ge=1, le=3_650)
    #: Signs JWTs. At least 32 characters.
    jwt_secret: SecretStr
    #: Signs task tokens and leases; a comma separates the current key from the one it replaces.
    lease_secret: SecretStr
    api_host: str = "127.0.0.1"
    api_port: int = 8000
    #: Where the API is seen behind a proxy, e.g. ``/clawdbot``; the proxy may strip it or leave it.
    api_root_path: Annotated[str, Field(pattern=r"^(/[\w.~-]+)*$", max_length=200)] = ""
    #: People reach the page over plain HTTP: the session cookie is not Secure. Only for loopback and trusted networks.
    api_plain_http: bool = False
    #: A session of the page ends when its person did nothing for so long, and in any case after so many days.
    session_idle_hours: float = Field(default=12.0, gt=0, le=8_760)
    session_days: float = Field(default=30.0, gt=0, le=365)
    #: The largest body of a caller who is signed in. Of workers and batches; everything else is far smaller.
    api_body_bytes: int = Field(default=16 * 1024 * 1024, ge=1024 * 1024)
    #: Where Postgres keeps its data, if that is on this machine: then /readyz says no before that disk is full.
    disk_path: Path | None = None
    #: Addresses or networks of proxies whose X-Forwarded-For is believed, with commas.
    trusted_proxies: str = ""
    gateway_host: str = "127.0.0.1"
    gateway_port: int = 7400
    #: How workers reach the gateway, as ``host:port``; default is where it listens.
    gateway_public_address: str | None = None
    gateway_tls_cert: Path | None = None
    gateway_tls_key: Path | None = None
    #: A proxy in front of the gateway does TLS.
    gateway_behind_tls: bool = False
    #: Where the API reaches the gateway on behalf of HTTP bots; default is what workers are told.
    gateway_internal_address: str | None = None
    #: Authorities that vouch for the gateway's certificate, PEM; default is those of the gRPC library.
    gateway_ca: Path | None = None
    #: What one worker key may ask for at most.
    gateway_calls_per_second: int = Field(default=500, ge=1)
    gateway_open_polls: int = Field(default=1000, ge=1)
    #: Where core and gateway answer /healthz and /readyz; port 0 switches it off.
    health_host: str = "127.0.0.1"
    core_health_port: int = 0
    gateway_health_port: int = 0
    #: How long rows are kept, e.g. ``reddit_posts=365,tasks=180,agent=never``; kinds of collected rows that are left
    #: out as their rows in `contracts.records.rows` say (for ever), books as `contracts.kept` does.
    retention_days: Annotated[str, _read_by(_retention)] = ""
    #: Which task types wait for a person's yes, e.g. ``api_update=always,llm_task=agent``; others as their type says.
    approval: Annotated[str, _read_by(_rules)] = ""
    #: Hours that a person has for it.
    approval_hours: float = Field(default=72, gt=0, le=8_760)
    #: How often each worker is sent a canary task, which shows that tasks reach it; 0: never.
    canary_seconds: float = Field(default=60, ge=0, le=86_400)
    #: A canary that is not done after this long counts as missed.
    canary_timeout_seconds: float = Field(default=15, ge=1, le=300)
    #: Tasks that must fail at their source in a row, each a different one, to open its circuit; 0: never.
    circuit_failures: int = Field(default=5, ge=0)
    #: Failures older than this do not count.
    circuit_window_seconds: float = Field(default=600, gt=0)
    #: From opening to the first probe; doubles with each probe that fails, up to the longest.
    circuit_cooldown_seconds: float = Field(default=60, gt=0)
    circuit_longest_cooldown_seconds: float = Field(default=1800, gt=0)
    #: How fresh the sources of tracked tickers should be, e.g. ``reddit=12h,sec=2d,twitter=off``.
    freshness_targets: Annotated[str, _read_by(parse_targets)] = ""
    #: How much each part of a freshness need counts, e.g. ``watchers=5,cost=0``.
    ranking_weights: Annotated[str, _read_by(parse_weights)] = ""
    #: Whether the agent acts before anybody has said so; a pause or resume by a person counts for more.
    agent: Literal["on", "off"] = "off"
    #: What the agent may use while nobody has set another budget.
    agent_budget: Annotated[str, _read_by(_limits)] = ""
    #: The model that may reorder what the agent is about to choose, e.g. ``openai/gpt-4.1-mini``; empty: none.
    agent_adviser: Annotated[str, _read_by(parse_model_name)] = ""
    #: What X takes for each post and each author, as on the workers: the agent reserves it. 0 with a monthly plan.
    x_price_post_usd: float = Field(default=0.005, ge=0, le=1_000)
    x_price_user_usd: float = Field(default=0.01, ge=0, le=1_000)
    #: How often it is checked that the agent's workflow runs.
    agent_keeper_seconds: float = Field(default=60, ge=1, le=86_400)
    #: Time zone of sentences whose writer names none, and of digests, e.g. ``Europe/Berlin``.
    timezone: str = "UTC"
    #: The model that may propose another wording of a sentence with open questions; empty: none.
    intake_model: Annotated[str, _read_by(parse_model_name)] = ""
    #: Questions to it per hour and process of the api; as many may come at once.
    intake_model_per_hour: int = Field(default=60, ge=1, le=100_000)
    #: The model that may propose plans for goals; empty: none, rules only.
    planner_model: Annotated[str, _read_by(parse_model_name)] = ""
    #: Goals that it is asked about per hour and process of the api.
    planner_per_hour: int = Field(default=20, ge=1, le=10_000)
    #: The SEC's company_tickers.json, for sentences that name companies; default: the list that is shipped.
    listed_companies: Annotated[Path | None, AfterValidator(_is_a_list_of_companies)] = None
    #: Where notifications go: YAML or JSON, ``{ops: 'slack://…'}`` (docs/notifications.md). Secret, as is the file.
    channels: Annotated[SecretStr | None, AfterValidator(_are_channels)] = None
    channels_file: Path | None = None
    #: Alert rules on top of those that are shipped, YAML.
    alert_rules_file: Path | None = None
    #: When digests are written, and for which channels: ``*`` is all of them, ``none`` only the in-app list.
    digest_daily: Annotated[str, _read_by(daily_cron)] = "08:00"
    digest_weekly: Annotated[str, _read_by(weekly_cron)] = "mon 08:00"
    #: Default is ``timezone``.
    digest_zone: str | None = None
    digest_channels: str = "*"
    #: The token of the Telegram bot, from @BotFather; without it there is no bot.
    telegram_token: SecretStr | None = None
    #: Who may talk to the bot: ids of Telegram accounts and of groups, with commas.
    telegram_users: Annotated[str, _read_by(_ids)] = ""
    telegram_chats: Annotated[str, _read_by(_ids)] = ""
    #: Where the Bot API is, and where the bot finds ours.
    telegram_bot_api: str = "https://api.telegram.org"
    telegram_clawdbot_url: str | None = None
    #: Public https address at which Telegram delivers; default is to ask Telegram, which needs no open port.
    telegram_webhook_url: str | None = None
    #: Where the bot answers /healthz and /readyz and takes deliveries; port 0 switches it off.
    telegram_host: str = "127.0.0.1"
    telegram_port: int = 0
    #: Failpoints for fault tests, e.g. ``relay.after-start:exit``. Refused unless environment is ``test``.
    failpoint: str = ""
    environment: str = "production"

    @field_validator("timezone", "digest_zone")
    @classmethod
    def _names_a_time_zone(cls, value: str | None) -> str | None:
        return None if value is None else checked_timezone(value)

    @property
    def usd_per_x_post(self) -> float:
        return self.x_price_post_usd + self.x_price_user_usd

    def read_channels(self) -> dict[str, Channel]:
        """Channels by name, those of the file and of the variable; the latter goes before the file.

        Raises:
            ValueError: the file cannot be read or used; with a sentence that has no address in it.
        """
        found: dict[str, Channel] = {}
        if self.channels_file is not None:
            try:
                found = parse_channels(self.channels_file.read_text("utf-8"))
            except OSError as error:
                raise ValueError(f"CLAWDBOT_CHANNELS_FILE cannot be read: {error.strerror}") from None
            except ValueError as error:
                raise ValueError(f"CLAWDBOT_CHANNELS_FILE cannot be used: {error}") from None
        return found | parse_channels(self.channels.get_secret_value() if self.channels else "")

    @property
    def session_idle(self) -> timedelta:
        return timedelta(hours=self.session_idle_hours)

    @property
    def session_longest(self) -> timedelta:
        return timedelta(days=self.session_days)

    @property
    def digest_timezone(self) -> str:
        return self.digest_zone or self.timezone

    @property
    def digest_channel_names(self) -> list[str]:
        names = [each.strip() for each in self.digest_channels.split(",") if each.strip()]
        return [] if names == ["none"] else names

    @property
    def telegram_user_ids(self) -> frozenset[int]:
        return _ids(self.telegram_users)

    @property
    def telegram_chat_ids(self) -> frozenset[int]:
        return _ids(self.telegram_chats)

    @property
    def api_url(self) -> str:
        """Where the Telegram bot reaches the API."""
        return self.telegram_clawdbot_url or f"http://127.0.0.1:{self.api_port}"

    @property
    def targets(self) -> dict[str, float]:
        """Hours by source; sources that are off are not in it."""
        return parse_targets(self.freshness_targets)

    @property
    def agent_limits(self) -> list[BudgetLimit]:
        return _limits(self.agent_budget)

    @property
    def adviser(self) -> ModelName | None:
        return parse_model_name(self.agent_adviser)

    @property
    def rephraser(self) -> ModelName | None:
        return parse_model_name(self.intake_model)

    @property
    def planner(self) -> ModelName | None:
        return parse_model_name(self.planner_model)

    @property
    def weights(self) -> RankingWeights:
        return parse_weights(self.ranking_weights)

    @property
    def approval_rules(self) -> dict[str, ApprovalRule]:
        """Rule by task type, of the types that are named."""
        return _rules(self.approval)

    @field_validator("trusted_proxies")
    @classmethod
    def _are_networks(cls, value: str) -> str:
        for part in filter(None, (each.strip() for each in value.split(","))):
            ip_network(part, strict=False)
        return value

    @property
    def retention(self) -> dict[RecordKind, int]:
        """Days by kind, of the kinds whose rows are deleted some day."""
        asked = _retention(self.retention_days)
        found = {kind: asked.get(kind, kind.spec.kept_days) for kind in RecordKind}
        return {kind: days for kind, days in found.items() if days}

    @property
    def books(self) -> dict[Book, int]:
        """The same of what ClawdBot writes of its own work; tasks stay longer than their workflows in Temporal."""
        asked = _retention(self.retention_days)
        found = {book: asked.get(book, DEFAULT_DAYS.get(book)) for book in Book}
        least = self.temporal_retention_days + 1
        return {book: max(days, least) if book in AFTER_TEMPORAL else days for book, days in found.items() if days}

    @property
    def lease_keys(self) -> list[bytes]:
        """Keys that are accepted, the one that signs first."""
        return [k.strip().encode() for k in self.lease_secret.get_secret_value().split(",") if k.strip()]

    @property
    def gateway_address(self) -> str:
        """What a worker is told to connect to."""
        return self.gateway_public_address or f"{self.gateway_host}:{self.gateway_port}"

    @property
    def gateway_dial_address(self) -> str:
        """What the API connects to on behalf of HTTP bots."""
        return self.gateway_internal_address or self.gateway_address

    @property
    def gateway_dials_tls(self) -> bool:
        """A proxy that does TLS stands in front of the public address only."""
        return bool(self.gateway_tls_cert) or (self.gateway_behind_tls and self.gateway_internal_address is None)
