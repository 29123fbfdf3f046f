"""What leads from a task into the Temporal Web UI: Temporal answers the queries of the links, and those of the docs."""

import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from tests.stack.harness import Api, RunningStack, eventually

DOCS = Path(__file__).parents[3] / "docs" / "operations.md"


def test_links_lead_to_tasks_that_are_like_it(stack: RunningStack, api: Api) -> None:
    id_ = api.submit("reddit_crawl", {"ticker": "LNKD"})
    addresses = api.task(id_)["temporal_lists"]
    assert set(addresses) == {"same type", "same ticker", "same type and ticker", "same creator"}
    queries = [query for address in addresses.values() for query in parse_qs(urlsplit(address).query)["query"]]
    eventually(lambda: all(is_listed(stack, query, id_) for query in queries), 30, f"each of {queries} finds it")
    api.command(id_, "cancel")


def test_temporal_understands_the_queries_of_the_docs(stack: RunningStack) -> None:
    section = DOCS.read_text("utf-8").partition("## In the Temporal Web UI")[2].partition("\n## ")[0]
    queries = re.findall(r"\| `([A-Z][^`]+(?:=|IN)[^`]+)` \|", section)
    assert len(queries) == 5
    for query in queries:
        stack.temporal_side.listed(query)


def is_listed(stack: RunningStack, query: str, id_: str) -> bool:
    return id_ in {each.execution.workflow_id for each in stack.temporal_side.listed(query)}
