"""A bot in plain Python, nothing installed: python3 stdlib_bot.py CAPABILITY. Put your own work into `work`."""

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
    """Count to `steps`; yields progress and where to go on should this machine die."""
    for step in range(cursor.get("steps_done", 0), params.get("steps", 10)):
        time.sleep(params.get("seconds", 1) / params.get("steps", 10))
        yield {"percent": 10 * (step + 1), "step": f"step {step + 1}"}, {"steps_done": step + 1}


def run(task: dict) -> None:
    for progress, cursor in work(task["params"], task["cursor"] or {}):
        status, answer = post(f"/tasks/{task['id']}/heartbeat", {"progress": progress, "cursor": cursor})
        if status == 410:
            print(f"stopped {task['id']}: {answer['reason']}", flush=True)
            post(f"/tasks/{task['id']}/complete", {"status": "cancelled"})
            return
    print(f"finished {task['id']}:", post(f"/tasks/{task['id']}/complete", {"status": "succeeded", "result": {}}))


while True:
    status, task = post("/tasks/claim", {"capabilities": sys.argv[1:], "wait_seconds": 30})
    if status == 200:
        run(task)
