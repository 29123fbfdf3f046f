"""Asks which days a bare year means: "the 2024 10-K" is no 2,024 filings, and the report of 2024 is filed in 2025."""

import re
from datetime import date

from intake.sentence import Mention, Sentence, pattern
from intake.times.days import YEAR

FIELD = "date_range"

#: Reports about a time that is over when they are filed.
_OF_A_YEAR = ("10-K", "20-F")
_PERIODIC = (*_OF_A_YEAR, "10-Q")
#: What was neither taken as days nor as a number.
_BARE = pattern(
    r"(?:(?:for|in|of|during|from) )?(?:the )?"
    rf"(?:(?:fiscal|financial|business)(?: year)? (?P<fiscal>{YEAR})|fy ?(?:(?P<written>{YEAR})|'?(?P<short>\d\d))"
    rf"|(?P<year>{YEAR}))"
)
_WHOLE = re.compile(rf"(?:for|in|of|during)\s+(?:the\s+year\s+(?:of\s+)?)?(?P<year>{YEAR})", re.IGNORECASE)
_SPAN = re.compile(rf"(?:from|between)\s+(?P<year>{YEAR})\W+(?:\w+\W+)?(?P<last>{YEAR})", re.IGNORECASE)
#: Behind one year.
_ANOTHER = re.compile(rf"\s*(?:and|to|[,&-])\s*(?P<last>{YEAR})\b", re.IGNORECASE)
_FILED = re.compile(r"(?:\b(?:which|that)\s+)?(?:\b(?:was|were)\s+|\bha(?:s|ve)\s+been\s+)?\bfiled\s*$", re.IGNORECASE)
_COUNTABLE = re.compile(
    r"\s+(?P<noun>(?:[\w$.]+\s+)?"
    r"(?:posts?|tweets?|threads?|mentions?|submissions?|filings?|articles?|headlines?|(?:8-?K|6-?K)s?))\b",
    re.IGNORECASE,
)


def ask_about_years(sentence: Sentence, today: date) -> None:
    """After the sources, of which some are about years, and before what nobody understands is asked about."""
    for each in sentence.of(FIELD):
        if (found := _FILED.search(sentence.rest, 0, each.start)) and _collects_filings(sentence):
            # These days are meant, and nothing else.
            sentence.mentions.remove(each)
            sentence.take(FIELD, each.value, (found.start(), each.end))
            continue
        named = _WHOLE.fullmatch(sentence.text, each.start, each.end) or _SPAN.fullmatch(
            sentence.text, each.start, each.end
        )
        if named and _are_days_of_filing(sentence, named[0]):
            continue
        if named and _ask_of_reports(sentence, named.span(), _years(sentence, named), today):
            sentence.mentions.remove(each)
    for bare in sentence.find(_BARE):
        if not _ask_of_reports(sentence, bare.span(), _years(sentence, bare), today) and bare["year"]:
            _ask_how_many(sentence, bare, today)


def _are_days_of_filing(sentence: Sentence, words: str) -> bool:
    """ "10-K filings in 2024" are those of that time; "10-K filings for 2024" may be about it."""
    forms = (sentence.words((each.start, each.end)) for each in sentence.of("filing_types"))
    return not words.lower().startswith(("for", "of")) and any("filing" in each.lower() for each in forms)


def _collects_filings(sentence: Sentence) -> bool:
    return bool(sentence.of("filing_types")) or any(each.value == "sec_filing_crawl" for each in sentence.of("source"))


def _years(sentence: Sentence, found: re.Match[str]) -> tuple[int, int, int]:
    """The first and the last, and where they end in the sentence: "2023 and 2024" are two."""
    named = found.groupdict()
    year = named["year"] or named.get("fiscal") or named.get("written") or f"20{named.get('short')}"
    if last := named.get("last"):
        return int(year), int(last), found.end()
    another = _ANOTHER.match(sentence.rest, found.end())
    if another and int(another["last"]) > int(year):
        return int(year), int(another["last"]), another.end()
    return int(year), int(year), found.end()


def _ask_of_reports(sentence: Sentence, span: tuple[int, int], years: tuple[int, int, int], today: date) -> bool:
    """Of reports about years: filed in them, or about them? Whether that is asked."""
    forms = [each for each in sentence.of("filing_types") if set(each.value) & set(_PERIODIC)]
    first, last, end = years
    if not forms or last > today.year:
        return False
    span = span[0], end
    yearly = any(set(each.value) & set(_OF_A_YEAR) for each in forms)
    # Of a year that ends in January most quarters are reported in the one before.
    shift = 1 if yearly else -1
    about = f"which is mostly filed in {last + 1}" if yearly else f"which for some companies begins in {first - 1}"
    words = sentence.words(span).strip()
    question = f"\"{words}\": filed then, or about {last}, {about}? Say it like 'filed in {last}'."
    meant = [_filed(first, last), _filed(first + shift, last + shift)]
    place = _behind_the_form(forms, span)
    answers = [sentence.replaced({span: "", (place, place): f" {each}"} if place else {span: each}) for each in meant]
    sentence.ask(FIELD, question, span, answers)
    return True


def _filed(first: int, last: int) -> str:
    return f"filed in {first}" if first == last else f"filed from {first} to {last}"


def _behind_the_form(forms: list[Mention], span: tuple[int, int]) -> int | None:
    """Where the year goes that stands before it: "the 2024 10-K" is "10-K filed in 2024"."""
    return min((each.end for each in forms if each.start >= span[1]), default=None)


def _ask_how_many(sentence: Sentence, bare: re.Match[str], today: date) -> None:
    """A year before what can be counted: "2024 posts"."""
    noun = _COUNTABLE.match(sentence.text, bare.end())
    if noun is None:
        return
    year, end = bare["year"], noun.end()
    words = f"{year} {' '.join(noun['noun'].split())}"
    in_it = sentence.replaced({bare.span(): "", (end, end): f" in {year}"}) if int(year) <= today.year else ""
    so_many = sentence.instead(bare.span(), f"at most {year}")
    question = f"\"{words}\": of that year, or so many? Say 'in {year}', or 'at most {year}'."
    sentence.ask(FIELD, question, bare.span(), [each for each in (in_it, so_many) if each])
