"""Likely causes of failures, and what to do about each, by rules. The first rule that fits is the answer."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from contracts.errors import (
    BadSourceReply,
    CredentialsMissing,
    CredentialsRefused,
    InvalidParams,
    LeaseLost,
    NotFound,
    QuotaUsedUp,
    RateLimited,
    SourceUnavailable,
)
from contracts.tasks.failures import Likely, LikelyCause
from contracts.tasks.work import HANDED_BACK, WORKER_LOST


@dataclass(frozen=True)
class _Rule:
    kind: Likely
    cause: str
    remedy: str
    #: Classes of errors.
    types: frozenset[str]
    #: Else by what the error says.
    says: re.Pattern[str] | None = None


def _rule(kind: Likely, cause: str, remedy: str, types: Iterable[type | str], says: str | None = None) -> _Rule:
    names = frozenset(each if isinstance(each, str) else each.__name__ for each in types)
    return _Rule(kind, cause, remedy, names, re.compile(says, re.IGNORECASE) if says else None)


#: What an error says is looked at only where its class is in no rule: our own classes are sure, words are not.
_RULES = (
    _rule(
        Likely.CREDENTIALS,
        "The worker has no credentials for the source, or the source refuses them.",
        "Set or renew them in the environment of the workers named here (`clawdbot doctor` there says what is "
        "missing), then retry one as a canary.",
        (CredentialsMissing, CredentialsRefused),
        r"\b401\b|\b403\b|unauthori[sz]ed|forbidden|invalid (api )?key|credential|access denied",
    ),
    _rule(
        Likely.RATE_LIMIT,
        "The source was asked too often, or what the account may use is used up.",
        "Cap the rate of its queue (`clawdbot capabilities rate`), wait, then release at that pace; a used-up quota "
        "needs a larger one or its next period.",
        (RateLimited, QuotaUsedUp),
        r"\b429\b|rate.?limit|too many requests|quota|slow down",
    ),
    _rule(
        Likely.NOT_FOUND,
        "What the tasks ask for does not exist at the source: a name that is misspelt, moved or gone.",
        "Edit the params of the group, or resolve it; trying again changes nothing.",
        (NotFound,),
        r"\b404\b|\b410\b|not found|no such (page|user|subreddit|ticker|symbol)|does not exist",
    ),
    _rule(
        Likely.BAD_PARAMS,
        "The params cannot be used, or the version of the worker does not know them.",
        "Edit the params of the group; if they are right, update the workers named here.",
        (InvalidParams, "InvalidInput", "UnknownTaskType", "ValidationError"),
        r"\b400\b|\b422\b|invalid (param|argument|value|date)|bad request|validation error",
    ),
    _rule(
        Likely.WORKER_DIED,
        "The worker fell silent: switched off, cut off, crashed or out of memory.",
        "Look at the workers named here (`clawdbot workers`), start them again, then retry; if one task kills each "
        "worker, make it smaller.",
        (WORKER_LOST, HANDED_BACK, LeaseLost, "StartDeadlineMissed", "MemoryError"),
        r"out of memory|killed|sigkill|segmentation fault",
    ),
    _rule(
        Likely.DISK_FULL,
        "A disk is full.",
        "Free space where it happened: on the workers named here, or where Postgres keeps its data; then retry.",
        ("DiskFull",),
        r"no space left|disk (is )?full|errno 28|disk quota",
    ),
    _rule(
        Likely.TIMEOUT,
        "It took longer than an attempt may.",
        "Ask for less in one task (edit the params), or allow it more time (`timeouts`); a slow source may be "
        "quicker later.",
        ("AttemptTimeout", "TimeoutError", "ReadTimeout", "ConnectTimeout", "StartToCloseTimeout"),
        r"timed? ?out|deadline exceeded",
    ),
    _rule(
        Likely.SOURCE_AWAY,
        "The source did not answer, or answered with an error of its own.",
        "Wait until it is well (its circuit says so: `clawdbot capabilities`), then retry one as a canary.",
        (SourceUnavailable, BadSourceReply, "ConnectError", "ConnectionError", "ApiUnavailable", "gaierror"),
        r"\b50[0234]\b|unavailable|connection (refused|reset)|name resolution|temporary failure|unreachable",
    ),
)
_UNKNOWN = LikelyCause(
    kind=Likely.UNKNOWN,
    cause="No rule knows this error.",
    remedy="Read the message and the place, look at one of its tasks, and retry one as a canary.",
)


def likely_cause(error_type: str, message: str) -> LikelyCause:
    """By the class of the error, else by what it says (with its numbers)."""
    found = next((rule for rule in _RULES if error_type in rule.types), None)
    found = found or next((rule for rule in _RULES if rule.says and rule.says.search(message)), None)
    return LikelyCause(kind=found.kind, cause=found.cause, remedy=found.remedy) if found else _UNKNOWN
