"""`clawdbot failures resolve`, `mute`, `reopen`, `note`: what people think of a group. Its tasks stay as they are."""

from datetime import UTC, datetime

from cli.acting import act_on, tell
from cli.failures.ids import SHOWN, Group, find_group
from cli.options import ApiUrl, AsJson, ForHowLong
from cli.text import clock, one_line
from contracts.tasks.failures import FailureEventView, FailureGroupDetailView


def resolve(group: Group, api_url: ApiUrl = None, as_json: AsJson = False) -> None:
    """Say that it is put right. The next task that fails like this opens it again.

    Example: clawdbot failures resolve 3f9a1c
    """
    done = _post(group, "resolve", None, api_url)
    tell(done, f"{done.cause[:SHOWN]} is resolved. The next failure of its kind opens it again.", as_json)


def mute(group: Group, for_: ForHowLong, api_url: ApiUrl = None, as_json: AsJson = False) -> None:
    """Hide it for a while, however often it is seen.

    Example: clawdbot failures mute 3f9a1c --for 8h
    """
    done = _post(group, "mute", {"seconds": for_}, api_url)
    tell(done, f"{done.cause[:SHOWN]} is muted until {clock(done.muted_until or datetime.now(UTC))}.", as_json)


def reopen(group: Group, api_url: ApiUrl = None, as_json: AsJson = False) -> None:
    """Open one again that was resolved or muted.

    Example: clawdbot failures reopen 3f9a1c
    """
    done = _post(group, "reopen", None, api_url)
    tell(done, f"{done.cause[:SHOWN]} is open.", as_json)


def note(group: Group, text: str, api_url: ApiUrl = None, as_json: AsJson = False) -> None:
    """Write something down, for people and for the next attempts of its tasks.

    Example: clawdbot failures note 3f9a1c 'the key was renewed on Monday'
    """
    done = act_on(lambda api: f"/failures/{find_group(api, group)}/notes", FailureEventView, {"text": text}, api_url)
    tell(done, f"{one_line(group)[:SHOWN]}  noted as {one_line(done.actor or '')}", as_json)


def _post(group: str, verb: str, body: object, api_url: str | None) -> FailureGroupDetailView:
    return act_on(lambda api: f"/failures/{find_group(api, group)}/{verb}", FailureGroupDetailView, body, api_url)
