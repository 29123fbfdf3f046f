"""The bot and the requests of the coordinator's document, on the real stack: unchanged but for the header."""

import contextlib
import subprocess
import sys
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from tests.stack.bots.bots import Bot
from tests.stack.harness import Api, RunningStack, eventually

#: The example of its README, to the letter.
README_BOT = """
import asyncio
import websockets
import json

async def bot_worker(bot_id):
    uri = f"ws://localhost:8000/api/v1/ws/control?bot_id={bot_id}"

    async with websockets.connect(uri) as websocket:
        # Receive connected message
        connected = await websocket.recv()
        print(f"Connected: {connected}")

        # Listen for task assignments
        while True:
            message = await websocket.recv()
            data = json.loads(message)

            if data["type"] == "task_assigned":
                task_id = data["payload"]["task_id"]
                task_payload = data["payload"]["task_payload"]

                # Process task...
                result = {"output": "success"}

                # Report completion
                completion = {
                    "type": "task_complete",
                    "payload": {
                        "task_id": task_id,
                        "success": True,
                        "result": result
                    }
                }
                await websocket.send(json.dumps(completion))

asyncio.run(bot_worker("bot-uuid"))
"""
#: Its workflow, as well.
PAYLOADS: list[dict[str, Any]] = [
    {"action": "build", "dockerfile": "Dockerfile", "tag": "v1.2.3"},
    {"action": "test", "suite": "integration", "coverage": True},
    {"action": "deploy", "environment": "staging", "region": "us-west"},
]


@pytest.fixture
def bot(api: Api) -> dict[str, Any]:
    body = {
        "name": f"build-bot-{uuid.uuid4().hex[:8]}",
        "capabilities": ["python", "docker", "build"],
        "metadata": {"version": "1.0", "region": "us-west"},
    }
    reply = api.http.post("/bots", json=body)
    assert reply.status_code == 201, reply.text
    return dict(reply.json())


@contextlib.contextmanager
def readme_bot(stack: RunningStack, bot: dict[str, Any]) -> Iterator[None]:
    """Its process: the address of this stack, the id that it was given, and the header."""
    code = README_BOT.replace("ws://localhost:8000", stack.api_url.replace("http", "ws")).replace("bot-uuid", bot["id"])
    header = f'websockets.connect(uri, additional_headers={{"X-Worker-Key": "{bot["api_key"]}"}}'
    process = subprocess.Popen([sys.executable, "-c", code.replace("websockets.connect(uri", header)])
    try:
        yield
        assert process.poll() is None
    finally:
        process.kill()
        process.wait(10)


def create(api: Api, *payloads: dict[str, Any]) -> dict[str, Any]:
    reply = api.http.post("/workflows", json={"name": "CI/CD Pipeline", "task_payloads": payloads})
    assert reply.status_code == 201, reply.text
    return dict(reply.json())


def test_the_bot_of_the_readme_does_the_workflow_of_the_readme(
    stack: RunningStack, api: Api, bot: dict[str, Any]
) -> None:
    workflow = create(api, *PAYLOADS)
    with readme_bot(stack, bot):
        eventually(lambda: status(api, workflow) == "completed", 60, "the workflow is done")
        connections = api.http.get("/ws/connections").json()["connections"]
        assert [each["bot_id"] for each in connections if each["name"] == bot["name"]] == [bot["id"]]
        eventually(lambda: bot["id"] in available(api, "python"), 15, "it is available again")
    tasks = api.http.get(f"/workflows/{workflow['id']}/tasks").json()["tasks"]
    assert [each["id"] for each in tasks] == workflow["task_ids"]
    assert [each["payload"] for each in tasks] == PAYLOADS
    for each in tasks:
        assert (each["status"], each["result"], each["bot_id"]) == ("completed", {"output": "success"}, bot["id"])


def test_a_bot_over_http_starts_completes_and_fails(stack: RunningStack, api: Api, bot: dict[str, Any]) -> None:
    workflow = create(api, {"action": "build", "n": 1}, {"action": "build", "n": 2})
    first, second = workflow["task_ids"]
    with Bot(stack, bot["api_key"]) as calls:
        assert calls.http.post(f"/tasks/{first}/start").status_code == 409
        assert calls.take("build")["id"] == first
        assert calls.http.post(f"/tasks/{first}/start").status_code == 200
        eventually(lambda: statuses(api, workflow) == ["in_progress", "pending"], 10, "it has begun")
        assert api.http.post(f"/tasks/{first}/assign", json={"bot_id": bot["id"]}).json()["bot_id"] == bot["id"]
        assert calls.http.post(f"/tasks/{first}/complete", json={"result": {"image_id": "sha256:abc"}}).is_success
        assert calls.take("build")["id"] == second
        eventually(lambda: calls.http.post(f"/bots/{bot['id']}/heartbeat").is_success, 10, "it is heard")
        assert calls.http.post(f"/tasks/{second}/fail", json={"error": "no space"}).is_success
    eventually(lambda: status(api, workflow) == "failed", 30, "the workflow has failed")
    assert statuses(api, workflow) == ["completed", "failed"]
    # For good: nobody tries it again.
    assert (api.task(second)["attempt"], api.task(second)["error"]["message"]) == (1, "no space")


def status(api: Api, workflow: dict[str, Any]) -> str:
    return str(api.http.get(f"/workflows/{workflow['id']}").json()["status"])


def statuses(api: Api, workflow: dict[str, Any]) -> list[str]:
    return [each["status"] for each in api.http.get(f"/workflows/{workflow['id']}/tasks").json()["tasks"]]


def available(api: Api, capability: str) -> set[str]:
    return {each["id"] for each in api.http.get(f"/bots/available?capability={capability}").json()}
