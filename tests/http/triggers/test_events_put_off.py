"""An event whose transaction fails is put off, those behind it go on, and in the end its triggers' logs say so."""

import asyncio
from collections.abc import Iterator

import pytest

from db.engine import make_engine
from runtime.failpoints import Failpoints
from services.triggers.own_events import MOST_TRIES
from tests.http.triggers.made import deliveries, made_by
from tests.http.triggers.test_own_events import SETTINGS, Watch, echo, fail, watch
from tests.support.facade import Api, Facade
from workers.core.lookout import Lookout
from workers.core.triggers import TriggerEvents

__all__ = ["watch"]

ONE = "payload.task.params.message == 'one'"
_REFUSES = """
CREATE FUNCTION refuses_poison() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'it took too long' USING ERRCODE = 'query_canceled'; END $$
"""
_POISON = "FOR EACH ROW WHEN (NEW.params ->> 'message' = 'poison') EXECUTE FUNCTION refuses_poison()"
_AT_ONCE = f"CREATE TRIGGER refuses BEFORE INSERT ON tasks {_POISON}"
_AT_COMMIT = f"CREATE CONSTRAINT TRIGGER refuses AFTER INSERT ON tasks DEFERRABLE INITIALLY DEFERRED {_POISON}"
_TRIED = "UPDATE trigger_events SET tries = %s, next_try_at = now() WHERE tries > 0"


@pytest.fixture(params=[_AT_ONCE, _AT_COMMIT], ids=["at once", "at commit"])
def refused(stack: Facade, request: pytest.FixtureRequest) -> Iterator[str]:
    """Postgres takes no task that says poison: at once, or when all is committed. Returns which."""
    stack.execute(_REFUSES)
    stack.execute(request.param)
    yield request.param
    _no_longer(stack)


def _no_longer(stack: Facade) -> None:
    stack.execute("DROP FUNCTION IF EXISTS refuses_poison CASCADE")


def look(stack: Facade) -> None:
    """What core does when it is called."""

    async def run() -> None:
        engine = make_engine(stack.database_url, process="tests", pool_size=1)
        core = TriggerEvents(engine, SETTINGS, Lookout(engine, 60), Failpoints())
        try:
            while await core.look():
                pass
        finally:
            await engine.dispose()

    asyncio.run(run())


def messages(api: Api, name: str) -> list[str]:
    return [each["params"]["message"] for each in made_by(api, name)]


def test_an_event_that_postgres_refuses_keeps_no_other_waiting_and_is_told(
    stack: Facade, api: Api, watch: Watch, refused: str
) -> None:
    watched = {"kind": "task", "task_type": "echo"}
    bad = watch(watched, echo("poison"), filter=ONE)
    well = watch(watched, echo("${{ payload.task.params.message }}"))
    fail(stack, api, message="one")
    fail(stack, api, message="two")
    look(stack)
    assert (messages(api, well), deliveries(api, bad)) == (["two"], [])
    [left] = stack.rows("SELECT tries FROM trigger_events")
    assert left["tries"] >= 1
    stack.execute(_TRIED, MOST_TRIES - 1)
    look(stack)
    assert stack.rows("SELECT 1 FROM trigger_events") == []
    [told] = deliveries(api, bad)
    assert (told["outcome"], told["has_payload"]) == ("failed", True)
    assert told["why"] == (
        "Something went wrong on our side: QueryCanceled. The log of core has the details. "
        f"It was tried {MOST_TRIES} times; a replay tries it again."
    )
    if refused == _AT_ONCE:
        # It is known whose fault it was: the other one has its task.
        assert messages(api, well) == ["one", "two"]
    else:
        assert [each["outcome"] for each in deliveries(api, well)] == ["failed", "made"]
    _no_longer(stack)
    assert api.http.post(f"/triggers/{bad}/deliveries/{told['id']}/replay").json()["outcome"] == "made"
    assert messages(api, bad) == ["poison"]


def test_an_event_that_cannot_be_read_at_all_is_told_too(stack: Facade, api: Api, watch: Watch) -> None:
    name = watch({"kind": "task", "task_type": "echo"}, echo("${{ payload.task.params.message }}"))
    damaged, _ = fail(stack, api, message="one"), fail(stack, api, message="two")
    stack.execute("UPDATE trigger_events SET content = '7' WHERE subject = %s", damaged)
    look(stack)
    assert messages(api, name) == ["two"]
    stack.execute(_TRIED, MOST_TRIES - 1)
    look(stack)
    assert stack.rows("SELECT 1 FROM trigger_events") == []
    told = next(each for each in deliveries(api, name) if each["outcome"] == "failed")
    assert told["why"].startswith(f"The event task.failed of {damaged} cannot be read.")
