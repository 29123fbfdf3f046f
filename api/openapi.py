"""Says in the OpenAPI document what FastAPI does not know of: how to sign in, and what every refusal looks like."""

from typing import Any

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts

from api.security.principal import current_principal
from contracts.views import Problem

#: They put "Authorize" on the page at /docs. As dependencies of each route, FastAPI's own way, they would be looked at
#: with each request, which took a fifth of a submission's time.
_SIGN_IN = {
    "HTTPBearer": {
        "type": "http",
        "description": "A token from POST /api/v1/auth/login, or an API key",
        "scheme": "bearer",
    },
    "APIKeyHeader": {"type": "apiKey", "description": "The key of a worker", "in": "header", "name": "X-Worker-Key"},
    "APIKeyCookie": {
        "type": "apiKey",
        "description": "The cookie from POST /api/v1/session, for the page; its name depends on the settings",
        "in": "cookie",
        "name": "__Host-clawdbot",
    },
}

_REFUSED = {
    "4XX": "Refused, with a sentence that says what to do",
    "5XX": "Not possible right now; nothing was changed",
}
#: What FastAPI would answer with were it left to it.
_FRAMEWORKS_OWN = ("HTTPValidationError", "ValidationError")


def describe(app: FastAPI) -> None:
    """Have the document of the app say so of each of its operations."""
    framework = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = framework()
            _describe_signing_in(document, app)
            _describe_errors(document)
            app.openapi_schema = document
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign] # FastAPI's documented way to extend the document


def _describe_signing_in(document: dict[str, Any], app: FastAPI) -> None:
    document.setdefault("components", {})["securitySchemes"] = _SIGN_IN
    for route in iter_route_contexts(app.routes):
        needed = getattr(route, "dependant", None)
        operations = document["paths"].get(str(route.path), {})
        if needed is not None and _asks_who_calls(needed):
            for method in route.methods or ():
                if operation := operations.get(method.lower()):
                    operation["security"] = [{name: []} for name in _SIGN_IN]


def _asks_who_calls(needed: Dependant) -> bool:
    return needed.call is current_principal or any(map(_asks_who_calls, needed.dependencies))


def _describe_errors(document: dict[str, Any]) -> None:
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    for name in _FRAMEWORKS_OWN:
        schemas.pop(name, None)
    schemas["Problem"] = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for operations in document["paths"].values():
        for operation in operations.values():
            responses = operation["responses"]
            responses.pop("422", None)
            for status, description in _REFUSED.items():
                responses[status] = {"description": description, "content": content}
