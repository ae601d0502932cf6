"""Which errors a route can answer with, for the API description."""

from __future__ import annotations

from typing import TypeAlias

from api.schemas.problem import Problem

Responses: TypeAlias = dict[int | str, dict[str, object]]

MEANING = {
    404: "Something named does not exist.",
    409: "Somebody else was first, or the state of the service does not allow it.",
    410: "The offer has expired: ask again.",
    422: "The input is wrong; every field that is wrong is listed.",
    500: "Unexpected. Nothing was changed.",
    503: "The installation is not ready (database, travel times).",
}
EVERYWHERE = (404, 422, 500, 503)


def problems(*statuses: int) -> Responses:
    """The ``responses`` of a route that can fail with these statuses, besides those every route has."""
    schema = {"$ref": f"#/components/schemas/{Problem.__name__}"}
    return {
        status: {"description": MEANING[status], "content": {"application/problem+json": {"schema": schema}}}
        for status in sorted({*statuses, *EVERYWHERE})
    }
