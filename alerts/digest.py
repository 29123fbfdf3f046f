"""The words of a digest."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from alerts.texts import line
from contracts.digests import DigestData, Named


def title(data: DigestData) -> str:
    """One line, as it stands in a chat."""
    named = ", ".join(f"{line(each.name, 20)}({each.count:,})" for each in data.top_tickers[:3])
    top = f" — Top: {named}" if named else ""
    return f"📊 {data.period.capitalize()}: {data.ended:,} tasks, {data.succeeded:,}✅ {data.failed:,}❌{top}"


def body(data: DigestData, zone: str) -> str:
    """The rest, a line per subject."""
    clock = ZoneInfo(zone)
    since, until = (each.astimezone(clock).strftime("%a %d %b %H:%M") for each in (data.since, data.until))
    lines = [
        f"{since} to {until} ({zone})",
        f"Tasks: {data.created:,} created, {data.succeeded:,} succeeded, {data.failed:,} failed, "
        f"{data.cancelled:,} cancelled, {data.rejected:,} rejected; {data.open_tasks:,} open now",
        f"Workers: {data.workers_online:,} of {data.workers:,} online",
        f"Data: {data.stale_sources:,} sources of tracked tickers are older than wanted",
        f"Alerts: {data.alerts:,} began, {data.alerts_firing:,} last",
        *_listed("Tickers", data.top_tickers),
        *_listed("Errors", data.top_errors),
    ]
    return "\n".join(lines)


def _listed(name: str, found: Sequence[Named]) -> list[str]:
    return [f"{name}: " + ", ".join(f"{line(each.name, 60)} ({each.count:,})" for each in found)] if found else []
