"""/failures: what fails alike, and what is done about all of it; by the API, as the person who writes."""

from chat.telegram.command_call import Call, Usage, is_beginning
from chat.telegram.texts import Answer, ago, lines, safe, span
from contracts.tasks.failures import FailureGroupView, FailuresView

_SHOWN = 8
#: How long a group is muted.
_MUTE_SECONDS = 8 * 3_600
_USAGE = "Write /failures, /failures canary ID or /failures mute ID."


async def failures(call: Call) -> Answer:
    """/failures, canary ID, mute ID."""
    if not call.words:
        return Answer(_listed(FailuresView.model_validate(await call.api.get("/failures", limit=_SHOWN))))
    verb = call.words[0].lower()
    if verb not in ("canary", "mute") or len(call.words) < 2:
        raise Usage(_USAGE)
    group = await _group(call, call.words[1].lower())
    if verb == "mute":
        await call.api.post(f"/failures/{group.cause}/mute", {"seconds": _MUTE_SECONDS}, key=call.asked.key)
        return Answer(f"{group.cause[:8]} is muted for {span(_MUTE_SECONDS)}.")
    begun = await call.api.post(f"/failures/{group.cause}/canary", {"release": True}, key=call.asked.key)
    await call.follow([begun["canary_task_id"]])
    return Answer(f"One of {group.count:,} is tried; if it succeeds, the others follow at the pace of their source.")


async def _group(call: Call, prefix: str) -> FailureGroupView:
    """Raises Usage: none begins so, or several do."""
    if not is_beginning(prefix):
        raise Usage(_USAGE)
    named = FailuresView.model_validate(await call.api.get("/failures", id_prefix=prefix, limit=2)).groups
    if len(named) != 1:
        many = "Several groups begin" if named else "No open group begins"
        raise Usage(f"{many} with {prefix}. /failures lists the largest.")
    return named[0]


def _listed(found: FailuresView) -> str:
    if not found.groups:
        return "✅ Nothing fails that nobody has seen to."
    return lines(
        f"<b>{found.looked_at:,} failed tasks</b>",
        *(
            f"{each.cause[:8]} {each.count:,} of {safe(each.task_type, 40)}: {safe(each.message, 120)}"
            f" ({ago(each.last_at.isoformat() if each.last_at else None)})"
            for each in found.groups
        ),
        "/failures canary ID tries one, and the others if it succeeds; /failures mute ID leaves it out for 8 hours",
    )
