"""Health checks: the process is alive, and the database answers."""

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from sqlalchemy import text

from api.state import Services
from db.session import Unavailable
from runtime.disk import has_room

router = APIRouter(tags=["health"])


@router.get("/healthz", summary="Check whether the process is alive")
async def healthz() -> dict[str, str]:
    return {"status": "ok"}


@router.get(
    "/readyz",
    summary="Check whether the process can work: the database answers, has room and is of its version",
)
async def readyz(state: Services) -> JSONResponse:
    try:
        async with state.database.transaction() as connection:
            await connection.execute(text("SELECT 1"))
    except Unavailable:
        return _said({"postgres": False})
    has_disk = not state.database.disk_is_full and has_room(state.settings.disk_path)
    return _said({"postgres": True, "disk": has_disk, "schema": state.database.mismatch is None})


def _said(checks: dict[str, bool]) -> JSONResponse:
    ready = all(checks.values())
    return JSONResponse(
        {"ready": ready, "checks": checks}, 200 if ready else 503, None if ready else {"Retry-After": "2"}
    )
