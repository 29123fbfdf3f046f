"""`clawdbot agent budget` and `policy`: what the agent may spend, and how it goes about it."""

from typing import Annotated, Any

import typer
from pydantic import ValidationError

from cli.agent.page import show_agent
from cli.api_client import ApiClient
from cli.connection import find_connection
from cli.errors import CliError
from cli.options import ApiUrl, AsJson
from contracts.agent.budget import check_limits, parse_limit, place_of
from contracts.agent.policy import BudgetLimit, Policy
from contracts.agent.views import AgentView
from contracts.mistakes import in_words

_OFF = "off"


def budget(
    change: Annotated[
        list[str] | None,
        typer.Argument(metavar="LIMIT", help="Such as tasks=60/hour, usd=0.50/day, reddit:calls=9/hour, usd=off/day."),
    ] = None,
    api_url: ApiUrl = None,
    as_json: AsJson = False,
) -> None:
    """Show the budget, or change some of its limits; the others stay.

    Example: clawdbot agent budget tasks=60/hour usd=0.50/day
    """
    with ApiClient(find_connection(api_url)) as api:
        found = api.get("/agent", AgentView)
        if change:
            limits = _changed([each.limit for each in found.budget], change)
            body = {"limits": [each.model_dump(mode="json") for each in limits]}
            found = api.put("/agent/budget", AgentView, body)
    show_agent(found, as_json)


def policy(
    change: Annotated[
        list[str] | None, typer.Argument(metavar="NAME=VALUE", help="Such as interval_minutes=5, sources_off=sec,news.")
    ] = None,
    api_url: ApiUrl = None,
    as_json: AsJson = False,
) -> None:
    """Show the policy, or change some of it; the rest stays.

    Example: clawdbot agent policy interval_minutes=5 sources_off=sec,news
    """
    with ApiClient(find_connection(api_url)) as api:
        found = api.get("/agent", AgentView)
        if change:
            values = {**found.policy.model_dump(mode="json"), **_values(change)}
            found = api.put("/agent/policy", AgentView, _policy(values).model_dump(mode="json"))
    show_agent(found, as_json, with_policy=True)


def _changed(known: list[BudgetLimit], change: list[str]) -> list[BudgetLimit]:
    limits = {place_of(each): each for each in known}
    try:
        for part in change:
            # A limit is taken away by naming it: what it was does not matter.
            named = parse_limit(part.replace(f"={_OFF}/", "=0/"))
            if f"={_OFF}/" in part:
                limits.pop(place_of(named), None)
            else:
                limits[place_of(named)] = named
        return check_limits(list(limits.values()))
    except ValueError as error:
        raise CliError(f"Nothing was changed: {error}.") from None


def _values(change: list[str]) -> dict[str, Any]:
    pairs = [each.partition("=") for each in change]
    for name, sign, _ in pairs:
        if name not in Policy.model_fields or not sign:
            raise CliError(f"Give a value as interval_minutes=5. The names are {', '.join(Policy.model_fields)}.")
    return {name: _list(value) if name == "sources_off" else value for name, _, value in pairs}


def _list(value: str) -> list[str]:
    return [each.strip() for each in value.split(",") if each.strip()]


def _policy(values: dict[str, Any]) -> Policy:
    try:
        return Policy.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise CliError(f"Nothing was changed: {where}: {in_words(first)}.".replace(": : ", ": ")) from None
