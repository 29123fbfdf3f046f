"""Finds the JSON in what a model wrote: in a fence, behind its thoughts, between sentences."""

import re

_THOUGHTS = re.compile(r"<(think|thinking|reasoning)>.*?(?:</\1>|\Z)", re.DOTALL | re.IGNORECASE)
_FENCE = re.compile(r"```(?:json)?\s*\n?(.*?)(?:```|\Z)", re.DOTALL | re.IGNORECASE)


def json_in(text: str) -> str:
    """The JSON object; the text as it is if there is none."""
    said = _THOUGHTS.sub("", text)
    if said.lstrip().startswith("{"):
        return said.strip()
    if fenced := _FENCE.search(said):
        return fenced[1].strip()
    first, last = said.find("{"), said.rfind("}")
    return said[first : last + 1] if 0 <= first < last else said.strip()
