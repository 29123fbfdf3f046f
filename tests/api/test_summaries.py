"""The page at /docs and /openapi.json: every route says in a whole phrase what it does."""

import re
from functools import cache

from pydantic import SecretStr

from api.app import create_app
from contracts.settings import ServerSettings

#: First words of summaries. A new one is added here; a noun or a question is rewritten.
VERBS = frozenset(
    "Add Approve Become Cancel Cap Change Check Claim Close Count Create Delete Deliver Drain End Exchange "
    "Explain Export Import Let List Make Mark Mute Open Parse Pause Preview Price Propose Rank Read Register Reject "
    "Remove Replace Report Resolve Resume Retire Retry Revoke Run Save Send Set Show Skip Stream Submit Switch "
    "Take Undo Unlink Withdraw Write".split()
)
PRONOUNS = frozenset("that it this them those these what".split())


@cache
def summaries() -> dict[tuple[str, str], str]:
    settings = ServerSettings(
        database_url=SecretStr("postgresql://nowhere/none"),
        jwt_secret=SecretStr("x" * 32),
        lease_secret=SecretStr("x" * 32),
    )
    paths = create_app(settings).openapi()["paths"]
    return {
        (method, path): route.get("summary", "") for path, methods in paths.items() for method, route in methods.items()
    }


def test_a_summary_begins_with_a_verb_and_names_its_object() -> None:
    wrong = {}
    for place, summary in summaries().items():
        verb, *words = re.findall(r"[\w'-]+", summary) or [""]
        if verb not in VERBS or not set(words) - PRONOUNS or words[0] in PRONOUNS:
            wrong[place] = summary
    assert summaries()
    assert wrong == {}


def test_no_two_routes_say_the_same() -> None:
    said = list(summaries().values())
    assert sorted(said) == sorted(set(said))
