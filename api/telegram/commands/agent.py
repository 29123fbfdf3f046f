"""/agent and /digest: what the agent and the notifications of the API say."""

from collections.abc import Mapping
from typing import Any

from api.telegram.calls import Call, Usage
from api.telegram.texts import Answer, lines, safe

_VERBS = ("pause", "resume", "run")
_MOST_FIELDS = 15


async def agent(call: Call) -> Answer:
    """/agent status|pause|resume|run, the last three with a reason."""
    verb = call.words[0].lower() if call.words else "status"
    if verb == "status":
        found = await call.api.get("/agent")
        paused = found.get("paused")
        why = f"by {safe(paused['by'])}: {safe(paused['reason'], 300)}" if isinstance(paused, dict) else None
        return Answer(lines("<b>Agent</b>", *_fields(found), why))
    if verb not in _VERBS:
        raise Usage("Write /agent status, /agent pause REASON, /agent resume or /agent run.")
    reason = " ".join(call.words[1:])
    if verb == "pause" and not reason:
        raise Usage("Say why, for those who wonder: /agent pause REASON.")
    await call.api.post(f"/agent/{verb}", {"reason": reason or f"by chat of {call.name}"}, key=call.asked.key)
    return Answer(
        {"pause": "⏸ The agent is paused.", "resume": "▶️ The agent goes on.", "run": "The agent scans now."}[verb]
    )


async def digest(call: Call) -> Answer:
    """What the next daily digest would say."""
    found = await call.api.get("/digests/preview")
    return Answer(
        lines(f"<b>{safe(found['title'])}</b>", *(safe(each, 300) for each in str(found["body"]).splitlines()))
    )


def _fields(found: Mapping[str, Any]) -> list[str]:
    """Whatever single values there are, one a line."""
    plain = [(name, value) for name, value in found.items() if isinstance(value, str | int | float | bool)]
    return [f"{safe(name.replace('_', ' '), 40)}: {safe(value, 200)}" for name, value in plain[:_MOST_FIELDS]]
