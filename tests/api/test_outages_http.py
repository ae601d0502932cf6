"""A vehicle off the road over HTTP: tried, accepted, listed, lifted; bad input has a code, a cause and an action."""

from __future__ import annotations

import pytest

from tests.api.in_process import Client
from tests.scenarios.town import Town

OUTAGES = "/api/v1/town/days/2026-11-24/outages"


def test_a_dry_run_names_breaches_and_changes_nothing(client: Client, town: Town) -> None:
    """One taxi left for two trips at nine: one is late; making it without accepting is refused with 409."""
    for rider, origin in (("R0", "spa"), ("R1", "school")):
        town.book(town.wish(rider, origin=origin, destination="clinic", after="9:00"))
    tried = client.post(OUTAGES, json={"shift_id": "S1", "cause": "shift"}).json()
    assert (tried["made"], tried["verdict"]) == (False, "breaches")
    (late,) = tried["breaches"]
    assert max(late["pickup_late_s"], late["arrival_late_s"]) > 0
    assert client.get(OUTAGES).json() == []
    refused = client.post(OUTAGES, json={"shift_id": "S1", "cause": "shift", "dry_run": False})
    assert (refused.status_code, refused.json()["code"]) == (409, "withdrawal_breaches")
    asked = {"shift_id": "S1", "cause": "shift", "dry_run": False, "accept_breaches": True}
    made = client.post(OUTAGES, json=asked).json()
    assert (made["made"], made["breaches"]) == (True, tried["breaches"])
    assert [(one["number"], one["lifted"]) for one in client.get(OUTAGES).json()] == [(1, False)]
    assert client.call("POST", f"{OUTAGES}/1/lift").json()["lifted"]
    again = client.call("POST", f"{OUTAGES}/1/lift")
    assert (again.status_code, again.json()["code"]) == (409, "outage_already_lifted")


@pytest.mark.parametrize(
    ("asked", "status", "code"),
    [
        ({"shift_id": "S9"}, 404, "unknown_shift"),
        ({"shift_id": "S1", "place_id": "nowhere"}, 404, "unknown_place"),
        ({"shift_id": "S1", "instead": {"vehicle_id": "V2"}}, 409, "vehicle_on_duty"),
        ({"shift_id": "S1", "cause": "weather"}, 422, "invalid_request"),
        ({"shift_id": "S1", "instead": {"vehicle_id": "V9"}}, 404, "unknown_vehicle"),
    ],
)
def test_what_cannot_be_is_said(client: Client, town: Town, asked: dict[str, object], status: int, code: str) -> None:
    """Each with its cause and its action."""
    answer = client.post(OUTAGES, json=asked)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["cause"]
    assert answer.json()["action"]
