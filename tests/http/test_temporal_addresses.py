"""What is seen in Temporal, too, says where."""

from tests.support.facade import Api, Facade


def test_what_is_seen_in_temporal_says_where(stack: Facade, api: Api) -> None:
    _, worker, _ = stack.register(["echo", "delay"])
    ours = "http://127.0.0.1:8233/namespaces/clawdbot"
    queue = f"{ours}/task-queues/echo"
    assert api.http.get("/agent").json()["temporal_url"] == f"{ours}/workflows/agent"
    capabilities = api.http.get("/capabilities").json()["capabilities"]
    assert {each["capability"]: each["temporal_url"] for each in capabilities}["echo"] == queue
    assert api.http.post("/capabilities/echo/rate", json={"per_second": None}).json()["temporal_url"] == queue
    assert api.http.get(f"/workers/{worker}").json()["temporal_queues"] == {
        "echo": queue,
        "delay": f"{ours}/task-queues/delay",
        f"worker:{worker}": f"{ours}/task-queues/worker%3A{worker}",
    }
    task = api.task(api.submit("echo"))
    assert task["temporal_url"] == f"{ours}/workflows/{task['id']}"
    assert task["temporal_queues"] == {"echo": queue}
