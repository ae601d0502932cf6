"""Bad input of a running day, over HTTP and at the desk: code, cause and action in both languages; nothing lost."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape

import pytest

from dispatch.model.reservation import Reservation, ReservationState
from dispatch.model.wording import Lang, say
from tests.api.in_process import Client
from tests.scenarios.reporting import alighted, at_clock, boarded, no_show, reported
from tests.scenarios.test_replan import shift_of
from tests.scenarios.town import OPERATOR, SERVICE, TUESDAY, Town, party_of

API, DAY, DESK = "/api/v1/town", "/api/v1/town/days/2026-11-24", "/desk/town/2026-11-24"
AHEAD = "2026-11-24T12:30:00+09:00"
BEHIND = "2026-11-24T06:30:00+09:00"


def ask(client: Client, code: str, method: str, path: str, json: object = None) -> None:
    """A program is told the code, and cause and action in its language."""
    for lang in Lang:
        answer = client.call(method, API + path, json=json, headers={"accept-language": lang})
        told = answer.json()
        assert (answer.is_client_error, told["code"]) == (True, code), answer.text
        assert told["cause"]
        assert told["action"] == say(f"error.{code}.action", lang)


def press(client: Client, code: str, path: str, data: dict[str, str] | None = None) -> None:
    """An operator reads the same in the alert, and what stood on the page stays there."""
    for lang in Lang:
        headers = {"hx-request": "true", "accept-language": lang}
        answer = client.call("POST", DESK + path, data=data or {}, headers=headers)
        assert (answer.is_client_error, answer.headers["hx-retarget"]) == (True, "#alert")
        assert code in answer.text
        assert say(f"error.{code}.action", lang) in unescape(answer.text)


@contextmanager
def nothing_lost(town: Town) -> Iterator[None]:
    """Reservations and plan stand as they did, and journal and tables agree."""
    before = town.desk.day_state(service_id=SERVICE, day=TUESDAY)
    yield
    after = town.desk.day_state(service_id=SERVICE, day=TUESDAY)
    assert (after.reservations, after.plan, after.waiting) == (before.reservations, before.plan, before.waiting)
    assert town.desk.verify_journal(service_id=SERVICE, day=TUESDAY).flaws == ()


def offered(town: Town) -> int:
    return town.offered(town.wish("R1", origin="depot", destination="clinic", after="9:00")).offers[0].id


def booked(town: Town, *, people: int = 1) -> tuple[Reservation, str]:
    """A trip from the depot at nine, and the shift that carries it."""
    trip = town.book(town.wish("R1", origin="depot", destination="clinic", after="9:00", party=party_of(people)))
    return trip, shift_of(town.desk.plan(service_id=SERVICE, day=TUESDAY).routes, trip.id)


def test_an_unknown_offer(client: Client, town: Town) -> None:
    """Accepted, held, given up, alone or as a pair: 4711 is no offer."""
    with nothing_lost(town):
        ask(client, "unknown_offer", "POST", "/reservations", {"offer_id": 4711})
        ask(client, "unknown_offer", "POST", "/pair-reservations", {"pair_id": 4711})
        for path in ("/offers/4711/hold", "/pair-offers/4711/hold"):
            ask(client, "unknown_offer", "POST", path)
            ask(client, "unknown_offer", "DELETE", path)
        press(client, "unknown_offer", "/reservations", {"offer_id": "4711"})
        press(client, "unknown_offer", "/pairs", {"offer_id": "4711"})
        press(client, "unknown_offer", "/offers/4711/release")
        for path in ("/offers/4711/hold", "/offers/4711/again", "/pairs/4711/hold", "/pairs/4711/again"):
            press(client, "unknown_offer", path)


def test_an_expired_offer(client: Client, town: Town) -> None:
    """Eleven minutes old: neither held nor accepted; the answer to a yes brings fresh ones, which the journal knows."""
    offer = offered(town)
    town.clock.advance(seconds=11 * 60)
    with nothing_lost(town):
        ask(client, "offer_expired", "POST", f"/offers/{offer}/hold")
        press(client, "offer_expired", f"/offers/{offer}/hold")
        ask(client, "offer_expired", "POST", "/reservations", {"offer_id": offer})
        page = client.call(
            "POST", DESK + "/reservations", data={"offer_id": str(offer)}, headers={"hx-request": "true"}
        )
        assert say("error.offer_expired.cause", Lang.JA) in page.text
        assert "お迎えに上がり" in page.text


def test_accepting_twice(client: Client, town: Town) -> None:
    """The second yes without a key is told that the first was taken."""
    offer = offered(town)
    town.desk.accept(offer_id=offer, actor=OPERATOR)
    with nothing_lost(town):
        ask(client, "offer_taken", "POST", "/reservations", {"offer_id": offer})
        ask(client, "offer_taken", "POST", f"/offers/{offer}/hold")
        press(client, "offer_taken", "/reservations", {"offer_id": str(offer)})
        press(client, "offer_taken", f"/offers/{offer}/hold")
        press(client, "nothing_to_offer", f"/offers/{offer}/again")


@pytest.mark.parametrize("came", [True, False])
def test_cancelling_what_is_over(client: Client, town: Town, came: bool) -> None:
    """Driven, or waited for in vain: it is over, and what can be done is to correct the report."""
    trip, shift = booked(town)
    at_clock(town, "9:40")
    taps = [boarded(trip, "9:05", shift=shift), alighted(trip, "9:20", shift=shift)]
    reported(town, *(taps if came else [no_show(trip, "9:10", shift=shift)]))
    with nothing_lost(town):
        ask(client, "trip_over", "DELETE", f"/reservations/{trip.id}")
        press(client, "trip_over", f"/reservations/{trip.id}/cancel")
    assert town.store.reservation(trip.id).state in (ReservationState.EXECUTED, ReservationState.NO_SHOW)


@pytest.mark.parametrize(
    ("code", "outcome", "change", "sent_at"),
    [
        ("unknown_visit", "refused", {"reservation_id": 999}, ""),
        ("shift_not_on_duty", "refused", {"shift_id": "S9"}, ""),
        ("future", "contradicts", {"tapped_at": AHEAD}, ""),
        ("future", "contradicts", {"tapped_at": "2998-12-31T23:59:59+09:00"}, ""),
        ("not_boarded", "contradicts", {"kind": "alighted", "task": "alight"}, ""),
        ("clock_off", "contradicts", {"tapped_at": BEHIND}, BEHIND),
        ("clock_off", "contradicts", {"tapped_at": AHEAD}, AHEAD),
        ("clock_off", "contradicts", {"tapped_at": "2000-01-01T00:00:00+09:00"}, "2000-01-01T00:00:00+09:00"),
    ],
)
def test_a_report_that_cannot_be_true(
    client: Client, town: Town, code: str, outcome: str, change: dict[str, object], sent_at: str
) -> None:
    """At 9:40: told in both languages; what contradicts is kept in the journal, and the trip stands as it did."""
    trip, shift = booked(town)
    at_clock(town, "9:40")
    tapped = {"event_id": "e1", "kind": "boarded", "shift_id": shift, "tapped_at": "2026-11-24T09:05:00+09:00"}
    sent = {"events": [tapped | {"reservation_id": trip.id} | change]} | ({"sent_at": sent_at} if sent_at else {})
    kind = "contradiction" if outcome == "contradicts" else "error"
    with nothing_lost(town):
        for lang in Lang:
            (receipt,) = client.post(f"{DAY}/events", json=sent, headers={"accept-language": lang}).json()
            (told,) = receipt["problems"]
            assert (receipt["outcome"], told["code"]) == (outcome, code)
            assert told["cause"]
            assert told["action"] == say(f"{kind}.{code}.action", lang)
    kept = [event.event_id for event in town.desk.day_state(service_id=SERVICE, day=TUESDAY).events]
    assert kept == (["e1"] if outcome == "contradicts" else [])


@pytest.mark.parametrize("grade", ["keep_everyone", "rider_may_shift", "rider_first"])
def test_a_move_that_would_overfill_a_vehicle(client: Client, town: Town, grade: str) -> None:
    """Six people onto four seats: refused, whatever the grade, the force and the consent."""
    trip, shift = booked(town, people=6)
    move = {"kind": "assign", "shift_id": "S1", "grade": grade, "consent": "rider"}
    assert shift == "S2"
    with nothing_lost(town):
        body = move | {"reservation_id": trip.id, "dry_run": False, "force": True}
        ask(client, "vehicle_overfull", "POST", "/days/2026-11-24/moves", body)
        press(client, "vehicle_overfull", f"/reservations/{trip.id}/hand", move | {"force": "true"})
