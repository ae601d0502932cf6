"""``Idempotency-Key`` over HTTP: the same answer again, nothing done twice, at the API and at the desk's forms."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from anyio.from_thread import start_blocking_portal
from fastapi import FastAPI

from dispatch.errands import LEASE
from dispatch.model.errand import Claim, ErrandKey
from dispatch.model.errors import Conflict
from tests.api.in_process import Client
from tests.scenarios.town import OPERATOR, SERVICE, TUESDAY, Town

BASE = "/api/v1/town"
DESK = "/desk/town/2026-11-24"
KEYED = {"idempotency-key": "0d9f3c52-6a3e-4b0e-9a55-1f6f1b0f7c11"}
AT_NINE = {
    "rider_id": "R1",
    "origin": {"kind": "rider_place", "id": "R1-home"},
    "destination": {"kind": "place", "id": "clinic"},
    "depart_after": "2026-11-24T09:00:00+09:00",
}
FIELDS = {"rider_id": "R1", "origin": "自宅", "destination": "clinic", "time": "9:00"}


def offer_of(client: Client) -> int:
    return int(client.post(f"{BASE}/offers", json=AT_NINE).json()["offers"][0]["id"])


def test_a_repeated_call_is_answered_as_before(client: Client, town: Town) -> None:
    """Asked twice with one key, also with its fields in another order: one request, one answer, marked as repeated."""
    first = client.post(f"{BASE}/offers", json=AT_NINE, headers=KEYED)
    town.clock.advance(seconds=60)
    again = client.post(f"{BASE}/offers", json=dict(reversed(AT_NINE.items())), headers=KEYED)
    assert (first.status_code, again.status_code, again.text) == (201, 201, first.text)
    assert again.headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in first.headers
    assert again.headers["content-type"] == first.headers["content-type"]
    assert len(town.store.requests(SERVICE, TUESDAY)) == 1


def test_accepting_twice_with_one_key_books_once(client: Client, town: Town) -> None:
    """201 with the same reservation both times, where without a key the second would be a conflict."""
    accepted = {"offer_id": offer_of(client)}
    answers = [client.post(f"{BASE}/reservations", json=accepted, headers=KEYED) for _ in range(2)]
    assert [one.status_code for one in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert len(town.store.reservations(SERVICE, TUESDAY)) == 1


def test_a_body_nested_without_end_is_refused_with_a_key_as_without(client: Client) -> None:
    """A hundred thousand brackets are no call: the same status both ways, and no unforeseen error."""
    typed = {"content-type": "application/json"}
    answers = [
        client.call("POST", f"{BASE}/offers", content=b"[" * 100_000, headers=headers)
        for headers in (typed, typed | KEYED)
    ]
    assert [one.json()["code"] for one in answers] == ["invalid_request"] * 2
    assert answers[0].status_code == answers[1].status_code < 500


def test_another_body_under_the_key_is_refused(client: Client) -> None:
    """422 with the code and what to do; the first answer stays."""
    client.post(f"{BASE}/offers", json=AT_NINE, headers=KEYED)
    other = client.post(f"{BASE}/offers", json=AT_NINE | {"rider_id": "R2"}, headers=KEYED)
    assert (other.status_code, other.json()["code"]) == (422, "key_reused")
    assert other.json()["action"]


def test_a_call_in_progress_is_a_conflict_that_asks_to_come_again(client: Client, town: Town) -> None:
    """While the first arrival is at work: 409, ``Retry-After``, and nothing is kept of it."""
    client.post(f"{BASE}/offers", json=AT_NINE)
    path = f"{BASE}/requests/1/abandon"
    key = ErrandKey(service_id=SERVICE, actor_id=OPERATOR.id, path=path, key="k")
    empty = "01ba4719c80b6fe911b091a7c05124b64eeece964e09c058ef8f9805daca546b"  # SHA-256 of one line feed
    claim = town.desk.errands.begin(key, fingerprint=empty)
    assert isinstance(claim, Claim)
    waiting = client.post(path, headers={"idempotency-key": "k"})
    assert (waiting.status_code, waiting.json()["code"]) == (409, "call_in_progress")
    assert waiting.headers["retry-after"] == "1"
    town.desk.errands.give_up(claim)
    assert client.post(path, headers={"idempotency-key": "k"}).status_code == 200


def test_an_error_is_answered_again_too(client: Client, town: Town) -> None:
    """An offer that has expired stays expired under its key: 410 both times, the same problem."""
    accepted = {"offer_id": offer_of(client)}
    town.clock.advance(seconds=11 * 60)
    answers = [client.post(f"{BASE}/reservations", json=accepted, headers=KEYED) for _ in range(2)]
    assert [one.status_code for one in answers] == [410, 410]
    assert answers[0].json() == answers[1].json()
    assert answers[1].headers["content-type"] == "application/problem+json"


def test_what_may_go_well_in_a_moment_is_not_kept(client: Client, town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """The database is busy for the first arrival: 409 with ``Retry-After``; the second books."""
    accepted = {"offer_id": offer_of(client)}

    def busy(*_: object, **__: object) -> None:
        raise Conflict("database_busy")

    with monkeypatch.context() as for_now:
        for_now.setattr("dispatch.desk.accept", busy)
        first = client.post(f"{BASE}/reservations", json=accepted, headers=KEYED)
    assert (first.status_code, first.headers["retry-after"]) == (409, "1")
    assert client.post(f"{BASE}/reservations", json=accepted, headers=KEYED).status_code == 201


def test_an_unforeseen_error_is_not_kept(app: FastAPI, town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """500 the first time; the call goes well when it comes again."""
    with start_blocking_portal() as portal:
        client = Client(app, portal)
        accepted = {"offer_id": offer_of(client)}

        def broken(*_: object, **__: object) -> None:
            raise ZeroDivisionError

        with monkeypatch.context() as for_now:
            for_now.setattr("dispatch.desk.accept", broken)
            assert client.post(f"{BASE}/reservations", json=accepted, headers=KEYED).status_code == 500
        assert client.post(f"{BASE}/reservations", json=accepted, headers=KEYED).status_code == 201
        client.close()
    assert len(town.store.reservations(SERVICE, TUESDAY)) == 1


@pytest.mark.parametrize("key", ["x" * 101, "two words", "é"])
def test_a_key_that_cannot_be_used_is_named(client: Client, key: str) -> None:
    """Too long, with a space, not ASCII: 422, nothing asked."""
    answer = client.post(f"{BASE}/offers", json=AT_NINE, headers={"idempotency-key": key.encode("latin-1")})
    assert (answer.status_code, answer.json()["code"]) == (422, "key_unreadable")


def test_a_killed_server_leaves_work_that_is_found_again(client: Client, town: Town) -> None:
    """Accepted and killed before the answer was kept: after the lease the same call answers 201 with that trip."""
    offer = offer_of(client)
    sent = {"offer_id": offer}
    with pytest.MonkeyPatch.context() as killed:
        killed.setattr("dispatch.errands.Errands.conclude", lambda *_: None)
        first = client.post(f"{BASE}/reservations", json=sent, headers=KEYED)
    assert client.post(f"{BASE}/reservations", json=sent, headers=KEYED).status_code == 409
    town.clock.advance(seconds=int(LEASE.total_seconds()))
    again = client.post(f"{BASE}/reservations", json=sent, headers=KEYED)
    assert (again.status_code, again.json()) == (201, first.json())
    assert len(town.store.reservations(SERVICE, TUESDAY)) == 1


def test_the_desk_answers_a_retried_form_with_the_same_page(client: Client, town: Town) -> None:
    """The wish, the yes and the cancellation sent twice each: one request, one trip, cancelled once."""

    def twice(path: str, data: dict[str, str], key: str) -> str:
        headers = {"idempotency-key": key, "hx-request": "true"}
        pages = [client.call("POST", path, data=data, headers=headers) for _ in range(2)]
        assert [page.status_code for page in pages] == [200, 200]
        assert pages[0].text == pages[1].text
        assert pages[0].headers.get("hx-trigger") == pages[1].headers.get("hx-trigger")
        return pages[0].text

    twice(f"{DESK}/offers", FIELDS, "ask")
    (request,) = town.store.requests(SERVICE, TUESDAY)
    offer = town.store.offers(request.id)[0]
    twice(f"{DESK}/reservations", {"offer_id": str(offer.id)}, "yes")
    (trip,) = town.store.reservations(SERVICE, TUESDAY)
    twice(f"{DESK}/reservations/{trip.id}/cancel", {"reason": "caller"}, "no")
    assert town.store.reservations(SERVICE, TUESDAY) == (town.store.reservation(trip.id),)


def test_a_double_click_books_once(app: FastAPI, town: Town) -> None:
    """Eight arrivals of the same yes at once: one trip; each is told of it, or that it is being booked."""
    with start_blocking_portal() as portal:
        client = Client(app, portal)
        accepted = {"offer_id": offer_of(client)}

        def send(_: int) -> int:
            return client.post(f"{BASE}/reservations", json=accepted, headers=KEYED).status_code

        with ThreadPoolExecutor(max_workers=8) as fingers:
            heard = set(fingers.map(send, range(8)))
        client.close()
    assert 201 in heard
    assert heard <= {201, 409}
    assert len(town.store.reservations(SERVICE, TUESDAY)) == 1


def test_keys_of_another_actor_are_their_own(town: Town) -> None:
    """Two operators who chose the same key by chance do not hear each other's answers."""
    key = ErrandKey(service_id=SERVICE, actor_id="a", path="/p", key="k")
    claims = [town.desk.errands.begin(one, fingerprint="x") for one in (key, replace(key, actor_id="b"))]
    assert [isinstance(claim, Claim) for claim in claims] == [True, True]
