"""Stacks on shared servers know nothing of each other, and end whole."""

import psutil
import psycopg

from tests.stack.harness import RunningStack
from tests.support.databases import address
from tests.support.light import Light
from tests.support.servers import Servers


def test_two_stacks_share_servers_and_nothing_else(stack: RunningStack, light: Light, servers: Servers) -> None:
    mine = stack.api.submit("echo", {"message": "mine"})
    with light() as other:
        assert other.state["children"].keys() == {"api", "core", "gateway"}
        assert other.api.http.get(f"/tasks/{mine}").status_code == 404
        theirs = other.api.submit("echo", {"message": "theirs"})
        with other.worker("echo"):
            assert other.api.wait_for(theirs)["status"] == "succeeded"
        # Its worker took only its own, though the queues have the same name.
        assert stack.api.task(mine)["attempts"] == []
        pids = [psutil.Process(other.pid(part)) for part in other.state["children"]]
    assert not any(each.is_running() for each in pids)
    with psycopg.connect(address(servers, "postgres")) as connection:
        names = {row[0] for row in connection.execute("SELECT datname FROM pg_database")}
    assert other.namespace not in names
    assert stack.namespace in names
