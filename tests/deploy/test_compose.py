"""docker-compose.yml against the code. No Docker is needed: what it names exists, and what the code needs is given."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from contracts.client_settings import ClientSettings
from contracts.settings import ServerSettings
from tests.deploy.files import (
    COMPOSE,
    ROOT,
    VARIABLE,
    compose,
    environment,
    filled_in,
    required,
    run,
    services,
    settings_of,
)
from workers.embedded import unbrowsable
from workers.embedded.temporal import config_directory, dynamic_config_flags

SERVERS = ("api", "core", "gateway")
#: Without settings they get as far as to say so.
WITH_SETTINGS = (*SERVERS, "telegram")
OURS = (*WITH_SETTINGS, "admin", "sandbox", "web-ui", "worker")
#: Long-running, but without a tool inside that could ask.
WITHOUT_HEALTHCHECK = {"temporal-ui", "worker"}
ONE_SHOT = {"temporal-schema", "admin"}
#: Not a setting: read by `python -m api.admin` alone.
OF_THE_ADMIN_COMMAND = {"CLAWDBOT_ADMIN_PASSWORD"}
OVERRIDES = sorted((ROOT / "deploy" / "compose").glob("*.yml"))


def example() -> dict[str, str]:
    """`.env.example` as a person fills it in."""
    lines = (ROOT / ".env.example").read_text().splitlines()
    pairs = [line.split("=", 1) for line in lines if line and not line.startswith("#")]
    return {name: value or f"filled-in-{name.lower()}-0123456789abcdef" for name, value in pairs}


def demanded() -> set[str]:
    return {found["name"] for found in VARIABLE.finditer(COMPOSE.read_text()) if found["kind"] == "?"}


@pytest.mark.processes
@pytest.mark.parametrize("service", OURS)
def test_the_command_of_every_service_of_ours_starts(service: str) -> None:
    command = services()[service]["command"]
    done = run(command if service in WITH_SETTINGS else [*command, "--help"])
    if service in WITH_SETTINGS:
        assert "Field required" in done.stderr, done.stderr
    else:
        assert done.returncode == 0, done.stderr
        assert "usage:" in done.stdout.lower()


@pytest.mark.parametrize("service", OURS)
def test_every_setting_exists(service: str) -> None:
    known = settings_of(ServerSettings) | settings_of(ClientSettings) | OF_THE_ADMIN_COMMAND
    given = {name for name in services()[service].get("environment", {}) if name.startswith("CLAWDBOT_")}
    assert given <= known


@pytest.mark.parametrize("service", [*WITH_SETTINGS, "admin"])
def test_the_settings_are_complete_and_the_code_reads_them(service: str, monkeypatch: pytest.MonkeyPatch) -> None:
    given = environment(services()[service], example())
    assert required() <= given.keys()
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    settings = ServerSettings()
    assert settings.gateway_address == example()["CLAWDBOT_GATEWAY_PUBLIC_ADDRESS"]
    assert settings.gateway_tls_cert is not None
    assert settings.environment == "production"


def test_api_core_and_gateway_have_the_same_settings() -> None:
    """The API tells workers what the gateway is configured to do, so both must know."""
    given = [services()[service]["environment"] for service in SERVERS]
    assert given[0] == given[1] == given[2]


@pytest.mark.processes
def test_without_tls_the_gateway_refuses_to_start() -> None:
    given = environment(services()["gateway"], example())
    bare = {name: value for name, value in given.items() if "_TLS" not in name}
    done = run(services()["gateway"]["command"], bare)
    assert done.returncode != 0
    assert "CLAWDBOT_GATEWAY_TLS_CERT" in done.stderr


def test_the_example_names_what_is_demanded_and_nothing_unknown() -> None:
    used = {found["name"] for found in VARIABLE.finditer(COMPOSE.read_text())}
    handed_on = {
        name for each in services().values() for name, value in each.get("environment", {}).items() if value is None
    }
    assert demanded() <= example().keys() <= used | handed_on


def test_secrets_have_no_defaults() -> None:
    secrets = [found for found in VARIABLE.finditer(COMPOSE.read_text()) if re.search("PASSWORD|SECRET", found["name"])]
    assert secrets
    assert {found["kind"] for found in secrets} == {"?"}
    # And none is written down.
    for name, value in [pair for each in services().values() for pair in each.get("environment", {}).items()]:
        if re.search("PASSWORD|SECRET|PWD", name):
            assert VARIABLE.fullmatch(value), name


def test_images_are_pinned_to_a_version() -> None:
    images = [each["image"] for each in services().values()]
    images += re.findall(r"^FROM (\S+:\S+)", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    for image in images:
        assert re.search(r":\d+\.\d+", image), image


def test_temporal_reads_the_very_file_that_the_embedded_server_reads() -> None:
    temporal = services()["temporal"]
    [mount] = temporal["volumes"]
    source, target, mode = mount.split(":")
    file = ROOT / source
    assert file.resolve() == (config_directory() / "dynamicconfig.yaml").resolve()
    assert (target, mode) == (temporal["environment"]["DYNAMIC_CONFIG_FILE_PATH"], "ro")
    keys = [flag.split("=")[0] for flag in dynamic_config_flags(file) if flag != "--dynamic-config-value"]
    assert keys == list(yaml.safe_load(file.read_text()))


@pytest.mark.parametrize("path", [COMPOSE, *OVERRIDES], ids=lambda path: path.name)
def test_what_is_published_is_published_on_loopback_and_never_temporal(path: Path) -> None:
    published = {name: each["ports"] for name, each in compose(path)["services"].items() if "ports" in each}
    assert published.keys() <= {"api", "gateway", "web-ui"}
    for port in [filled_in(port, {}) for ports in published.values() for port in ports]:
        address, _, inside = port.split(":")
        assert address == "127.0.0.1"
        assert inside != "7233"


def test_only_api_and_gateway_are_published_by_default() -> None:
    assert {name for name, each in services().items() if "ports" in each} == {"api", "gateway"}


def test_workers_reach_neither_databases_nor_temporal() -> None:
    networks = {name: set(each["networks"]) for name, each in services().items()}
    for trusted in ("postgres", "temporal", "temporal-ui", "web-ui", "core"):
        assert networks["worker"].isdisjoint(networks[trusted])
        assert networks["sandbox"].isdisjoint(networks[trusted])
    assert compose()["networks"]["data"]["internal"] is True


def test_the_web_ui_is_reached_by_its_door_only() -> None:
    """A browser on the host could open the address of any container, but not this port."""
    port = services()["temporal-ui"]["environment"]["TEMPORAL_UI_PORT"]
    assert int(port) in unbrowsable.BLOCKED
    command = [
        filled_in(word, {"CLAWDBOT_TEMPORAL_UI_URL": "https://ui.example.com"})
        for word in services()["web-ui"]["command"]
    ]
    assert f"--behind=temporal-ui:{port}" in command
    assert "--origin=https://ui.example.com" in command
    door = compose(ROOT / "deploy" / "compose" / "web-ui.yml")["services"]["web-ui"]
    assert door["ports"] == ["127.0.0.1:8233:8233"]
    assert "--port=8233" in command
    assert set(door["networks"]).isdisjoint(services()["worker"]["networks"])


def test_core_reaches_the_channels_of_notifications() -> None:
    ways_out = {name for name, each in compose()["networks"].items() if not (each or {}).get("internal")}
    assert ways_out & set(services()["core"]["networks"])


def test_everything_comes_back_and_says_how_it_is() -> None:
    for name, each in services().items():
        assert each["restart"] == ("on-failure:5" if name in ONE_SHOT else "unless-stopped"), name
        assert ("healthcheck" in each) == (name not in WITHOUT_HEALTHCHECK | ONE_SHOT), name


@pytest.mark.parametrize("name", OURS)
def test_our_containers_are_allowed_little(name: str) -> None:
    service = services()[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    target = service["build"]["target"]
    stage = (ROOT / "Dockerfile").read_text().split(f" AS {target}\n")[1].split("\nFROM ")[0]
    assert "\nUSER 10001\n" in stage
    extras = {"server": "server,adviser"}.get(target, target)
    assert f"'clawdbot[{extras}]'" in stage


@pytest.mark.parametrize("path", OVERRIDES, ids=lambda path: path.name)
def test_overrides_name_services_that_exist(path: Path) -> None:
    override = compose(path)
    assert override["services"].keys() <= services().keys()


def test_every_file_that_is_mounted_exists() -> None:
    mounts = [mount for each in services().values() for mount in each.get("volumes", []) if mount.startswith("./")]
    sources = {mount.split(":")[0] for mount in mounts}
    # The certificate is the one thing that a person brings.
    for source in sources - {"./deploy/tls"}:
        assert (ROOT / source).is_file(), source


def test_the_builder_gets_the_packages_and_no_secrets() -> None:
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    project: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())
    packages = project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    files = {"pyproject.toml", "hatch_build.py", "constraints.txt", "README.md", "LICENSE"}
    assert {*packages, *files, "temporal-config", "dashboard"} == allowed
    assert f":{project['project']['version']}" in services()["api"]["image"]
