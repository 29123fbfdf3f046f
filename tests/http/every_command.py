"""What there is for every command to be typed with: a world with one of each, and the words for it."""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cli.main import all_commands
from contracts.tasks.statuses import TaskStatus
from contracts.tasks.work import TaskFailure
from tests.http import every_group
from tests.http.as_core import end, take
from tests.http.every_group import LONG
from tests.support.facade import Api, Facade

#: They go on until they are ended, or need a browser.
LASTING = {("up",), ("demo",), ("start",), ("open",), ("doctor",)}
#: Groups that hold the same commands as those that have a name of their own now.
FORMER = {"worker", "notifications"}
_ROOT: Any = all_commands()
RULE = "rules:\n  written: {kind: worker_offline}\n"
_ROUND = """
INSERT INTO agent_rounds (number, at, tickers, needs, tasks, decisions, not_chosen, passed_over)
VALUES (1, now(), 1, 6, 1, 1, '{}', '[]')
"""
_DECISION = """
INSERT INTO agent_decisions (id, round, created_at, kind, ticker, source, task_type, reason, observation, options,
    choice, outcome)
VALUES (%s, 1, now(), 'escalate', 'NVDA', 'reddit', 'reddit_crawl', %s, '{}', '[]', '{}', 'told')
"""
_POST = """
INSERT INTO reddit_posts_raw (ticker, reddit_id, subreddit, title, body, score, num_comments, permalink, created_utc,
    raw, task_id, attempt)
VALUES ('NVDA', %s, 'wallstreetbets', %s, '', 7, 0, '/p', now(), '{}', gen_random_uuid(), 1)
"""
_NOTIFICATION = """
INSERT INTO notifications (rule, kind, severity, fingerprint, state, count, title, body, first_seen_at, last_seen_at)
VALUES ('worker-offline', 'worker_offline', 'warning', %s, 'firing', 3, %s, '', now(), now()) RETURNING id
"""


def leaves() -> list[tuple[str, ...]]:
    """Every command that is no group, and every group that does something by itself."""
    every = set(_below(_ROOT, ())) - LASTING
    return sorted(path for path in every if path[0] not in FORMER)


def _below(command: Any, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for name, each in command.commands.items():
        if hasattr(each, "commands"):
            yield from _below(each, (*path, name))
        if not hasattr(each, "commands") or each.invoke_without_command:
            yield (*path, name)


def takes_json(path: tuple[str, ...]) -> bool:
    return any("--json" in each.opts for each in _command(path).params)


def _command(path: tuple[str, ...]) -> Any:
    command = _ROOT
    for name in path:
        command = command.commands[name]
    return command


@dataclass
class World:
    """An API, and things in it to name."""

    stack: Facade
    files: Path

    @property
    def api(self) -> Api:
        return self.stack.api

    @property
    def profile(self) -> dict[str, str]:
        """Of somebody whose session has ended there meanwhile."""
        return {"api_url": self.stack.api_url, "user": "somebody", "cookie": "session=over"}

    def settle(self) -> None:
        """One of each: what tables show."""
        worker, worker_id, _ = self.stack.register(["echo", "reddit_crawl"], "a-worker-in-the-cellar-with-a-long-name")
        for ticker in ("NVDA", "BRK.B"):
            run = take(self.stack, id_ := self.task(ticker=ticker), worker, worker_id)
            if ticker == "NVDA":
                failure = TaskFailure(type="SourceUnavailable", message=f"Reddit did not answer: {LONG}")
                end(self.stack, id_, run, TaskStatus.FAILED, error=failure)
        self.over()
        self.task(), self.waits_for_approval(), self.api.submit("echo", run_at="2031-01-01T08:00:00Z")
        self.api.http.put("/tickers/NVDA", json={"name": "NVIDIA Corporation", "watchers": 12_000}).raise_for_status()
        self.stack.execute(_POST, uuid.uuid4().hex, LONG)
        self.stack.execute(_ROUND)
        self.decision(), self.notification(), self.invitation()
        every_group.settle(self.stack)

    def task(self, **fields: Any) -> str:
        ticker = fields.pop("ticker", "NVDA")
        return self.api.submit("reddit_crawl", {"ticker": ticker}, **fields)

    def waits_for_approval(self) -> str:
        id_ = self.api.submit("echo", needs_approval=True)
        self.stack.execute("UPDATE tasks SET status = 'awaiting_approval' WHERE id = %s", id_)
        return id_

    def over(self, status: TaskStatus = TaskStatus.SUCCEEDED) -> str:
        worker, worker_id, _ = self.stack.register(["echo"])
        id_ = self.api.submit("echo", {"message": LONG})
        end(self.stack, id_, take(self.stack, id_, worker, worker_id), status, {"message": LONG})
        return id_

    def ticker(self) -> str:
        self.api.http.put("/tickers/AMD", json={}).raise_for_status()
        return "AMD"

    def worker(self) -> str:
        return self.stack.register(["echo"])[0]

    def invitation(self) -> Any:
        return self.api.http.post("/workers/invitations", json={"capabilities": ["echo", "reddit_crawl"]}).json()

    def decision(self) -> str:
        id_ = str(uuid.uuid4())
        self.stack.execute(_DECISION, id_, LONG)
        return id_

    def notification(self) -> str:
        return str(self.stack.rows(_NOTIFICATION, uuid.uuid4().hex, LONG)[0]["id"])

    def key(self) -> str:
        return str(self.api.http.post("/keys", json={"kind": "agent", "label": "x"}).json()["id"])

    def user(self) -> str:
        name = f"user-{uuid.uuid4().hex[:8]}"
        body = {"name": name, "role": "viewer", "password": "correct horse battery staple"}
        assert self.api.http.post("/users", json=body).status_code == 201
        return name

    def workspace(self) -> str:
        name = f"team-{uuid.uuid4().hex[:8]}"
        body = {"description": LONG, "open_tasks": 7}
        self.api.http.put(f"/workspaces/{name}", json=body).raise_for_status()
        return name

    def member(self) -> list[str]:
        """As the words that name them."""
        user, workspace = self.user(), self.workspace()
        [id_] = [each["id"] for each in self.api.http.get("/users").json()["users"] if each["name"] == user]
        self.api.http.put(f"/workspaces/{workspace}/members/{id_}", json={"role": "viewer"}).raise_for_status()
        return [user, "--workspace", workspace]

    def rule(self) -> str:
        name = f"rule-{uuid.uuid4().hex[:8]}"
        self.api.http.put(f"/alerts/rules/{name}", json={"kind": "worker_offline"}).raise_for_status()
        return name

    def file(self, content: str, name: str) -> str:
        path = self.files / name
        path.write_text(content)
        return str(path)

    def bulk(self) -> str:
        body = {"action": "tag", "add_tags": ["x"], "filter": {"task_type": "echo"}}
        id_ = str(self.api.http.post("/tasks/bulk", json=body).json()["id"])
        self.api.http.post(f"/tasks/bulk/{id_}/run").raise_for_status()
        return id_

    def done_bulk(self) -> str:
        """Nobody carries it out here."""
        self.stack.execute("UPDATE bulk_actions SET state = 'done', ended_at = now() WHERE id = %s", id_ := self.bulk())
        return id_

    def new_name(self) -> str:
        return f"new-{uuid.uuid4().hex[:8]}"


SENTENCE = ["pull the last 30 days of $NVDA from wallstreetbets, high"]
TWICE = "correct horse battery staple\n" * 2

Words = Callable[[World], list[str]]
#: What a command is typed with; those that are not here need nothing.
WORDS: dict[str, Words] = {
    "add": lambda world: [*SENTENCE, "--yes"],
    "tasks parse": lambda world: SENTENCE,
    "parse": lambda world: SENTENCE,
    "tasks add": lambda world: ["reddit_crawl", "ticker=NVDA"],
    "tasks show": lambda world: [world.over()[:8]],
    "tasks watch": lambda world: [world.over()[:8]],
    "tasks cancel": lambda world: [world.task()],
    "tasks retry": lambda world: [world.over(TaskStatus.FAILED)],
    "tasks approve": lambda world: [world.waits_for_approval()],
    "tasks reject": lambda world: [world.waits_for_approval()],
    "tasks reprioritise": lambda world: [world.task(), "high"],
    "tasks rerun": lambda world: [world.over()],
    "tasks note": lambda world: [world.task(), "a note"],
    "tasks delete": lambda world: [world.over()],
    "tasks bulk": lambda world: ["cancel", "--tag", world.new_name(), "--dry-run"],
    "tasks bulk-watch": lambda world: [world.done_bulk()],
    "tasks bulk-stop": lambda world: [world.bulk()],
    "types show": lambda world: ["reddit_crawl"],
    "types new": lambda world: [world.new_name().replace("-", "_"), "--directory", str(world.files / world.new_name())],
    "new-task": lambda world: [world.new_name().replace("-", "_"), "--directory", str(world.files / world.new_name())],
    "tickers set": lambda world: ["NVDA", "--watchers", "7"],
    "tickers add": lambda world: ["AMD"],
    "tickers remove": lambda world: [world.ticker()],
    "tickers import": lambda world: [world.file("ticker\nGME\n", "watchlist.csv")],
    "records list": lambda world: ["reddit_posts"],
    "records export": lambda world: ["reddit_posts"],
    "workers show": lambda world: [world.worker()],
    "workers invite": lambda world: ["--capabilities", "echo"],
    "workers join": lambda world: [
        world.invitation()["code"], "--config", str(world.files / world.new_name()), "--name", world.new_name(),
    ],
    "workers register": lambda world: [world.new_name(), "--capabilities", "echo"],
    "workers withdraw": lambda world: [world.invitation()["id"][:8]],
    "workers set": lambda world: [world.worker(), "--concurrency", "3"],
    "workers pause": lambda world: [world.worker(), "--reason", LONG],
    "workers resume": lambda world: [world.worker()],
    "workers drain": lambda world: [world.worker()],
    "workers rotate": lambda world: [world.worker()],
    "workers revoke": lambda world: [world.worker()],
    "workers retire": lambda world: [world.worker()],
    "capabilities pause": lambda world: ["reddit_crawl", "--reason", LONG],
    "capabilities resume": lambda world: ["reddit_crawl"],
    "capabilities rate": lambda world: ["reddit_crawl", "1/s"],
    "capabilities close-circuit": lambda world: ["reddit_crawl"],
    "rate": lambda world: ["reddit_crawl", "1/s"],
    "pause": lambda world: ["--capability", "reddit_crawl", "--reason", "x"],
    "resume": lambda world: ["--capability", "reddit_crawl"],
    "agent pause": lambda world: ["--reason", LONG],
    "agent undo": lambda world: [world.decision()[:8]],
    "agent explain": lambda world: ["NVDA"],
    "alerts read": lambda world: [world.notification()],
    "alerts deliveries": lambda world: [world.notification()],
    "alerts mute": lambda world: [world.notification(), "--for", "2h"],
    "alerts unmute": lambda world: [world.rule()],
    "alerts check": lambda world: [world.file(RULE, "rules.yaml")],
    "alerts apply": lambda world: [world.file(RULE, "rules.yaml")],
    "alerts delete": lambda world: [world.rule()],
    "alerts test": lambda world: ["--rule", world.rule()],
    "workspaces show": lambda world: [world.workspace()],
    "workspaces create": lambda world: [world.new_name(), "--open", "5"],
    "workspaces limits": lambda world: [world.workspace(), "--weight", "2", "--dollars-per-day", "3.5"],
    "workspaces add-member": lambda world: [world.user(), "--workspace", world.workspace()],
    "workspaces remove-member": lambda world: [*world.member()],
    "workspaces free": lambda world: [world.member()[0]],
    "users create": lambda world: [world.new_name(), "--password-stdin"],
    "users role": lambda world: [world.user(), "operator"],
    "users disable": lambda world: [world.user()],
    "users enable": lambda world: [world.user()],
    "users password": lambda world: [world.user(), "--password-stdin"],
    "keys create": lambda world: ["nightly", "--agent"],
    "keys rotate": lambda world: [world.key()],
    "keys revoke": lambda world: [world.key()],
    "logout": lambda world: ["there"],
    "profiles use": lambda world: ["there"],
    "login": lambda world: [world.stack.api_url, "--user", world.user(), "--password-stdin", "--profile", "there"],
}  # fmt: skip


def words(path: tuple[str, ...], world: World) -> list[str]:
    """The whole command line."""
    name = " ".join(path)
    if of_group := every_group.WORDS.get(name):
        return [*path, *of_group(world.stack, world.files)]
    more = WORDS.get(name)
    return [*path, *(more(world) if more else ())]
