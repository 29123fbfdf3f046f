"""Pages that stand in front of the one that was asked for, or send on to another: by redirect, header or head."""

import re
from functools import partial
from urllib.parse import urljoin, urlsplit

import lxml.html
from lxml.etree import LxmlError

from activities.context import in_thread
from activities.sources.web.articles import document_of
from activities.sources.web.canonical import absolute, canonical_url
from activities.sources.web.guarded_http import Admit, GuardedHttp, Reply
from contracts.errors import BadSourceReply

#: A part of a path, or of a host before the site's own name, that leads people to a form first.
_GATE = (
    r"(?:\w*-?_?consents?|consent[-_]\w+|guce|(?:privacy|cookie|pay|reg|age|auth)-?_?(?:wall|gate|check)"
    r"|(?:user-?)?log-?_?(?:in|on)|sign-?_?(?:in|up|on)|oauth2?|sso|my-?account|captcha|geo-?block(?:ed)?"
    r"|access-?_?denied|(?:page-?)?not-?_?found)"
)
#: The same, but stories may lie below it as well: the accounts of a company, a challenge, GDPR.
_PERHAPS = (
    r"(?:cmp|gdpr|auth|idp?|accounts?|subscribe|subscriptions?|register|registration|challenge|blocked|errors?|40[0-9]"
    r"|unavailable|checkpoint)"
)
_GATE_OF_PATH = re.compile(_GATE, re.IGNORECASE)
_PERHAPS_OF_PATH = re.compile(_PERHAPS, re.IGNORECASE)
#: Those that have steps or offers below them, of a word or two: a story has more words, or a date.
_FORM = re.compile(r"subscribe|subscriptions?|register|registration|errors?", re.IGNORECASE)
_STEP = re.compile(r"[a-z]+(?:[-_][a-z]+)?\d?|\d{3}", re.IGNORECASE)
_GATE_OF_HOST = re.compile(rf"(?:{_GATE}|{_PERHAPS})(?:-?(?:\d{{1,2}}|eu|us|uk|de|fr|prod|web))?", re.IGNORECASE)
#: Where to go when the form is filled in.
_AND_BACK = re.compile(
    r"(?:^|&)(?:next|return\w*|redirect\w*|continue|dest\w*|goto|back\w*|target|url|referr?er)=[^&]*(?:/|%2f)",
    re.IGNORECASE,
)
#: Names of sites stand before these: co.uk, com.au.
_SECOND_LEVEL = frozenset("ac co com edu gov net or org".split())
_REFRESH = re.compile(r"\s*(\d+(?:\.\d*)?)?\s*[;,]?\s*(?:url\s*=\s*)?[\"']?([^\"']*)", re.IGNORECASE)
#: Pages that send on to another one, in a row.
_MOST_REFRESHES = 3
#: A page that waits longer wants to be read first.
_SOON = 5.0
#: What a page says that a script is to fill, or that checks its reader first.
_SHELL = re.compile(
    r"(?:enable|requires?|turn on|without|support) (?:javascript|js)\b"
    r"|(?:javascript|js) (?:is |must be |has to be )?(?:required|disabled|enabled|not (?:available|enabled|supported))"
    r"|(?:aktivier|einschalt|activer?|activez|habilit|attiva|włącz|включите)\w*.{0,30}javascript"
    r"|javascript.{0,30}(?:aktivier|activ|habilit|attiv)\w*"
    r"|^(?:loading|lade|wird geladen|chargement|cargando|caricamento)\b"
    r"|just a moment|checking (?:if the site|your browser)"
    r"|(?:verify(?:ing)?|confirm) (?:that )?you(?: are|'re) (?:a )?human"
    r"|enable cookies|(?:are you|not) a robot|please wait|pardon our interruption|incapsula incident|unusual traffic"
    r"|ddos protection by|ddos-guard|complete the security check|access denied|access to this page has been denied"
    r"|not a bot\b|verify(?:ing)? your browser|security (?:verification|checkpoint)|you have been blocked",
    re.IGNORECASE,
)
#: How consent, login, payment and tests for humans speak to a reader.
_TO_READER = re.compile(
    r"we value your privacy|(?:we and )?our (?:\d+ )?(?:advertising )?partners|(?:accept|reject|allow|agree to) all"
    r"|manage (?:your )?(?:preferences|settings|choices|cookies)|cookies? on your (?:device|browser)"
    r"|before you continue"
    r"|(?:sign|log) ?in to (?:continue|read|view)|please (?:sign|log) ?in|forg[eo]t(?:ten)? (?:your )?password"
    r"|already (?:a subscriber|a member|subscribed|registered|have an account)|create (?:a|an|your) (?:free )?account"
    r"|(?:subscribe|register|sign up)(?: now)? to (?:continue|read|unlock|view)|unlimited (?:digital )?access"
    r"|cancel any ?time|are (?:you )?a? ?(?:human|robot)|unusual traffic|checking your browser|access denied"
    r"|access to this page has been denied|not a bot\b|verify(?:ing)? your browser|security (?:verification|checkpoint)"
    r"|you have been blocked"
    r"|(?:enable|requires?) (?:javascript|js|cookies)|disable (?:your|any) ad.?blocker"
    r"|unsere \d* ?partner|alle akzeptieren|bereits abonnent|jetzt (?:abonnieren|anmelden)|mit werbung weiter"
    r"|nos \d* ?partenaires|tout accepter|déjà abonné|nuestros \d* ?socios|aceptar todo",
    re.IGNORECASE,
)
#: Walls are short; a long text that has such words as well is a story.
_WALL_LENGTH = 3_000
#: What a script has not replaced yet.
_PLACEHOLDER = re.compile(r"\{\{.*?\}\}|\[\[.*?\]\]|<%.*?%>|\$\{.*?\}")
_NOTHING = " \t\r\n.\u2026\u2013\u2014|/_-"
#: Where scripts put what they make.
_IDS = "root app __next __nuxt react-root app-root main-app svelte ___gatsby q-app".split()
_MOUNT = " or ".join([*(f"@id='{id_}'" for id_ in _IDS), "self::app-root", "@ng-app", "@data-reactroot"])
#: A page with more text than this says something of its own.
_SHELL_LENGTH = 400


def led_to_wall(asked: str, url: str) -> bool:
    """Whether a page that was asked for led to a form to be filled in first."""
    if canonical_url(url) == canonical_url(asked) or _is_wall(asked):
        return False
    return _is_wall(url) or (_is_step_of_form(url) and not any(map(_FORM.fullmatch, _names(asked))))


def speaks_as_wall(text: str) -> bool:
    """Whether a page may be a form to be filled in first, by the words in it; a story may end with such, too."""
    return len(text) < _WALL_LENGTH and bool(_TO_READER.search(text))


def is_shell(text: str) -> bool:
    """Whether there is nothing to read yet: a script of the page brings it, in a browser."""
    said = _PLACEHOLDER.sub("", text).strip(_NOTHING)
    return not said or (len(text) < _SHELL_LENGTH and bool(_SHELL.search(text.strip())))


def is_unfilled(document: lxml.html.HtmlElement, text: str) -> bool:
    """Whether what a script fills is empty, and there is hardly more around it than a menu and a footer."""
    if len(text) >= _SHELL_LENGTH or not document.xpath("//script"):
        return False
    mounts = document.xpath(f"//*[{_MOUNT}]")
    return bool(mounts) and not any((each.text_content() or "").strip(_NOTHING) for each in mounts)


async def fetched_behind(http: GuardedHttp, link: str, admit: Admit | None = None) -> Reply:
    """The page, also behind pages that send their reader on. `admit` is awaited before every address.

    Raises:
        TaskError: it cannot be had.
    """
    for _ in range(_MOST_REFRESHES + 1):
        if admit:
            await admit(link)
        reply = await http.get(link, admit=admit)
        reply.refuse_failure()
        target = await in_thread(partial(refresh_of, reply))
        if target is None:
            return reply
        link = target
    raise BadSourceReply("The page sends its reader from page to page.")


def refresh_of(reply: Reply) -> str | None:
    """Where a page sends its reader at once, by its header or its head."""
    said = [reply.headers.get("refresh", "")]
    if b"refresh" in reply.body[:20_000].lower():
        try:
            found = document_of(reply).xpath(
                "//meta[translate(@http-equiv,'REFSH','refsh')='refresh'][not(ancestor::noscript)]/@content"
            )
        except (BadSourceReply, LxmlError):
            found = []
        said += [str(each) for each in found[:1]]
    for text in said:
        match = _REFRESH.match(text)
        if match and match[2].strip() and float(match[1] or 0) <= _SOON:
            target = absolute(reply.url, urljoin(reply.url, match[2].strip()))
            return target if target and target != reply.url else None
    return None


def _is_wall(url: str) -> bool:
    parts = urlsplit(url)
    if any(_GATE_OF_HOST.fullmatch(label) for label in _subdomains(parts.hostname or "")):
        return True
    names = _names(url)
    if any(_GATE_OF_PATH.fullmatch(name) for name in names):
        return True
    perhaps = [bool(_PERHAPS_OF_PATH.fullmatch(name)) for name in names]
    # Stories have an /id/; a host that is called so is one for signing in.
    perhaps = [each and name != "id" for each, name in zip(perhaps, names, strict=True)]
    return perhaps[-1:] == [True] or sum(perhaps) > 1 or (any(perhaps) and bool(_AND_BACK.search(parts.query)))


def _is_step_of_form(url: str) -> bool:
    """Whether only words of its steps stand behind the name of a form: /subscribe/digital, /register/step1."""
    names = _names(url)
    forms = [place for place, name in enumerate(names) if _FORM.fullmatch(name)]
    return bool(forms) and all(map(_STEP.fullmatch, names[forms[0] + 1 :]))


def _names(url: str) -> list[str]:
    """The parts of a path, without endings."""
    return [part.partition(".")[0] for part in urlsplit(url).path.split("/") if part]


def _subdomains(host: str) -> list[str]:
    """What stands before a site's own name: of login.a.example "login", of checkpoint.com nothing."""
    labels = host.split(".")
    own = 3 if len(labels[-1]) == 2 and labels[-2:-1] and labels[-2] in _SECOND_LEVEL else 2
    return labels[:-own]
