"""Workspaces on the page: an admin makes one, and puts somebody and a task into it; they see that and nothing else."""

import re
import uuid

from playwright.sync_api import expect

from tests.browser.test_people import somebody
from tests.browser.visitor import Visiting, Visitor, seconds
from tests.http.triggers.made import hook
from tests.stack.harness import RunningStack

_POST = """
INSERT INTO reddit_posts_raw (workspace, ticker, reddit_id, subreddit, title, body, score, num_comments, permalink,
    created_utc, raw, task_id, attempt)
VALUES (%s, 'TEAMS', 'teams', 'stocks', %s, '', 1, 0, '/r/stocks/x', now(), '{}', gen_random_uuid(), 1)
"""


def test_a_team_gets_its_own_and_sees_nothing_else(visit: Visiting, stack: RunningStack) -> None:
    name, anna = f"team-{uuid.uuid4().hex[:6]}", somebody(stack, "operator")
    with visit() as visitor:
        page = visitor.page
        visitor.sign_in("workspaces")
        dialog = page.get_by_role("dialog")
        page.get_by_role("button", name="New workspace").click()
        dialog.get_by_role("textbox", name="Name").fill(name)
        dialog.get_by_label("Most open tasks").fill("7")
        dialog.get_by_role("button", name="Save").click()
        page.get_by_role("link", name=name).click()
        expect(page.get_by_text("0 of 7")).to_be_visible()
        page.get_by_role("button", name="Add a member").click()
        visitor.choose("Person", anna)
        dialog.get_by_role("button", name="Add").click()
        expect(page.get_by_role("row", name=anna)).to_contain_text("operator")
        visitor.open("submit?type=echo")
        page.get_by_label("Message").fill("of the team")
        visitor.choose("Workspace", name)
        page.get_by_role("button", name="Create", exact=True).click()
        expect(page).to_have_url(re.compile(r"/tasks/[0-9a-f-]{36}$"))
        theirs = page.url.rsplit("/", 1)[-1]
        others = stack.api.submit("echo", {"message": "of the others"})
        for workspace, title in ((name, "Collected by the team"), ("default", "Collected by the others")):
            stack.execute(_POST, workspace, title)
        stay_in_it(visitor, name, theirs, others)
        for workspace in (name, "default"):
            clock = {"name": f"of-{workspace}", "timing": {"every": "30d"}, "action": {"task": {"task_type": "echo"}}}
            stack.api.http.post("/schedules", json={**clock, "workspace": workspace}).raise_for_status()
        make_something_elsewhere(visitor, stack, name)
        leave_no_choice_behind(visitor, stack, name)
        for query, count in (("", 2), (f"&workspace={name}", 1)):
            visitor.open(f"records?kind=reddit_posts&ticker=TEAMS{query}")
            expect(page.get_by_text("Collected by the team")).to_be_visible()
            expect(page.get_by_role("list", name="Records: Reddit posts").get_by_role("listitem")).to_have_count(count)
    with visit(color_scheme="dark") as visitor:
        page = visitor.page
        visitor.sign_in("", name=anna)
        navigation = page.get_by_role("navigation", name="Pages")
        expect(navigation.get_by_role("link", name="Plans")).to_be_visible()
        expect(navigation.get_by_role("link", name="Workers")).to_have_count(0)
        # Who is in one only has nothing to choose.
        expect(page.get_by_role("button", name="Workspace:")).to_have_count(0)
        expect(page.get_by_text(theirs[:8]).first).to_be_visible()
        expect(page.get_by_text(others[:8])).to_have_count(0)
        navigation.get_by_role("link", name="Schedules").click()
        expect(page.get_by_role("table", name="Schedules").get_by_role("link")).to_have_text([f"of-{name}"])
        page.get_by_role("link", name=f"of-{name}").click()
        page.get_by_role("button", name="Run now").click()
        # They hear of it: the page does not ask by itself.
        expect(page.locator("[data-run=succeeded]")).to_be_visible(timeout=seconds(30))
        # A console error, such as a refused request, fails the visit.
        for path, seen in (
            (f"tasks/{theirs}", "of the team"),
            ("board", "Board"),
            ("timeline", "Timeline"),
            ("plans", "Plans"),
            ("plans/new", "The plan"),
            ("schedule", "Cron line"),
            ("failures", "Nothing is failed"),
            ("templates", "No templates yet"),
            ("triggers", "Nothing begins by itself yet"),
            ("trigger", "What it makes"),
            ("records", "Collected by the team"),
            ("account", anna),
            (f"workspaces/{name}", " of 7"),
        ):
            visitor.open(path)
            expect(page.get_by_text(seen).first).to_be_visible()
        assert visitor.axe() == []


def make_something_elsewhere(visitor: Visitor, stack: RunningStack, name: str) -> None:
    """Schedules are those of the workspace that was chosen; what is made can belong to the default one all the same."""
    page = visitor.page
    visitor.open(f"schedules?workspace={name}")
    expect(page.get_by_role("table", name="Schedules").get_by_role("link")).to_have_text([f"of-{name}"])
    visitor.open(f"submit?type=echo&workspace={name}")
    expect(page.get_by_role("combobox", name="Workspace").filter(visible=True)).to_have_value(name)
    visitor.choose("Workspace", "default")
    page.get_by_role("button", name="Create", exact=True).click()
    expect(page).to_have_url(re.compile(r"/tasks/[0-9a-f-]{36}\?"))
    created = re.findall(r"/tasks/([0-9a-f-]{36})", page.url)[0]
    assert stack.api.task(created)["workspace"] == "default"
    for chosen, place in ((None, name), ("default", "default")):
        visitor.open(f"plans/new?workspace={name}")
        page.get_by_label("What is to be reached?").fill("crawl 5 posts of NVDA from reddit, then score the sentiment")
        with page.expect_response(re.compile("/api/v1/goals$")) as asked:
            page.get_by_role("button", name="Propose a plan").click()
        assert dict(asked.value.request.post_data_json or {})["workspace"] == name
        if chosen:
            # It is priced anew where it shall run, and stays the plan that was proposed.
            with page.expect_response(re.compile("/api/v1/plans/estimate$")) as priced:
                visitor.choose("Workspace", chosen)
            assert dict(priced.value.request.post_data_json or {})["plan"]["workspace"] == place
            expect(page.get_by_role("main")).to_contain_text("By rules. All together: ")
        page.get_by_role("button", name="Edit it as text").click()
        expect(page.get_by_label("The plan")).to_have_value(re.compile(f'"workspace": "{place}"'))
        expect(page.get_by_role("region", name="What it says")).to_contain_text(f"belongs to the workspace {place}.")


def leave_no_choice_behind(visitor: Visitor, stack: RunningStack, name: str) -> None:
    """What one page is about is no choice for the form that is opened next, nor for the tasks of something else."""
    page = visitor.page
    for query, place in ((f"?workspace={name}", name), ("", "default")):
        visitor.open(f"trigger{query}")
        expect(page.get_by_role("combobox", name="Workspace").filter(visible=True)).to_have_value(place)
    sender = hook(stack)
    assert sender.send({"text": "hello"}).status_code == 200
    visitor.open(f"triggers/{sender.trigger['name']}?workspace={name}")
    tasks = page.get_by_role("link", name="All its tasks")
    expect(tasks).to_have_attribute("href", re.compile(r"[?&]workspace=default(&|$)"))
    stack.api.http.delete(f"/triggers/{sender.trigger['id']}").raise_for_status()


def stay_in_it(visitor: Visitor, name: str, theirs: str, others: str) -> None:
    """The workspace that was chosen in the header narrows every page, until all of them are chosen again."""
    page = visitor.page
    navigation = page.get_by_role("navigation", name="Pages")
    page.get_by_role("button", name="Workspace: All workspaces").click()
    page.get_by_role("menuitem", name=name).click()
    for place in ("Tasks", "Board"):
        navigation.get_by_role("link", name=place, exact=True).click()
        expect(page).to_have_url(re.compile(rf"/{place.lower()}\?workspace={name}$"))
        expect(page.locator(f'a[href*="{theirs}"]').first).to_be_visible()
        expect(page.locator(f'a[href*="{others}"]')).to_have_count(0)
    navigation.get_by_role("link", name="New task", exact=True).click()
    expect(page.get_by_role("combobox", name="Workspace").filter(visible=True)).to_have_value(name)
    page.get_by_role("button", name=f"Workspace: {name}").click()
    page.get_by_role("menuitem", name="All workspaces").click()
    expect(page).not_to_have_url(re.compile("workspace="))
