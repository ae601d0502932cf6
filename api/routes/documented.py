"""Which errors a route can answer with, for the API description."""

from __future__ import annotations

from typing import TypeAlias

from api.errors import MEDIA_TYPE, problem
from api.schemas.problem import FieldProblem, Problem
from dispatch.model.wording import Lang

Responses: TypeAlias = dict[int | str, dict[str, object]]

MEANING = {
    404: "Something named does not exist.",
    409: "Somebody else was first, or the state of the service does not allow it.",
    410: "The offer has expired: ask again.",
    422: "The input is wrong; every field that is wrong is listed.",
    500: "Unexpected. Nothing was changed.",
    503: "The installation is not ready (database, travel times).",
}
EXAMPLES = {
    404: problem("unknown_reservation", lang=Lang.JA, values={"reservation_id": 9999}),
    409: problem("already_exists", lang=Lang.JA, values={"id": "CL02"}),
    410: problem("offer_expired", lang=Lang.JA, values={"offer_id": 165}),
    422: problem(
        "invalid_request",
        lang=Lang.JA,
        values={"field": "body.origin.id", "reason": "Field required"},
        problems=[FieldProblem(field="body.origin.id", reason="Field required")],
    ),
    500: problem("unexpected", lang=Lang.JA, values={}),
    503: problem("router_unavailable", lang=Lang.JA, values={}),
}
EVERYWHERE = (404, 422, 500, 503)


def problems(*statuses: int) -> Responses:
    """The ``responses`` of a route that can fail with these statuses, besides those every route has."""
    return {status: _described(status) for status in sorted({*statuses, *EVERYWHERE})}


def _described(status: int) -> dict[str, object]:
    body = {
        "schema": {"$ref": f"#/components/schemas/{Problem.__name__}"},
        "example": EXAMPLES[status].model_dump(mode="json"),
    }
    return {"description": MEANING[status], "content": {MEDIA_TYPE: body}}
