"""Things are found by the first characters of their ids, however many newer ones there are."""

import json
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import pytest

from tests.http.terminal import Terminal, terminal
from tests.support.facade import Api, Facade

__all__ = ["terminal"]


@dataclass(frozen=True)
class Case:
    path: str
    items: str
    #: One with this id, older than any other; and away with it.
    insert: str
    delete: str
    #: A command that looks at one.
    command: str
    noun: str
    id_field: str = "id"
    query: Mapping[str, str] = field(default_factory=dict)


CASES = [
    Case(
        "/plans", "plans",
        "INSERT INTO plans (id, name, document, inputs, status, created_by, steps, open_steps, created_at)"
        " VALUES (%s, 'old', '{}', '{}', 'cancelled', 'ada', 0, 0, '2001-01-01')",
        "DELETE FROM plans WHERE id = %s",
        "plans graph", "plan",
    ),
    Case(
        "/agent/decisions", "decisions",
        "INSERT INTO agent_decisions (id, round, created_at, kind, ticker, source, task_type, reason, observation,"
        " options, choice, outcome) VALUES (%s, -7, '2001-01-01', 'crawl', 'OLD', 'sec', 'echo', 'why', '{}', '[]',"
        " '{}', 'succeeded')",
        "DELETE FROM agent_decisions WHERE id = %s",
        "agent decisions --id", "decision",
    ),
    Case(
        "/tasks/bulk", "bulks",
        "INSERT INTO bulk_actions (id, action, arguments, filter, frozen, actor, state, count, capped, created_at,"
        " expires_at) VALUES (%s, 'cancel', '{}', '{}', '{}', 'ada', 'done', 0, false, '2001-01-01', '2001-01-01')",
        "DELETE FROM bulk_actions WHERE id = %s",
        "tasks bulk-watch", "bulk action",
    ),
    Case(
        "/workers/invitations", "invitations",
        "INSERT INTO invitations (id, code_hash, capabilities, max_concurrency, created_by, created_at, expires_at)"
        " VALUES (%s, gen_random_uuid()::text::bytea, '{echo}', 1, 'ada', '2001-01-01', '2999-01-01')",
        "DELETE FROM invitations WHERE id = %s",
        "workers withdraw", "invitation",
    ),
    Case(
        "/failures", "groups",
        "INSERT INTO failure_groups (cause, task_type, error_type, message, example, first_at, last_at, created_after,"
        " state) VALUES (replace(%s::text, '-', ''), 'echo', 'Odd', 'odd', 'odd', '2001-01-01', '2001-01-01',"
        " '2001-01-01', 'resolved')",
        "DELETE FROM failure_groups WHERE cause = replace(%s::text, '-', '')",
        "failures show", "group", "cause", {"state": "resolved", "empty": "true"},
    ),
]  # fmt: skip


@pytest.fixture(params=CASES, ids=lambda case: case.noun)
def case(request: pytest.FixtureRequest) -> Case:
    found: Case = request.param
    return found


@pytest.fixture
def ids(case: Case, stack: Facade) -> Iterator[list[str]]:
    """Of two that begin alike."""
    one = str(uuid.uuid4())
    ids = [one, one[:-1] + ("0" if one[-1] != "0" else "1")]
    stack.execute("INSERT INTO agent_rounds VALUES (-7, '2001-01-01', 0, 0, 0, 0, '{}', '[]') ON CONFLICT DO NOTHING")
    for id_ in ids:
        stack.execute(case.insert, id_)
    yield ids
    for id_ in ids:
        stack.execute(case.delete, id_)
    stack.execute("DELETE FROM agent_rounds WHERE number = -7")


def test_the_api_looks_among_all(case: Case, ids: list[str], api: Api) -> None:
    def found(prefix: str) -> list[str]:
        reply = api.http.get(case.path, params={**case.query, "id_prefix": prefix})
        assert reply.status_code == 200, reply.text
        return [str(uuid.UUID(each[case.id_field])) for each in reply.json()[case.items]]

    one, other = ids
    assert found(one) == [one]
    assert found(other.replace("-", "").upper()) == [other]
    assert set(found(one[:13])) == set(ids)
    assert found(f"{one[:35]}{'f' if one[-1] != 'f' and other[-1] != 'f' else 'e'}") == []
    for bad in ("abc", "zzzz", "----", "f" * 37):
        assert api.http.get(case.path, params={"id_prefix": bad}).status_code == 422


def test_the_command_line_asks_it(
    case: Case, ids: list[str], terminal: Terminal, stack: Facade, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLAWDBOT_API_URL", stack.api_url)
    monkeypatch.setenv("CLAWDBOT_API_KEY", stack.admin_key)
    words = case.command.split()
    code, said = terminal(*words, ids[0][:13])
    assert code == 2, said
    assert f"2 {case.noun}s have an id that begins with {ids[0][:13]}. Give more of it:" in said
    assert all(id_ in said or id_.replace("-", "") in said for id_ in ids)
    code, said = terminal(*words, "NVDA")
    assert (code, f"'NVDA' is no {case.noun} id. Give the id, or at least its first 4 characters." in said) == (2, True)
    code, said = terminal(*words, ids[0][:-1], "--json")
    assert (code, json.loads(said)["error"].startswith(f"2 {case.noun}s have an id")) == (2, True)
    stack.execute(case.delete, ids[1])
    code, said = terminal(*words, ids[0][:13])
    assert code == 0, said
    code, said = terminal(*words, ids[1])
    assert code == 5, said
