"""The description of the API shows an example wherever something is sent or answered, and every example is right."""

from __future__ import annotations

from collections.abc import Iterator

import jsonschema_rs
import pytest

from api.schemas.wishes import GUEST_EXAMPLE, WISH_EXAMPLE, WishIn
from tests.api.in_process import Client

JSON = ("application/json", "application/problem+json")


@pytest.fixture
def described(client: Client) -> dict[str, dict]:
    return client.get("/api/v1/openapi.json").json()


def operations(described: dict) -> Iterator[tuple[str, dict]]:
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def bodies(described: dict) -> Iterator[tuple[str, dict]]:
    """Every JSON body that is sent or answered, errors included, and where."""
    for name, operation in operations(described):
        parts = [("body", operation.get("requestBody", {})), *operation["responses"].items()]
        for part, body in parts:
            for media_type in JSON:
                if media_type in body.get("content", {}):
                    yield f"{name} {part}", body["content"][media_type]


def faults(described: dict, schema: dict, example: object) -> list[str]:
    whole = {**schema, "components": described["components"]}
    checker = jsonschema_rs.Draft202012Validator(whole, validate_formats=True)
    return [error.message for error in checker.iter_errors(example)]


def test_every_body_has_an_example_that_fits_its_schema(described: dict) -> None:
    """What is sent, what comes back when it went well, and what comes back when it did not."""
    shown = list(bodies(described))
    assert len(shown) > 150
    assert [where for where, body in shown if "example" not in body] == []
    wrong = {where: faults(described, body["schema"], body["example"]) for where, body in shown}
    assert {where: found for where, found in wrong.items() if found} == {}


BARE = ("/abandon", "/hold", "/lift", "/series-bookings", "/days/{date}/series/{series_id}")
"""Operations that say all they want in their address."""


def test_every_operation_that_takes_or_answers_json_says_so(described: dict) -> None:
    """An operation answers with JSON that has a schema, with a page or a file, or with nothing (204)."""
    for name, operation in operations(described):
        good = {status: answer for status, answer in operation["responses"].items() if status.startswith("2")}
        assert good, name
        for status, answer in good.items():
            assert status == "204" or answer["content"], name
        assert ("requestBody" in operation) == (name.split()[0] in ("POST", "PUT", "PATCH") and not name.endswith(BARE))


def test_every_parameter_has_an_example_that_fits(described: dict) -> None:
    """In the path and behind the question mark."""
    for name, operation in operations(described):
        for parameter in operation.get("parameters", []):
            schema = parameter["schema"]
            assert schema.get("examples"), f"{name}: {parameter['name']}"
            assert [faults(described, schema, one) for one in schema["examples"]] == [[]], name


def test_examples_inside_schemas_fit_them(described: dict) -> None:
    """A schema's own examples are right too."""
    schemas = described["components"]["schemas"]
    shown = [(name, schema, one) for name, schema in schemas.items() for one in schema.get("examples", [])]
    assert len(shown) > 20
    assert {name: faults(described, schema, one) for name, schema, one in shown if faults(described, schema, one)} == {}


@pytest.mark.parametrize("example", [WISH_EXAMPLE, GUEST_EXAMPLE], ids=["rider", "guest"])
def test_the_wishes_shown_can_be_asked(example: dict[str, object]) -> None:
    """The rules between the fields, which no schema can say, are kept as well."""
    assert WishIn.model_validate(example).service_day.isoformat() == "2026-11-24"
