"""Says in the OpenAPI document what every refusal looks like: problem JSON, which FastAPI does not know of."""

from typing import Any

from fastapi import FastAPI

from contracts.views import Problem

_REFUSED = {
    "4XX": "Refused, with a sentence that says what to do",
    "5XX": "Not possible right now; nothing was changed",
}
#: What FastAPI would answer with were it left to it.
_FRAMEWORKS_OWN = ("HTTPValidationError", "ValidationError")


def describe_errors(app: FastAPI) -> None:
    """Have the document of the app say so of each of its operations."""
    framework = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = framework()
            _complete(document)
            app.openapi_schema = document
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign] # FastAPI's documented way to extend the document


def _complete(document: dict[str, Any]) -> None:
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
