"""A bot in plain Python, nothing installed: python3 stdlib_bot.py CAPABILITY. Put your own work into `work`;
this one does tasks of the type `delay`. Any language that speaks HTTP and JSON will do: docs/bots.md."""

import json
import os
import sys
import time
import urllib.error
import urllib.request

API, KEY = os.environ["CLAWDBOT_API_URL"], os.environ["CLAWDBOT_API_KEY"]


def post(path: str, body: dict) -> tuple[int, dict]:
    """The status and the answer. Waits for a server that restarts; ends the bot when its key is refused."""
    headers = {"X-Worker-Key": KEY, "Content-Type": "application/json"}
    request = urllib.request.Request(f"{API}/api/v1{path}", json.dumps(body).encode(), headers)
    while True:
        try:
            with urllib.request.urlopen(request, timeout=75) as answer:
                return answer.status, json.loads(answer.read() or "{}")
        except urllib.error.HTTPError as error:
            if error.code in (401, 403):
                sys.exit(f"refused: {error.read().decode()}")
            if error.code not in (429, 503):
                return error.code, json.loads(error.read())
        except OSError as error:
            print(f"the API cannot be reached, trying again: {error}", file=sys.stderr)
        time.sleep(0.5)


def work(params: dict, cursor: dict):
    """Wait in steps; yields how far it is, and where to go on should this machine die."""
    seconds, steps = params["seconds"], params["steps"]
    for step in range(cursor.get("steps_done", 0) + 1, steps + 1):
        time.sleep(seconds / steps)
        yield {"percent": 100 * step / steps, "step": f"step {step}"}, {"steps_done": step}


def run(task: dict) -> None:
    for progress, cursor in work(task["params"], task["cursor"] or {}):
        status, answer = post(f"/tasks/{task['id']}/heartbeat", {"progress": progress, "cursor": cursor})
        if status == 410:
            print(f"stopped {task['id']}: {answer['reason']}", flush=True)
            post(f"/tasks/{task['id']}/complete", {"status": "cancelled"})
            return
    answer = post(
        f"/tasks/{task['id']}/complete", {"status": "succeeded", "result": {"steps": task["params"]["steps"]}}
    )
    print(f"finished {task['id']}: {answer}", flush=True)


while True:
    status, task = post("/tasks/claim", {"capabilities": sys.argv[1:], "wait_seconds": 30})
    if status == 200:
        run(task)
