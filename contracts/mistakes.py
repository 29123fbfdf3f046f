"""Mistakes that pydantic finds, in the words of people: "must be a whole number" instead of its own."""

from collections.abc import Collection, Iterable, Mapping
from difflib import get_close_matches
from typing import Any, get_args

from pydantic_core.core_schema import ErrorType

#: Type of the error -> what is said; the names in braces are those of its context.
_WORDS: Mapping[str, str] = {
    "missing": "is missing",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "finite_number": "must be a finite number",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "string_type": "must be text",
    "list_type": "must be a list",
    "dict_type": "must be an object",
    "model_type": "must be an object",
    "model_attributes_type": "must be an object",
    "uuid_type": "must be an id",
    "uuid_parsing": "must be an id",
    "date_type": "must be a date such as 2030-01-31",
    "date_parsing": "must be a date such as 2030-01-31",
    "date_from_datetime_parsing": "must be a date such as 2030-01-31",
    "datetime_type": "must be a time with its zone, such as 2030-01-31T08:00+01:00",
    "datetime_parsing": "must be a time with its zone, such as 2030-01-31T08:00+01:00",
    "datetime_from_date_parsing": "must be a time with its zone, such as 2030-01-31T08:00+01:00",
    "timezone_aware": "needs its zone, such as 2030-01-31T08:00+01:00",
    "greater_than": "must be more than {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than": "must be less than {lt}",
    "less_than_equal": "must be at most {le}",
    "string_too_short": "must have at least {min_length} characters",
    "string_too_long": "may have at most {max_length} characters",
    "too_short": "must have at least {min_length} entries",
    "too_long": "may have at most {max_length} entries",
    "enum": "must be one of {expected}",
    "literal_error": "must be one of {expected}",
    "json_invalid": "is not JSON",
    "multiple_of": "must be a multiple of {multiple_of}",
    "int_parsing_size": "is too large a number",
    "decimal_type": "must be a number",
    "decimal_parsing": "must be a number",
    "string_unicode": "must be text",
    "string_pattern_mismatch": "is not written as it must be",
    "tuple_type": "must be a list",
    "set_type": "must be a list",
    "frozen_set_type": "must be a list",
    "iterable_type": "must be a list",
    "mapping_type": "must be an object",
    "uuid_version": "must be an id",
    "date_from_datetime_inexact": "must be a date such as 2030-01-31",
    "time_type": "must be a time such as 08:00",
    "time_parsing": "must be a time such as 08:00",
    "time_delta_type": "must be a length of time, in seconds",
    "time_delta_parsing": "must be a length of time, in seconds",
    "url_type": "must be an address such as https://example.com/",
    "url_parsing": "must be an address such as https://example.com/",
    "url_scheme": "must be an address such as https://example.com/",
    "url_syntax_violation": "must be an address such as https://example.com/",
    "url_too_long": "may have at most {max_length} characters",
    "union_tag_invalid": "must be one of {expected_tags}",
    "union_tag_not_found": "does not say which of its forms it has",
}
#: What is asked for by a pattern, in words; tests/api/test_words.py looks whether there still is one like it.
FORMS: Mapping[str, str] = {
    r"^[A-Z][A-Z0-9.\-]{0,9}$": "must be a ticker such as NVDA or BRK.B",
    r"^[a-z][a-z0-9_\-]{0,63}$": "must be a name of small letters, digits, - and _",
    r"^[a-z][a-z0-9_.\-]{0,49}$": "must be a name of small letters, digits, . - and _",
    r"^[\w.@\-]+$": "may have letters, digits, . @ - and _ only",
    r"^[\w .\-]+$": "may have letters, digits, spaces, . - and _ only",
    r"^[0-9a-fA-F]{4}[0-9a-fA-F\-]{0,32}$": "must be an id, or at least its first 4 characters",
    r"^/": "must begin with /",
}
#: Every kind of mistake that pydantic has words for; those of our own checks come as a `ValueError`.
_PYDANTICS = frozenset(get_args(ErrorType)) - {"value_error", "assertion_error"}


def in_words(error: Mapping[str, Any], names: Iterable[str] = ()) -> str:
    """What is wrong, to be read behind the name of the field.

    Args:
        error: one of `ValidationError.errors()`.
        names: fields that there are, for one that is not among them.
    """
    kind = str(error["type"])
    if kind == "extra_forbidden":
        return f"there is no such field{did_you_mean(str(error['loc'][-1]), list(names))}"
    context = error.get("ctx", {})
    words = FORMS.get(str(context.get("pattern"))) or _WORDS.get(kind)
    if words:
        return words.format(**context)
    # What our own checks say is for people already; what pydantic says besides is for programmers.
    return "cannot be used" if kind in _PYDANTICS else str(error["msg"]).removeprefix("Value error, ")


def did_you_mean(name: str, known: Collection[str]) -> str:
    """The end of a sentence about a name that is not known: the nearest one, or nothing."""
    near = get_close_matches(name.lower(), known, n=1, cutoff=0.6)
    return f"; did you mean {near[0]}?" if near else ""
