"""The plan of the morning runs to its end against the sandbox, as the README says."""

from tests.sandbox_server import Sandbox
from tests.stack.commands import REPOSITORY, clawdbot
from tests.stack.harness import Api, RunningStack

TYPES = ("reddit_crawl", "ai_sentiment", "ai_summary", "llm_task", "api_update")


def test_the_morning_runs_to_its_end(stack: RunningStack, api: Api, sources: Sandbox) -> None:
    environment = {**sources.environment(), "MODEL_PROVIDER": "offline"}
    with stack.worker(*TYPES, environment=environment, concurrency=4):
        ran = clawdbot(stack, "plans", "add", str(REPOSITORY / "examples" / "plans" / "morning.yaml"), "--watch")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "morning succeeded: 5/5 steps" in ran.stdout
    effects = sources.http.get("/internal/_seen").json()["effects"]
    assert any(effect["path"].endswith("/v1/morning") and effect["payload"]["text"] for effect in effects)
