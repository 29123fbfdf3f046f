"""Asks for what the agent would collect next."""

from typing import Any

from contracts.agent.ranking import DEFAULT_TARGETS
from tests.support.facade import Api

#: As conftest.py tells the API.
TARGETS = {**{name: hours for name, hours in DEFAULT_TARGETS.items() if name != "twitter"}, "summary": 72}
EVERYTHING = "SELECT (SELECT count(*) FROM tasks) AS tasks, (SELECT count(*) FROM outbox) AS outbox"


def put(api: Api, ticker: str, **fields: Any) -> None:
    api.http.put(f"/tickers/{ticker}", json=fields).raise_for_status()


def ranking(api: Api, **query: Any) -> Any:
    reply = api.http.get("/agent/ranking", params={"limit": 1_000, **query})
    assert reply.status_code == 200, reply.text
    return reply.json()


def needs(api: Api, **query: Any) -> dict[tuple[str, str], Any]:
    return {(each["ticker"], each["source"]): each for each in ranking(api, **query)["ranking"]}
