"""`/metrics` for Prometheus. The API listens where anybody may call, so this needs the key of a reader."""

from fastapi import APIRouter, Request, Response

from api.meters import Meters
from api.security.principal import Reader
from runtime.health import exposition


def router_of(meters: Meters) -> APIRouter:
    router = APIRouter(tags=["health"])
    expose = exposition(meters.registry)

    @router.get("/metrics", summary="Read the figures of this process, for Prometheus", response_class=Response)
    async def get_metrics(request: Request, _: Reader) -> Response:
        return expose(request)

    return router
