"""The API as a worker meets it: does it answer, is its clock ours, what does it say about the key."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import httpx

from contracts.trust import trusted_at
from contracts.workers.views import BootstrapView
from runtime.version import installed_version
from workers.doctor.report import Check, fail, ok, warn

_SECONDS = 10.0
#: Dates in requests are relative to the server's clock; certificates to ours.
_CLOCK_WARNS, _CLOCK_FAILS = timedelta(seconds=30), timedelta(minutes=5)
_SOON = timedelta(days=14)


async def ask_api(api_url: str, key: str) -> tuple[list[Check], BootstrapView | None]:
    """The checks, and what the API grants this worker; None if it does not."""
    async with httpx.AsyncClient(
        base_url=api_url, timeout=_SECONDS, trust_env=False, verify=trusted_at(api_url)
    ) as http:
        try:
            answer = await http.get("/api/v1/worker/bootstrap", headers={"X-Worker-Key": key})
        except (httpx.TransportError, httpx.InvalidURL) as error:
            found = f"{type(error).__name__}: {error}".rstrip(": ")
            return [fail("api: answer", found, "Is this the address of a ClawdBot API?")], None
    checks = _clock(answer.headers.get_list("date"))
    if answer.status_code in (401, 403):
        return [ok("api: answer", f"HTTP {answer.status_code}"), *checks, _refused()], None
    granted = _granted(answer)
    if granted is None:
        return [_odd(answer), *checks], None
    return [ok("api: answer", "it knows this worker"), *checks, _key(granted), _version(granted)], granted


def _granted(answer: httpx.Response) -> BootstrapView | None:
    try:
        return BootstrapView.model_validate_json(answer.content) if answer.status_code == 200 else None
    except ValueError:
        return None


def _odd(answer: httpx.Response) -> Check:
    found = f"HTTP {answer.status_code}, and not what ClawdBot says"
    if answer.status_code >= 500:
        return fail(
            "api: answer", f"HTTP {answer.status_code}", "Look at the log of the API, or of the proxy before it."
        )
    return fail("api: answer", found, "Give the address without a path: https://clawdbot.example.com.")


def _refused() -> Check:
    return fail(
        "key",
        "it is not accepted: unknown, revoked, expired, or not a worker's",
        "Check CLAWDBOT_API_KEY, or ask an admin for a new one (`clawdbot workers register`).",
    )


def _key(granted: BootstrapView) -> Check:
    who = f"of worker '{granted.name}', for {', '.join(granted.capabilities) or 'nothing'}"
    if granted.key_expires_at is None:
        return ok("key", who)
    found = f"{who}, until {granted.key_expires_at:%Y-%m-%d %H:%M} UTC"
    if granted.key_expires_at - datetime.now(UTC) < _SOON:
        return warn("key", found, "Ask an admin for a new one before it ends.")
    return ok("key", found)


def _version(granted: BootstrapView) -> Check:
    ours, theirs = installed_version(), granted.server_version
    found = f"worker {ours or 'unknown'}, server {theirs or 'unknown'}"
    if ours == theirs:
        return ok("version", found)
    return warn("version", found, "They work together, but a worker takes only types that its version knows: upgrade.")


def _clock(dates: list[str]) -> list[Check]:
    try:
        theirs = parsedate_to_datetime(dates[0])
    except (ValueError, IndexError):
        return []
    if theirs.tzinfo is None:
        theirs = theirs.replace(tzinfo=UTC)
    apart = datetime.now(UTC) - theirs
    found = f"{abs(apart).total_seconds():.0f} s {'ahead of' if apart > timedelta() else 'behind'} the server's"
    if abs(apart) <= _CLOCK_WARNS:
        return [ok("clock", found)]
    advice = "Let this machine set its clock over the network (NTP)."
    return [(fail if abs(apart) > _CLOCK_FAILS else warn)("clock", found, advice)]
