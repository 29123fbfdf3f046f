"""Keeps to robots.txt, and pauses between requests to one site."""

from collections import OrderedDict
from urllib.parse import urlsplit

from aiolimiter import AsyncLimiter
from protego import Protego

from activities.sources.environment import optional
from activities.sources.web.encodings import decoded
from activities.sources.web.guarded_http import GuardedHttp
from contracts.errors import TaskError

#: Until a worker is given one of its own.
USER_AGENT = "clawdbot/0.1 (task worker)"
#: Seconds between two requests to a host that does not say.
DEFAULT_DELAY = "1"
#: A longer Crawl-delay is not honoured in full: the crawl would not end.
LONGEST_DELAY = 10.0
_MOST_HOSTS = 500


class RobotsForbid(TaskError):
    """The site's robots.txt asks programs to stay away from this page."""

    retryable = False


class Politeness:
    """Pauses per host. A worker's tasks share one: sites count per machine."""

    def __init__(self) -> None:
        self._hosts: OrderedDict[str, tuple[float, AsyncLimiter]] = OrderedDict()

    async def turn(self, host: str, delay: float) -> None:
        """Wait until `host` may be asked again."""
        if delay <= 0:
            return
        known = self._hosts.get(host)
        if known is None or known[0] != delay:
            known = self._hosts[host] = (delay, AsyncLimiter(1, delay))
        self._hosts.move_to_end(host)
        while len(self._hosts) > _MOST_HOSTS:
            self._hosts.popitem(last=False)
        await known[1].acquire()


POLITENESS = Politeness()


class Robots:
    """The rules of the sites that one crawl visits, each read once."""

    def __init__(self, http: GuardedHttp, user_agent: str) -> None:
        self._http = http
        self._name = user_agent.split("/")[0]
        self._delay = float(optional("NEWS_DELAY_SECONDS", DEFAULT_DELAY))
        self._rules: dict[str, Protego] = {}

    async def admit(self, url: str) -> None:
        """Wait for the site's turn.

        Raises:
            RobotsForbid: programs are asked to stay away from the page.
            TaskError: the site does not say whether they are.
        """
        parts = urlsplit(url)
        rules = await self._rules_of(f"{parts.scheme}://{parts.netloc}")
        if not rules.can_fetch(url, self._name):
            raise RobotsForbid(f"{parts.hostname} asks programs to stay away from {parts.path[:100]} (robots.txt).")
        await self._turn(parts.netloc, rules)

    async def pause(self, url: str) -> None:
        """Wait for the site's turn, for what was given out to be fetched by programs, such as a feed."""
        await POLITENESS.turn(urlsplit(url).netloc, self._delay)

    async def _turn(self, host: str, rules: Protego) -> None:
        asked = float(rules.crawl_delay(self._name) or 0)
        await POLITENESS.turn(host, max(self._delay, min(asked, LONGEST_DELAY)))

    async def _rules_of(self, origin: str) -> Protego:
        if origin not in self._rules:
            self._rules[origin] = Protego.parse(await self._text(origin))
        return self._rules[origin]

    async def _text(self, origin: str) -> str:
        """The file; empty, which allows everything, if there is none."""
        reply = await self._http.get(f"{origin}/robots.txt")
        if 400 <= reply.status < 500 and reply.status != 429:
            return ""
        reply.refuse_failure()
        # Editors put a byte order mark in front of the first rule.
        return decoded(reply.body, "text/plain; charset=utf-8")
