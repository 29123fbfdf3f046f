"""A model behind an API, as settings name it: ``openai/gpt-4.1-mini``."""

import re
from typing import NamedTuple

#: Provider -> the variable that holds its key.
PROVIDERS = {"openai": "OPENAI_API_KEY", "anthropic": "ANTHROPIC_API_KEY"}
_NAME = re.compile(r"(?P<provider>[a-z]+)/(?P<model>[\x21-\x7e]{1,150})")


class ModelName(NamedTuple):
    provider: str
    model: str

    def __str__(self) -> str:
        return f"{self.provider}/{self.model}"


def parse_model_name(text: str) -> ModelName | None:
    """The model that is named; None if none is.

    Raises:
        ValueError: with a sentence.
    """
    if not text.strip():
        return None
    found = _NAME.fullmatch(text.strip())
    if found is None or found["provider"] not in PROVIDERS:
        raise ValueError(f"'{text}' must be like openai/gpt-4.1-mini, with {' or '.join(PROVIDERS)} before the slash")
    return ModelName(found["provider"], found["model"])
