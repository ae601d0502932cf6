"""What became of a request, over HTTP: counted whatever it was, and never changed by being read."""

from __future__ import annotations

from dispatch.model.catalog import Place
from tests.api.in_process import Client
from tests.scenarios.town import SERVICE, TUESDAY, Town

BASE = "/api/v1/town"
DAY = f"{BASE}/days/2026-11-24"
WISH = {
    "rider_id": "R1",
    "origin": {"kind": "rider_place", "id": "R1-home"},
    "destination": {"kind": "place", "id": "clinic"},
    "depart_after": "2026-11-24T09:00:00+09:00",
}


def test_reading_the_requests_of_a_day_changes_nothing(client: Client, town: Town) -> None:
    """Eleven minutes after an offer its request reads as expired, in the list and alone; the day's version stays."""
    asked = client.post(f"{BASE}/offers", json=WISH).json()["request_id"]
    town.clock.advance(seconds=11 * 60)
    version = town.store.day_version(SERVICE, TUESDAY)
    assert [one["outcome"] for one in client.get(f"{DAY}/requests").json()] == ["expired"]
    assert client.get(f"{BASE}/requests/{asked}").json()["outcome"] == "expired"
    assert town.store.day_version(SERVICE, TUESDAY) == version


def test_who_asks_in_the_riders_place_is_kept(client: Client, town: Town) -> None:
    """A daughter calls for R1: the stored request says on whose behalf the desk acts; a name is no short id."""
    asked = client.post(f"{BASE}/offers", json=WISH | {"on_behalf_of": "family"}).json()["request_id"]
    assert client.get(f"{BASE}/requests/{asked}").json()["on_behalf_of"] == "family"
    assert town.store.request(asked).wish.actor.on_behalf_of == "family"
    assert client.post(f"{BASE}/offers", json=WISH | {"on_behalf_of": "山田 花子"}).status_code == 422


def test_a_closed_place_is_an_answer(client: Client, town: Town) -> None:
    """A clinic that is not in use is refused with 200 and its code, and the demand for it is counted."""
    clinic = town.store.place(SERVICE, "clinic")
    with town.store.writing() as work:
        work.save(Place(**(clinic.model_dump() | {"active": False})))
    answer = client.post(f"{BASE}/offers", json=WISH)
    assert (answer.status_code, answer.json()["refusal"]["code"]) == (200, "place_closed")
    listed = [(one["outcome"], one["outcome_code"]) for one in client.get(f"{DAY}/requests").json()]
    assert listed == [("refused", "place_closed")]


def test_a_trip_asked_about_and_given_up_is_counted(client: Client) -> None:
    """The 409 of an overlapping trip leaves an abandoned request with the code of the question."""
    offer = client.post(f"{BASE}/offers", json=WISH).json()["offers"][0]["id"]
    client.post(f"{BASE}/reservations", json={"offer_id": offer})
    assert client.post(f"{BASE}/offers", json=WISH | {"purpose": "medical"}).status_code == 409
    listed = [(one["outcome"], one["outcome_code"]) for one in client.get(f"{DAY}/requests").json()]
    assert listed == [("booked", ""), ("abandoned", "overlapping_reservation")]
