"""Loads alert rules: the shipped ones, and a file of the settings."""

import asyncio
from importlib.resources import files
from pathlib import Path

from contracts.alerts.rules import BadRules, Rule, parse_rules


def shipped_rules() -> list[Rule]:
    return parse_rules(files("workers.core").joinpath("alert_rules.yaml").read_text("utf-8"))


async def rules_of_file(path: Path | None) -> list[Rule]:
    """Rules of the file; none without a file.

    Raises:
        BadRules: it cannot be read or used.
    """
    if path is None:
        return []
    try:
        return parse_rules(await asyncio.to_thread(path.read_text, "utf-8"))
    except (OSError, UnicodeError) as error:
        raise BadRules(f"The alert rules at {path} cannot be read: {error}.") from None
    except BadRules as error:
        raise BadRules(f"The alert rules at {path} cannot be used:\n{error}") from None
