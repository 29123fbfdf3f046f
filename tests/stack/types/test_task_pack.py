"""A task pack from `clawdbot types new`, on a ClawdBot of its own that has it installed."""

import importlib.util
import os
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from tests.packs import install, new_task, with_packs, write_pack
from tests.stack.harness import RunningStack
from tests.support import warm
from tests.support.light import Light

QUICK = {"max_attempts": 3, "initial_seconds": 0.2, "backoff": 1, "max_seconds": 0.2}


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = new_task("price_check", tmp_path_factory.mktemp("packs") / "pack")
    install(directory)
    return directory


@pytest.fixture(scope="module")
def environment(pack: Path) -> dict[str, str]:
    """That pack, and one that is broken."""
    broken = write_pack(pack.parent / "broken", "zz-broken", "import not_there\n")
    return with_packs(pack, broken)


@pytest.fixture(scope="module")
def stack(light: Light, environment: dict[str, str]) -> Iterator[RunningStack]:
    with light(environment) as running:
        yield running


def running_stub(pack: Path) -> AbstractContextManager[Any]:
    """The stub server that the pack brings for its own tests."""
    spec = importlib.util.spec_from_file_location("stub_of_price_check", pack / "tests" / "stub_server.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    started: AbstractContextManager[Any] = module.running_stub()
    return started


def test_people_see_where_it_comes_from(stack: RunningStack) -> None:
    settings = {"CLAWDBOT_API_URL": stack.api_url, "CLAWDBOT_API_KEY": stack.admin_key, "NO_COLOR": "1"}
    done = warm.run(
        [sys.executable, "-m", "cli", "types", "show", "price_check"],
        env={**os.environ, **settings}, text=True, timeout=60,
    )  # fmt: skip
    assert "From the task pack clawdbot-price-check." in done.stdout, done.stderr


def test_it_is_validated_run_and_retried_like_any_other(
    stack: RunningStack, environment: dict[str, str], pack: Path
) -> None:
    api = stack.api
    shown = {each["name"]: each for each in api.http.get("/task-types").json()["task_types"]}
    assert (shown["price_check"]["pack"], shown["price_check"]["implemented"]) == ("clawdbot-price-check", True)
    assert shown["echo"]["pack"] == ""
    refused = api.http.post("/tasks", json={"task_type": "price_check", "params": {"topik": "rain"}})
    assert refused.status_code == 422
    assert "params.topik" in refused.text

    with running_stub(pack) as stub:
        stub.refusals.append(503)
        with stack.worker("price_check", "echo", environment={**environment, "PRICE_CHECK_URL": stub.url}):
            id_ = api.submit("price_check", {"topic": "rain"}, retry=QUICK)
            task = api.wait_for(id_)
            assert api.wait_for(api.submit("echo"))["status"] == "succeeded"
    assert (task["status"], task["attempt"]) == ("succeeded", 2)
    assert task["result"] == {"lines": 6, "last": "rain 2.3"}
    assert stub.pages == [1, 1, 2]
    assert "The task pack zz-broken (zz_broken) is left out" in stack.log("api")
