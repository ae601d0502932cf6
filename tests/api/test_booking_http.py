"""Booking over HTTP: offers, refusals, reservations, changes."""

from __future__ import annotations

from datetime import datetime

from tests.api.in_process import Client
from tests.scenarios.town import Town

BASE = "/api/v1/town"
AT_NINE = {
    "rider_id": "R1",
    "origin": {"kind": "rider_place", "id": "R1-home"},
    "destination": {"kind": "place", "id": "clinic"},
    "depart_after": "2026-11-24T09:00:00+09:00",
}
AT_THREE = AT_NINE | {"depart_after": "2026-11-24T15:00:00+09:00"}


def first_offer(client: Client, wish: dict[str, object], *, path: str = f"{BASE}/offers") -> int:
    answer = client.post(path, json=wish)
    assert answer.status_code == 201, answer.text
    return int(answer.json()["offers"][0]["id"])


def booked(client: Client, wish: dict[str, object]) -> int:
    answer = client.post(f"{BASE}/reservations", json={"offer_id": first_offer(client, wish)})
    assert answer.status_code == 201, answer.text
    return int(answer.json()["id"])


def test_an_offer_says_its_promise_aloud(client: Client) -> None:
    """The first offer for 9:00 promises the window 9:00 to 9:15 with its offset and reads it as a sentence."""
    offered = client.post(f"{BASE}/offers", json=AT_NINE).json()
    best = offered["offers"][0]
    assert offered["outcome"] == "offered"
    assert best["promise"]["pickup_earliest"] == "2026-11-24T09:00:00+09:00"
    assert best["promise"]["pickup_latest"] == "2026-11-24T09:15:00+09:00"
    assert best["sentence"].startswith("9時から9時15分のあいだにお迎えに上がり、")
    assert "料金は300円です。よろしいですか。" in best["sentence"]


def test_an_english_caller_hears_english(client: Client) -> None:
    """``Accept-Language: en`` gives the same promise in English."""
    offered = client.post(f"{BASE}/offers", json=AT_NINE, headers={"accept-language": "en"}).json()
    assert offered["offers"][0]["sentence"].startswith("We will pick you up between 9:00 and 9:15")


def test_arrive_by_is_kept(client: Client) -> None:
    """Who must be there by 11:00 is promised no later arrival."""
    wish = {key: value for key, value in AT_NINE.items() if key != "depart_after"}
    offered = client.post(f"{BASE}/offers", json=wish | {"arrive_by": "2026-11-24T11:00:00+09:00"}).json()
    limit = datetime.fromisoformat("2026-11-24T11:00:00+09:00")
    latest = [datetime.fromisoformat(offer["promise"]["arrival_latest"]) for offer in offered["offers"]]
    assert max(latest) <= limit


def test_a_refusal_is_an_answer_with_its_reason(client: Client) -> None:
    """Saturday is no service day: status 200, outcome refused, a code of the error table, and the request is kept."""
    answer = client.post(f"{BASE}/offers", json=AT_NINE | {"depart_after": "2026-11-28T09:00:00+09:00"})
    body = answer.json()
    assert (answer.status_code, body["outcome"], body["refusal"]["code"]) == (200, "refused", "not_service_day")
    stored = client.get(f"{BASE}/requests/{body['request_id']}").json()
    assert (stored["outcome"], stored["outcome_code"]) == ("refused", "not_service_day")


def test_a_refusal_names_the_rule_for_each_vehicle(client: Client) -> None:
    """Two wheelchairs fit no vehicle of the town: the refusal gives its cause, and each vehicle asked its rule."""
    party = [{"aid": "ramp_wheelchair"}] * 2
    body = client.post(f"{BASE}/offers", json=AT_NINE | {"party": party}).json()
    assert body["outcome"] == "refused"
    assert body["refusal"]["cause"]
    assert all(vehicle["sentence"] for vehicle in body["refusal"]["vehicles"])


def test_an_accepted_offer_is_promised_and_scheduled(client: Client) -> None:
    """A reservation shows the promise given and, apart from it, a scheduled trip inside that promise."""
    reservation = client.get(f"{BASE}/reservations/{booked(client, AT_NINE)}").json()
    (trip,) = reservation["scheduled"]
    promise = reservation["promise"]
    assert reservation["state"] == "booked"
    assert promise["pickup_earliest"] <= trip["pickup"] <= promise["pickup_latest"]
    assert trip["arrival"] <= promise["arrival_latest"]


def test_an_offer_is_accepted_once(client: Client) -> None:
    """The second acceptance of the same offer is a conflict, and there is one reservation."""
    offer = first_offer(client, AT_NINE)
    client.post(f"{BASE}/reservations", json={"offer_id": offer})
    again = client.post(f"{BASE}/reservations", json={"offer_id": offer})
    listed = client.get(f"{BASE}/days/2026-11-24/reservations").json()
    assert (again.status_code, len(listed)) == (409, 1)


def test_an_expired_offer_is_gone(client: Client, town: Town) -> None:
    """Eleven minutes later an offer valid for ten is answered with 410 and nothing is booked."""
    offer = first_offer(client, AT_NINE)
    town.clock.advance(seconds=11 * 60)
    answer = client.post(f"{BASE}/reservations", json={"offer_id": offer})
    assert (answer.status_code, answer.json()["code"]) == (410, "offer_expired")
    assert client.get(f"{BASE}/days/2026-11-24/reservations").json() == []


def test_a_second_trip_at_the_same_time_is_asked_about(client: Client) -> None:
    """An overlapping trip of the same rider is a 409 until the caller's yes is sent along."""
    booked(client, AT_NINE)
    asked = client.post(f"{BASE}/offers", json=AT_NINE)
    assert (asked.status_code, asked.json()["code"]) == (409, "overlapping_reservation")
    assert client.post(f"{BASE}/offers", json=AT_NINE | {"overlap_confirmed": True}).status_code == 201


def test_a_change_holds_the_old_promise_until_accepted(client: Client) -> None:
    """Offers for a change leave the promise at 9:00; PATCH with one of them moves the same trip to 15:00."""
    reservation = booked(client, AT_NINE)
    offer = first_offer(client, AT_THREE, path=f"{BASE}/reservations/{reservation}/offers")
    before = client.get(f"{BASE}/reservations/{reservation}").json()
    assert before["promise"]["pickup_earliest"] == "2026-11-24T09:00:00+09:00"
    changed = client.call("PATCH", f"{BASE}/reservations/{reservation}", json={"offer_id": offer})
    assert changed.status_code == 200
    assert changed.json()["promise"]["pickup_earliest"] == "2026-11-24T15:00:00+09:00"
    live = [one for one in client.get(f"{BASE}/days/2026-11-24/reservations").json() if one["state"] == "booked"]
    assert [one["id"] for one in live] == [changed.json()["id"]]


def test_a_change_takes_offers_of_its_own_only(client: Client) -> None:
    """An offer for a new trip cannot be used to change a reservation."""
    reservation = booked(client, AT_NINE)
    stranger = first_offer(client, AT_THREE)
    answer = client.call("PATCH", f"{BASE}/reservations/{reservation}", json={"offer_id": stranger})
    assert (answer.status_code, answer.json()["code"]) == (409, "offer_of_another")


def test_a_cancelled_trip_leaves_the_plan(client: Client) -> None:
    """DELETE releases the promise, empties the schedule and keeps the reservation readable; twice is a conflict."""
    reservation = booked(client, AT_NINE)
    cancelled = client.call("DELETE", f"{BASE}/reservations/{reservation}", params={"reason": "caller"})
    body = cancelled.json()
    assert (cancelled.status_code, body["state"], body["promise_state"]) == (200, "cancelled", "released")
    assert client.get(f"{BASE}/reservations/{reservation}").json()["scheduled"] == []
    assert client.call("DELETE", f"{BASE}/reservations/{reservation}").status_code == 409


def test_an_abandoned_request_leaves_its_outcome(client: Client) -> None:
    """Who wants none of the offers leaves a request that ends as abandoned; its offers can no longer be accepted."""
    offered = client.post(f"{BASE}/offers", json=AT_NINE).json()
    abandoned = client.post(f"{BASE}/requests/{offered['request_id']}/abandon")
    assert (abandoned.status_code, abandoned.json()["outcome"]) == (200, "abandoned")
    late = client.post(f"{BASE}/reservations", json={"offer_id": offered["offers"][0]["id"]})
    assert late.status_code == 409
    outcomes = [one["outcome"] for one in client.get(f"{BASE}/days/2026-11-24/requests").json()]
    assert outcomes == ["abandoned"]


def test_a_guest_books_and_stays_out_of_the_answers(client: Client) -> None:
    """A guest's name and phone are taken but never come back in offers, requests or reservations."""
    wish = {key: value for key, value in AT_NINE.items() if key not in ("rider_id", "origin")}
    guest = {"name": "見本花子", "kana": "みほん はなこ", "phone": "0285009999"}
    wish |= {"guest": guest, "origin": {"kind": "place", "id": "station"}}
    reservation = booked(client, wish)
    shown = client.get(f"{BASE}/reservations/{reservation}").text + client.get(f"{BASE}/days/2026-11-24/requests").text
    assert "見本花子" not in shown
    assert "0285009999" not in shown


def test_a_gone_offer_comes_with_fresh_ones(client: Client, town: Town) -> None:
    """Expired: 410 with offers for the same request in the same answer; the first of them is accepted."""
    offer = first_offer(client, AT_NINE)
    town.clock.advance(seconds=11 * 60)
    answer = client.post(f"{BASE}/reservations", json={"offer_id": offer})
    body = answer.json()
    assert (answer.status_code, body["code"]) == (410, "offer_expired")
    assert answer.headers["content-type"] == "application/problem+json"
    accepted = client.post(f"{BASE}/reservations", json={"offer_id": body["fresh_offers"][0]["id"]})
    assert accepted.status_code == 201
    assert len(client.get(f"{BASE}/days/2026-11-24/requests").json()) == 1


def test_a_held_offer_says_until_when(client: Client, town: Town) -> None:
    """Three minutes from now, with the offset; given up, it is accepted all the same; an unknown one is 404."""
    offer = first_offer(client, AT_NINE)
    held = client.post(f"{BASE}/offers/{offer}/hold")
    until = datetime.fromisoformat(held.json()["held_until"])
    assert (held.status_code, (until - town.clock.now()).total_seconds()) == (200, 180)
    assert client.call("DELETE", f"{BASE}/offers/{offer}/hold").status_code == 204
    assert client.post(f"{BASE}/reservations", json={"offer_id": offer}).status_code == 201
    missing = client.post(f"{BASE}/offers/4711/hold")
    assert (missing.status_code, missing.json()["code"]) == (404, "unknown_offer")
