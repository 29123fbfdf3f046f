"""Lists that come in pages: the line below a page, and `--all`."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from typing import Any

import pytest

from cli.errors import ExitCode
from cli.tasks import page as tasks_page
from tests.cli.conftest import Server, Shell
from tests.cli.facade import KEY, Facade


def posts(number: int) -> list[dict[str, Any]]:
    return [
        {"ticker": "NVDA", "subreddit": "stocks", "score": each, "title": f"post {each}", "created_utc": "2026-02-01"}
        for each in range(number)
    ]


def asked_pages(facade: Facade, path: str) -> list[dict[str, list[str]]]:
    return [each.query for each in facade.asked if each.path == path]


def test_all_follows_the_marks_in_the_largest_steps(clawdbot: Shell, facade: Facade) -> None:
    facade.records["reddit_posts"] = posts(450)
    ran = clawdbot("records", "list", "reddit_posts", "--all")
    lines = ran.out.splitlines()
    assert [query.get("after") for query in asked_pages(facade, "/records/reddit_posts")] == [None, ["200"], ["400"]]
    assert {*(query["limit"][0] for query in asked_pages(facade, "/records/reddit_posts"))} == {"200"}
    assert len([line for line in lines if line.startswith("CREATED UTC")]) == 1, "one table"
    assert [line.split()[-1] for line in lines[1:451]] == [str(each) for each in range(450)]
    assert lines[451:] == ["", "450 rows (all)"]


def test_pages_of_a_table_stand_below_each_other(clawdbot: Shell, facade: Facade) -> None:
    facade.records["reddit_posts"] = [{**each, "subreddit": "wallstreetbets"} for each in posts(200)] + posts(1)
    lines = clawdbot("records", "list", "reddit_posts", "--all").out.splitlines()
    assert lines[200].index("post") == lines[201].index("post")


def test_all_as_json_is_an_object_a_line(clawdbot: Shell, facade: Facade) -> None:
    facade.records["reddit_posts"] = posts(201)
    ran = clawdbot("records", "list", "reddit_posts", "--all", "--json")
    assert [json.loads(line) for line in ran.out.splitlines()] == facade.records["reddit_posts"]


def test_a_page_that_cannot_be_had_is_said_and_nothing_claims_to_be_all(clawdbot: Shell, facade: Facade) -> None:
    for _ in range(201):
        facade.add("echo")

    def go_down() -> None:
        facade.is_down = True

    facade.on_listed = go_down
    ran = clawdbot("tasks", "list", "--all")
    assert ran.code == ExitCode.UNREACHABLE
    assert "(all)" not in ran.out
    assert "does not answer" in ran.err


def test_all_tasks_go_on_behind_what_the_api_counts(clawdbot: Shell, facade: Facade) -> None:
    facade.most_counted = 200
    ids = [str(facade.add("echo").id) for _ in range(450)]
    said = clawdbot("tasks", "list").out.splitlines()[-1]
    assert said.startswith("20 of 200+ tasks; --all shows the rest")
    lines = clawdbot("tasks", "list", "--all").out.splitlines()
    assert [line.split()[0] for line in lines[1:-2]] == ids[::-1], "whole ids"
    assert lines[-1] == "450 tasks (all)"


def test_tasks_that_are_created_meanwhile_show_nothing_twice(clawdbot: Shell, facade: Facade) -> None:
    ids = {str(facade.add("echo").id) for _ in range(250)}

    def go_on() -> None:
        for _ in range(30):
            facade.add("echo")

    facade.on_listed = go_on
    shown = [json.loads(line)["id"] for line in clawdbot("tasks", "list", "--all", "--json").out.splitlines()]
    assert len(shown) == len(set(shown))
    assert ids == set(shown)


def test_tasks_beyond_the_last_page_are_asked_for_by_time(
    clawdbot: Shell, facade: Facade, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks_page, "_LAST_PAGE", 2)
    instant = datetime(2026, 3, 1, tzinfo=UTC)
    # A batch is created in one instant, here across the last page there is.
    for number in range(700):
        task = facade.add("echo")
        moment = instant if 200 < number < 450 else task.created_at
        facade.tasks[str(task.id)] = facade.tasks[str(task.id)].model_copy(update={"created_at": moment})
    shown = [json.loads(line)["id"] for line in clawdbot("tasks", "list", "--all", "--json").out.splitlines()]
    assert len(shown) == len(set(shown)) == len(facade.tasks)
    assert any("created_before" in query for query in asked_pages(facade, "/tasks"))


@pytest.mark.processes
@pytest.mark.parametrize("options", [[], ["--json"]], ids=["table", "json"])
def test_a_reader_that_has_enough_ends_it_quietly(
    clawdbot: Shell, facade: Facade, server: Server, options: list[str]
) -> None:
    facade.records["reddit_posts"] = posts(5_000)
    words = [sys.executable, "-m", "cli", "records", "list", "reddit_posts", "--all", *options]
    environment = {**os.environ, "CLAWDBOT_API_URL": server.url, "CLAWDBOT_API_KEY": KEY}
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment) as process:
        assert process.stdout
        assert process.stderr
        assert process.stdout.readline()
        process.stdout.close()
        complaints = process.stderr.read()
    assert (process.returncode, complaints) == (ExitCode.READER_GONE, b"")
    assert len(asked_pages(facade, "/records/reddit_posts")) < 25, "nothing more is asked for"
