"""Mistakes that pydantic finds, in the words of people: "must be a whole number" instead of its own."""

from collections.abc import Collection, Iterable, Mapping
from difflib import get_close_matches
from typing import Any

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
}


def in_words(error: Mapping[str, Any], names: Iterable[str] = ()) -> str:
    """What is wrong, to be read behind the name of the field.

    Args:
        error: one of `ValidationError.errors()`.
        names: fields that there are, for one that is not among them.
    """
    kind = str(error["type"])
    if kind == "extra_forbidden":
        return f"there is no such field{did_you_mean(str(error['loc'][-1]), list(names))}"
    words = _WORDS.get(kind)
    return words.format(**error.get("ctx", {})) if words else str(error["msg"]).removeprefix("Value error, ")


def did_you_mean(name: str, known: Collection[str]) -> str:
    """The end of a sentence about a name that is not known: the nearest one, or nothing."""
    near = get_close_matches(name.lower(), known, n=1, cutoff=0.6)
    return f"; did you mean {near[0]}?" if near else ""
