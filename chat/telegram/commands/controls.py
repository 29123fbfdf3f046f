"""/pause and /resume: one capability, or everything."""

from chat.telegram.command_call import Call, Usage
from chat.telegram.texts import Answer, lines, safe

_EVERYTHING = ("all", "everything")


async def pause(call: Call) -> Answer:
    """/pause CAPABILITY REASON, or /pause all REASON."""
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
    paused = [each["capability"] for each in found["capabilities"] if each["paused"]]
    reason = " REASON" if verb == "pause" else ""
    raise Usage(
        lines(
            f"Write /{verb} all{reason}, or /{verb} and a capability: {', '.join(names)}.",
            f"Paused now: {', '.join(paused)}." if paused else None,
        )
    )
