"""The page at /docs and /openapi.json: every route says in a whole phrase what it does."""

import re
from functools import cache
from typing import Any

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
def document() -> dict[str, Any]:
    settings = ServerSettings(
        database_url=SecretStr("postgresql://nowhere/none"),
        jwt_secret=SecretStr("x" * 32),
        lease_secret=SecretStr("x" * 32),
    )
    return create_app(settings).openapi()


def operations() -> dict[tuple[str, str], dict[str, Any]]:
    return {(method, path): each for path, methods in document()["paths"].items() for method, each in methods.items()}


def summaries() -> dict[tuple[str, str], str]:
    return {place: each.get("summary", "") for place, each in operations().items()}


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


def test_whatever_asks_who_calls_says_how_to_sign_in() -> None:
    open_ = {f"{method} {path}" for (method, path), each in operations().items() if "security" not in each}
    assert open_ == {
        "get /healthz", "get /readyz", "post /api/v1/auth/login", "post /api/v1/session",
        "post /api/v1/hooks/{address}", "post /api/v1/workers/join",
    }  # fmt: skip
    ways = {name for each in operations().values() for way in each.get("security", []) for name in way}
    assert ways == set(document()["components"]["securitySchemes"])
