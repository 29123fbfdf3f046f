"""Processes of one version beside tables of another: they say so, and write nothing."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest

from db.engine import make_engine
from db.migrate import migrate
from db.schema_version import GOES_ON, SchemaTooNew, SchemaWatch, newest_known
from tests.support import warm
from tests.support.databases import cloned
from tests.support.facade import Facade, eventually
from tests.support.in_process import in_process
from tests.support.servers import Servers

VERSION = "UPDATE alembic_version SET version_num = %s"


@pytest.fixture(scope="module")
def own(servers: Servers, cheap_passwords: None) -> Iterator[Facade]:
    with in_process(servers) as running:
        yield running


@contextmanager
def tables_of(stack: Facade, version: str) -> Iterator[None]:
    stack.execute(VERSION, version)
    try:
        yield
    finally:
        stack.execute(VERSION, newest_known())


def checks(stack: Facade) -> tuple[int, bool]:
    answer = stack.api.http.get(f"{stack.api_url}/readyz")
    return answer.status_code, answer.json()["checks"]["schema"]


@pytest.mark.parametrize(("version", "said"), [("9999", "a newer version"), ("0001", "older than this process")])
def test_an_api_beside_tables_of_another_version_only_reads(own: Facade, version: str, said: str) -> None:
    there = own.api.submit("echo")
    with tables_of(own, version):
        eventually(lambda: checks(own) == (503, False), 20, "it is not ready")
        asked: tuple[tuple[str, str, object], ...] = (
            ("POST", "/tasks", {"task_type": "echo"}),
            ("POST", f"/tasks/{there}/cancel", None),
            ("PUT", "/tickers/NVDA", {"tracked": True}),
        )
        for method, path, body in asked:
            refused = own.api.http.request(method, path, json=body)
            assert (refused.status_code, said in refused.json()["detail"]) == (503, True), path
        assert own.api.task(there)["status"] == "pending"
        assert own.rows("SELECT count(*) AS tasks FROM tasks")[0]["tasks"] == 1
    eventually(lambda: checks(own) == (200, True), 20, "it is ready again")
    own.execute("DELETE FROM tasks")


async def test_a_core_of_an_older_version_neither_migrates_nor_goes_on(servers: Servers) -> None:
    with cloned(servers) as url:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(VERSION, ("9999",))
        with pytest.raises(SchemaTooNew, match=r"its tables are 9999, this process knows \d{4}"):
            migrate(url)
        # The process itself ends before it has asked Temporal for anything.
        secrets = {f"CLAWDBOT_{name}_SECRET": "x" * 40 for name in ("JWT", "LEASE")}
        core = warm.run(
            [sys.executable, "-m", "workers.core.main"],
            env={**os.environ, **secrets, "CLAWDBOT_DATABASE_URL": url, "CLAWDBOT_TEMPORAL_ADDRESS": "127.0.0.1:1"},
            text=True, timeout=120,
        )  # fmt: skip
        assert core.returncode == 1
        assert core.stderr.strip().splitlines()[-1].startswith("The database is of a newer version of ClawdBot")
        engine = make_engine(url, process="tests", pool_size=1)
        try:
            with pytest.raises(SchemaTooNew):
                await SchemaWatch(engine).until_newer()
            gateway = SchemaWatch(engine, GOES_ON)
            assert await gateway.look()
            assert gateway.mismatch
            assert "What workers report is written all the same: replace this process" in gateway.mismatch
        finally:
            await engine.dispose()
