"""Puts the dashboard, which Vite has built before, into the wheel; refuses to make a wheel without it."""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_DIST = Path("api") / "web" / "dist"


class DashboardHook(BuildHookInterface[Any]):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        # An editable installation serves what lies in the checkout, also what is built later.
        if version == "editable":
            return
        if not (Path(self.root) / _DIST / "index.html").is_file():
            raise SystemExit(
                f"The dashboard is not built: {_DIST}/index.html is missing. Run `make page`, then build the wheel."
            )
        # Git ignores it, and so would Hatch.
        build_data["artifacts"].append(f"/{_DIST.as_posix()}/")
