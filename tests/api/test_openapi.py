"""The description of the API is complete and true."""

from __future__ import annotations

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import checks
from schemathesis.specs.openapi import checks as oas

from api.app import create_app
from tests.api.in_process import Client
from tests.scenarios.town import OPERATOR, Town

CHECKS = [
    checks.not_a_server_error,
    oas.status_code_conformance,
    oas.content_type_conformance,
    oas.response_schema_conformance,
]
SHORT_AND_SEEDED = settings(
    max_examples=6,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
REAL = {"service": "town", "date": "2026-11-24", "vehicle_id": "V1"}
METHODS = {"get", "post", "put", "patch", "delete"}
SPECIFIED = """
POST offers, POST reservations, GET reservations/{reservation_id}, PATCH reservations/{reservation_id},
DELETE reservations/{reservation_id}, POST reservations/{reservation_id}/offers, POST requests/{request_id}/abandon,
GET days/{date}, GET days/{date}/plan, POST days/{date}/plan, GET days/{date}/map,
GET days/{date}/vehicles/{vehicle_id}/sheet, GET days/{date}/vehicles/{vehicle_id}/sheet.pdf,
GET riders, POST riders, GET riders/{rider_id}, PUT riders/{rider_id}, DELETE riders/{rider_id},
GET places, POST places, GET vehicles, POST vehicles, GET shifts, POST shifts
"""


def test_everything_specified_is_described(client: Client) -> None:
    """Each operation of the specification is in the description, with a summary and its errors."""
    paths = client.get("/api/v1/openapi.json").json()["paths"]
    described = {
        (method.upper(), path.removeprefix("/api/v1/{service}/")): operation
        for path, operations in paths.items()
        for method, operation in operations.items()
        if method in METHODS
    }
    wanted = {tuple(one.split()) for one in SPECIFIED.replace("\n", " ").split(",")}
    assert wanted - set(described) == set()
    for operation in described.values():
        assert operation["summary"]
        assert {"404", "422", "500"} <= set(operation["responses"])


def test_every_reference_in_the_description_leads_somewhere(client: Client) -> None:
    """No schema is named that is not there."""
    text = client.get("/api/v1/openapi.json").text
    known = set(client.get("/api/v1/openapi.json").json()["components"]["schemas"])
    named = {piece.split('"')[0] for piece in text.split("#/components/schemas/")[1:]}
    assert "Problem" in named
    assert named - known == set()


def test_durations_money_and_lengths_carry_their_units(client: Client) -> None:
    """A whole number that is no id, count, rank or version says its unit in its name."""
    schemas = client.get("/api/v1/openapi.json").json()["components"]["schemas"]
    plain = {
        "id", "request_id", "reservation_id", "offer_id", "linked_to", "rank", "vouchers", "seats", "companion_of",
        "version", "plan_version", "services", "seed", "iterations", "visits_checked", "after_visit", "total", "limit",
        "offset", "birth_year", "rides", "people", "unserved", "promises_broken", "vehicles_on_duty", "vehicles_used",
        "outbound_request_id", "back_request_id", "pair_id", "other_id",
        "requests", "booked", "refused", "abandoned", "expired", "open", "count",

        "series_id", "later",
        "riders_retimed", "stops_changed", "minutes", "number", "percent",
    }  # fmt: skip
    unnamed = {
        (schema, name)
        for schema, described in schemas.items()
        for name, field in described.get("properties", {}).items()
        if field.get("type") == "integer" and name not in plain and not name.endswith(("_s", "_m", "_yen"))
    }
    assert unnamed == set()


def test_no_call_breaks_the_server_or_the_description(town: Town) -> None:
    """Generated calls to every operation meet no 5xx, no undocumented status or type, no answer off its schema."""
    app = create_app(town.desk, operator=OPERATOR, schema_version="0001", hosts={"testserver"})
    operations = list(schemathesis.openapi.from_asgi("/api/v1/openapi.json", app).get_all_operations())
    met: set[int] = set()
    for result in operations:

        @SHORT_AND_SEEDED
        @given(case=result.ok().as_strategy())
        def tried(case: schemathesis.Case) -> None:
            case.path_parameters.update((name, value) for name, value in REAL.items() if name in case.path_parameters)
            met.add(case.call_and_validate(checks=CHECKS).status_code)

        tried()
    assert len(operations) > 30
    assert {200, 404, 422} <= met, "the calls were turned away before they were understood"
