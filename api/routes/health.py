"""Health checks: the process is alive, and the database answers."""

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from sqlalchemy import text

from api.state import Services
from db.session import Unavailable

router = APIRouter(tags=["health"])


@router.get("/healthz", summary="Check whether the process is alive")
async def healthz() -> dict[str, str]:
    return {"status": "ok"}


@router.get("/readyz", summary="Check whether the process can work: whether the database answers")
async def readyz(state: Services) -> JSONResponse:
    try:
        async with state.database.transaction() as connection:
            await connection.execute(text("SELECT 1"))
    except Unavailable:
        return JSONResponse({"ready": False, "checks": {"postgres": False}}, 503, {"Retry-After": "2"})
    return JSONResponse({"ready": True, "checks": {"postgres": True}})
