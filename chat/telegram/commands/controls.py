"""/pause and /resume: one capability, or everything."""

from collections.abc import Mapping, Sequence
from typing import Any

from chat.telegram.command_call import Call, Usage
from chat.telegram.texts import Answer, lines, safe

#: Those who wait see by whom it was paused.
_NO_REASON = "in Telegram, without a reason"
_EVERYTHING = ("all", "everything")


async def pause(call: Call) -> Answer:
    """/pause alone is everything; /pause CAPABILITY REASON, or /pause all REASON."""
    if not call.words:
        await call.api.post("/pause", {"reason": _NO_REASON})
        return Answer("⏸ Everything is paused. What runs goes on. /resume ends it.")
    what, reason = await _what(call, "pause"), " ".join(call.words[1:])
    if not reason:
        raise Usage(f"Say why, for those who wait: /pause {call.words[0]} REASON.")
    if what is None:
        await call.api.post("/pause", {"reason": reason})
    else:
        await call.api.post(f"/capabilities/{what}/pause", {"reason": reason})
    return Answer(
        f"⏸ {safe(what or 'Everything')} is paused: {safe(reason, 300)}. What runs goes on. "
        f"/resume {safe(call.words[0])} ends it."
    )


async def resume(call: Call) -> Answer:
    """/resume alone ends the pause of everything."""
    if not call.words:
        await call.api.post("/resume")
        return Answer(lines("▶️ Everything goes on.", await _still_paused(call)))
    what = await _what(call, "resume")
    await call.api.post("/resume" if what is None else f"/capabilities/{what}/resume")
    return Answer(f"▶️ {safe(what or 'Everything')} goes on.")


async def _what(call: Call, verb: str) -> str | None:
    """The capability that the first word names; None for everything."""
    found = await call.api.get("/capabilities")
    names = [each["capability"] for each in found["capabilities"]]
    word = call.words[0].lower() if call.words else ""
    if word in _EVERYTHING:
        return None
    if word in names:
        return word
    reason = " REASON" if verb == "pause" else ""
    raise Usage(
        lines(
            f"Write /{verb} all{reason}, or /{verb} and a capability: {', '.join(names)}.",
            _paused(found["capabilities"]),
        )
    )


async def _still_paused(call: Call) -> str | None:
    return _paused((await call.api.get("/capabilities"))["capabilities"])


def _paused(capabilities: Sequence[Mapping[str, Any]]) -> str | None:
    names = [each["capability"] for each in capabilities if each["paused"]]
    return f"Paused now: {', '.join(names)}." if names else None
