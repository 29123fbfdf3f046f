"""Gets the page behind an entry, with what robots.txt says of every address on the way."""

from dataclasses import dataclass

from activities.context import in_thread
from activities.sources.web.articles import NotAPage, Readable, readable
from activities.sources.web.entries import Entry
from activities.sources.web.guarded_http import AccessRefused, GuardedHttp, ReplyTooLarge
from activities.sources.web.guarded_network import AddressForbidden
from activities.sources.web.robots import Robots, RobotsForbid
from activities.sources.web.stories import leads_nowhere, why_not
from activities.sources.web.walls import fetched_behind
from contracts.errors import NotFound


@dataclass(frozen=True)
class Found:
    """What there is of a story beside what the feed has."""

    page: Readable | None = None
    #: Why there is no page, for people.
    without: str | None = None
    by_robots: bool = False


async def story_page(http: GuardedHttp, robots: Robots, entry: Entry) -> Found:
    """The page; or why the feed's own text has to do.

    Raises:
        TaskError: the site does not answer now, and may later.
    """
    if entry.shared:
        return Found(without="other entries of the feed have the same page")
    if leads_nowhere(entry.link):
        return Found(without="the address leads no program to the story")
    try:
        reply = await fetched_behind(http, entry.link, robots.admit)
        page = await in_thread(lambda: readable(reply))
    except RobotsForbid as error:
        return Found(without=str(error), by_robots=True)
    except (AccessRefused, NotFound, NotAPage, ReplyTooLarge, AddressForbidden) as error:
        return Found(without=str(error))
    reason = why_not(entry, page)
    return Found(without=reason) if reason else Found(page)
