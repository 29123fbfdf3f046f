"""Files that commands are given: read whole, or said why not."""

import sys
from pathlib import Path

from cli.errors import CliError
from cli.text import safe


def text_of(file: str | Path, name: str | None = None) -> str:
    """What stands in a file; in what comes on stdin, if its name is ``-``.

    Args:
        name: what it is called where it cannot be read; else its own name.

    Raises:
        CliError: it cannot be read, or is no text.
    """
    called = name or ("stdin" if str(file) == "-" else safe(file))
    try:
        return sys.stdin.read() if str(file) == "-" else Path(file).expanduser().read_text(encoding="utf-8")
    except OSError as error:
        raise CliError(f"{called} cannot be read ({error.strerror}).") from None
    except UnicodeDecodeError:
        raise CliError(f"{called} is not a text file.") from None
