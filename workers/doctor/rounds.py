"""All checks in order; what cannot be looked at for want of something earlier is left out."""

from pathlib import Path
from urllib.parse import urlsplit

from contracts.workers.settings import WorkerSettings
from workers.doctor.api import ask_api
from workers.doctor.gateway import ask_gateway, place_of
from workers.doctor.machine import look_at_capabilities, look_at_memory
from workers.doctor.network import Server, way_to
from workers.doctor.report import Check, Verdict, warn


async def make_rounds(settings: WorkerSettings, open_file: Path | None, idle: float) -> list[Check]:
    """Look at everything. ``settings`` have an address and a key."""
    url, key = (settings.api_url or "").rstrip("/"), settings.api_key.get_secret_value() if settings.api_key else ""
    checks = [_file(open_file)] if open_file else []
    checks += [look_at_memory()]
    checks += await way_to(_place_of(url))
    if not _is_well(checks):
        return checks
    found, granted = await ask_api(url, key)
    checks += found
    if granted is None:
        return checks
    checks += await look_at_capabilities(granted, settings.capabilities)
    way = await way_to(place_of(granted))
    checks += way
    return checks + (await ask_gateway(granted, key, idle) if _is_well(way) else [])


def _file(path: Path) -> Check:
    return warn("settings", f"{path} can be read by other users of this machine", f"chmod 600 {path}")


def _place_of(url: str) -> Server:
    parts = urlsplit(url)
    tls = parts.scheme == "https"
    return Server("api", parts.hostname or "", parts.port or (443 if tls else 80), tls)


def _is_well(checks: list[Check]) -> bool:
    return all(check.verdict is not Verdict.FAIL for check in checks)
