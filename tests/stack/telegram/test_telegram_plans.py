"""Plans by chat: a result is looked at, made again and approved by buttons, and a plan that failed goes on."""

import uuid

from tests.stack.plans.plans import Plan, echo
from tests.stack.telegram.telegram_bot import ANNA, VERA
from tests.stack.telegram.telegram_scene import Scene, scene

__all__ = ["scene"]


def test_a_result_is_reviewed_by_buttons(scene: Scene) -> None:
    with scene.stack.worker("echo"):
        task_id, message = scene.add("echo message=hi review=yes")
        scene.wait_for_text("Look at the result", message)
        seen = scene.buttons(message)
        assert [each.rpartition(":")[0] for each in seen] == [
            f"{verb}:{task_id}:0" for verb in ("accept", "decline", "change")
        ]
        scene.press(seen[0], "you are viewer", message, VERA)
        scene.press(seen[2], f"/changes {task_id[:8]}", message)
        scene.ask(f"/changes {task_id[:8]} longer, please", "made again")
        assert scene.stack.api.task(task_id)["feedback"] == "longer, please"
        another = f"accept:{task_id}:1:"
        scene.telegram.wait(
            "another result waits", lambda: any(each.startswith(another) for each in scene.buttons(message))
        )
        accept = scene.buttons(message)[0]
        # Said of a result that nobody sees any more.
        scene.press(seen[0], "made again since", message)
        scene.press(seen[1], "made again since", message)
        since = scene.telegram.mark()
        scene.press(accept, "is approved", message, times=5)
        scene.telegram.hear("succeeded", since, ANNA)
        scene.press(accept, "does not wait for a review", message)
    plan = scene.stack.api.http.get(f"/plans/{scene.stack.api.task(task_id)['plan_id']}").json()
    assert plan["status"] == "succeeded"
    assert len(scene.audited(f"human:{scene.anna}", "plan.approve")) == 1


def test_what_waits_is_listed_and_decided_by_words(scene: Scene) -> None:
    api = scene.stack.api
    name = f"by chat {uuid.uuid4().hex[:6]}"
    with scene.stack.worker("echo", "flaky"):
        plan = Plan(scene.stack, api, echo("a", needs_review=True), name=name)
        task_id = str(plan.wait_for_step("a", "review")["task_id"])
        listed = scene.ask("/review", task_id[:8])
        assert name in listed
        assert scene.ask(f"/plans {plan.id[:8]}", "a review")
        scene.ask(f"/reject {task_id[:8]} too short", "is rejected")
        assert "too short" in plan.wait("failed")["failure"]["message"]
        shown = scene.ask(f"/plans {plan.id[:8]}", "too short")
        assert name in shown
        scene.press(f"repair:{plan.id}", "you are viewer", 1, VERA)
        scene.press(f"repair:{plan.id}", "goes on from where it failed", 1, times=5)
        plan.wait_for_step("a", "review")
        assert api.task(task_id)["retry_count"] == 1
        scene.ask(f"/approve {task_id[:8]}", "is approved")
        plan.wait("succeeded")
    assert "approve" not in scene.ask("/plans", plan.id[:8]).lower()
