"""The description of the API: what FastAPI makes of the routes, the body of errors, and an example for every body."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel, JsonValue

from api.examples import EXAMPLES
from api.schemas.problem import Problem

REF = "#/components/schemas/"
MEDIA_TYPE = "application/json"
KEYED: JsonValue = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Of the client's choosing, one for each intention: sent again with it, the call does nothing twice.",
    "schema": {
        "type": "string",
        "pattern": "^[!-~]{1,100}$",
        "examples": ["0d9f3c52-6a3e-4b0e-9a55-1f6f1b0f7c11"],
    },
}
"""What every POST may carry (`api.once`)."""

Json = dict[str, JsonValue]


def describe(app: FastAPI) -> None:
    """Let ``app`` describe itself with examples. Made once, when first asked for."""

    def openapi() -> dict[str, JsonValue]:
        if app.openapi_schema is None:
            app.openapi_schema = _described(app)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's documented way to extend the description


def _described(app: FastAPI) -> Json:
    made: Json = get_openapi(
        title=app.title,
        version=app.version,
        summary=app.summary,
        description=app.description,
        routes=app.routes,
    )
    schemas = _inside(_inside(made, "components"), "schemas")
    _add_schema(schemas, Problem)  # routes refer to the body of errors by its name only
    for name, schema in schemas.items():
        if name in EXAMPLES and isinstance(schema, dict):
            schema.setdefault("examples", [EXAMPLES[name]])
    for path in _inside(made, "paths").values():
        if isinstance(path, dict) and isinstance(posted := path.get("post"), dict):
            posted["parameters"] = [*_list(posted.get("parameters", [])), KEYED]
    for body in _bodies(made):
        body.update(_example(_inside(body, "schema")))
    return made


def _add_schema(schemas: Json, model: type[BaseModel]) -> None:
    schema: Json = model.model_json_schema(ref_template=f"{REF}{{model}}")
    schemas.update(_inside(schema, "$defs"))
    schemas[model.__name__] = {key: value for key, value in schema.items() if key != "$defs"}


def _bodies(made: Json) -> Iterator[Json]:
    """What every operation takes and answers with as JSON, errors apart: they bring their examples."""
    for path in _inside(made, "paths").values():
        for operation in _dicts(path):
            taken = operation.get("requestBody", {})
            for described in (taken, *_dicts(operation["responses"])):
                body = described.get("content", {}) if isinstance(described, dict) else {}
                if isinstance(body, dict) and MEDIA_TYPE in body:
                    yield _inside(body, MEDIA_TYPE)


def _example(schema: Json) -> Json:
    """``example``: that of the schema named, or a list of one for a list of them. Empty when there is none yet."""
    listed = schema.get("type") == "array"
    name = str((_inside(schema, "items") if listed else schema).get("$ref", "")).removeprefix(REF)
    if name not in EXAMPLES:
        return {}
    return {"example": [EXAMPLES[name]] if listed else EXAMPLES[name]}


def _inside(outer: Json, key: str) -> Json:
    inner = outer[key]
    if not isinstance(inner, dict):
        raise TypeError(f"the description holds no object under {key}")
    return inner


def _list(value: JsonValue) -> list[JsonValue]:
    return value if isinstance(value, list) else []


def _dicts(outer: JsonValue) -> list[Json]:
    return [one for one in outer.values() if isinstance(one, dict)] if isinstance(outer, dict) else []
