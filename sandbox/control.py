"""The control API under `/_control`: arm and clear faults, read and clear the request log, set Reddit's limits."""

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.faults import Fault, Faults
from sandbox.reddit.limits import Limits
from sandbox.request_log import RequestLog


class _Wanted(BaseModel):
    model_config = ConfigDict(extra="forbid")

    #: The list of new posts, and a search.
    listing: int = Field(ge=1)
    search: int = Field(ge=1)


class Control:
    """Endpoints over one sandbox's faults, log and limits."""

    def __init__(self, faults: Faults, log: RequestLog, limits: Limits) -> None:
        self._faults = faults
        self._log = log
        self._limits = limits

    def routes(self) -> list[Route]:
        """What the application serves of this."""
        return [
            Route("/_control/faults", self.arm_fault, methods=["POST"]),
            Route("/_control/faults", self.clear_faults, methods=["DELETE"]),
            Route("/_control/requests", self.list_requests, methods=["GET"]),
            Route("/_control/requests", self.clear_requests, methods=["DELETE"]),
            Route("/_control/reddit", self.limit_reddit, methods=["PUT"]),
            Route("/_control/reddit", self.unlimit_reddit, methods=["DELETE"]),
        ]

    async def arm_fault(self, request: Request) -> Response:
        """Arm the fault in the body; 422 says what is wrong with it."""
        try:
            fault = Fault.model_validate_json(await request.body())
        except ValidationError as error:
            details = error.errors(include_context=False, include_input=False)
            return JSONResponse({"errors": details}, status_code=422)
        self._faults.arm(fault)
        return JSONResponse(fault.model_dump(), status_code=201)

    async def clear_faults(self, _request: Request) -> Response:
        """Behave again."""
        self._faults.clear()
        return Response(status_code=204)

    async def list_requests(self, request: Request) -> Response:
        """The logged requests, oldest first, of one `source` or of all."""
        return JSONResponse(self._log.listed(request.query_params.get("source")))

    async def clear_requests(self, _request: Request) -> Response:
        """Forget the logged requests."""
        self._log.clear()
        return Response(status_code=204)

    async def limit_reddit(self, request: Request) -> Response:
        """Have Reddit end its listings after so many posts; 422 says what is wrong with that."""
        try:
            wanted = _Wanted.model_validate_json(await request.body())
        except ValidationError as error:
            details = error.errors(include_context=False, include_input=False)
            return JSONResponse({"errors": details}, status_code=422)
        self._limits.listing, self._limits.search = wanted.listing, wanted.search
        return JSONResponse(wanted.model_dump())

    async def unlimit_reddit(self, _request: Request) -> Response:
        """As at the start."""
        self._limits.reset()
        return Response(status_code=204)
