"""`python -m api.web.openapi FILE`: write what the API says of itself. The page's types are made from it."""

import json
import sys
from pathlib import Path

from api.app import create_app
from contracts.settings import ServerSettings


def describe() -> dict[str, object]:
    """The OpenAPI of the API; needs no database."""
    nowhere = {"database_url": "postgresql://nowhere/", "jwt_secret": "-" * 32, "lease_secret": "-" * 32}
    return create_app(ServerSettings.model_validate(nowhere)).openapi()


def describe_into(file: Path) -> None:
    file.write_text(json.dumps(describe()), "utf-8")


if __name__ == "__main__":
    describe_into(Path(sys.argv[1]))
