"""The running day over HTTP: reports, the ledger, alerts with a phone number that is stored nowhere else."""

from __future__ import annotations

import json

from dispatch.model.catalog import Rider
from dispatch.model.reservation import Reservation
from tests.api.in_process import Client
from tests.scenarios.reporting import at_clock
from tests.scenarios.town import SERVICE, TUESDAY, Town

DAY = "/api/v1/town/days/2026-11-24"


def trip_and_shift(town: Town) -> tuple[Reservation, str]:
    """Depot 9:00 to the clinic (4 km, 8 min), promised by 9:40; and the shift that drives it."""
    trip = town.book(town.wish("R1", origin="depot", destination="clinic", after="9:00"))
    (route,) = town.desk.day_state(service_id=SERVICE, day=TUESDAY).plan.routes
    return trip, route.shift_id


def tap(kind: str, at: str, trip: Reservation, shift: str, **more: object) -> dict[str, object]:
    moment = f"2026-11-24T{at}:00+09:00"
    return {
        "event_id": f"{kind}-{at.replace(':', '')}",
        "kind": kind,
        "shift_id": shift,
        "tapped_at": moment,
        "reservation_id": trip.id,
        **more,
    }


def test_a_batch_is_answered_report_by_report(client: Client, town: Town) -> None:
    """Recorded, contradicting with cause and action, refused with cause and action: 200 for all three."""
    trip, shift = trip_and_shift(town)
    at_clock(town, "9:30")
    events = [
        tap("arrived", "09:05", trip, shift),
        tap("no_show", "08:50", trip, shift),
        tap("boarded", "09:06", trip, shift) | {"reservation_id": 999},
    ]
    answer = client.post(f"{DAY}/events", json={"events": events, "sent_at": "2026-11-24T09:30:00+09:00"})
    assert answer.status_code == 200
    receipts = answer.json()
    assert [one["outcome"] for one in receipts] == ["recorded", "contradicts", "refused"]
    assert [[said["code"] for said in one["problems"]] for one in receipts] == [[], ["too_early"], ["unknown_visit"]]
    assert all(said["cause"] and said["action"] for one in receipts for said in one["problems"])


def test_a_repetition_says_so(client: Client, town: Town) -> None:
    """The queue of a phone is sent again: the same answer, marked as repeated."""
    trip, shift = trip_and_shift(town)
    at_clock(town, "9:30")
    sent = {"events": [tap("boarded", "09:05", trip, shift)]}
    first, second = (client.post(f"{DAY}/events", json=sent).json() for _ in range(2))
    assert [one[0]["repeated"] for one in (first, second)] == [False, True]
    assert first[0]["outcome"] == second[0]["outcome"] == "recorded"


def test_a_phone_whose_clock_is_wrong_by_hours_is_told_to_set_it(client: Client, town: Town) -> None:
    """It is 12:00 and the phone says 9:00."""
    trip, shift = trip_and_shift(town)
    at_clock(town, "12:00")
    sent = {"events": [tap("boarded", "09:05", trip, shift)], "sent_at": "2026-11-24T09:00:00+09:00"}
    (receipt,) = client.post(f"{DAY}/events", json=sent).json()
    assert (receipt["outcome"], receipt["problems"][0]["code"]) == ("contradicts", "clock_off")


def test_promised_scheduled_estimated_and_actual_are_four_things(client: Client, town: Town) -> None:
    """At the door 9:10 and aboard 9:12: the pick-up is actual, the arrival eight minutes later is an estimate."""
    trip, shift = trip_and_shift(town)
    at_clock(town, "9:13")
    events = [tap("arrived", "09:10", trip, shift), tap("boarded", "09:12", trip, shift)]
    client.post(f"{DAY}/events", json={"events": events})
    (entry,) = client.get(f"{DAY}/promises").json()
    assert entry["standing"] == "open"
    assert entry["actual"] == {"pickup": ["2026-11-24T09:10:00+09:00"], "arrival": []}
    assert entry["estimated"]["pickup"] == []
    assert entry["estimated"]["arrival"][0] in ("2026-11-24T09:20:00+09:00", "2026-11-24T09:20:01+09:00")
    assert entry["scheduled"]["pickup"] == ["2026-11-24T09:00:00+09:00"]
    assert entry["promised"]["arrival_latest"] == "2026-11-24T09:40:00+09:00"


def test_a_promise_at_risk_raises_an_alert_with_a_phone_and_remedies(client: Client, town: Town) -> None:
    """The vehicle left for the door and is still away at 9:20; the window ended at 9:15.

    Five minutes late, nobody is aboard: call. The phone is the rider's, and the journal does not hold it.
    """
    with town.store.writing() as work:
        work.save(Rider(service_id=SERVICE, id="R1", name="乗客1", birth_year=1941, phone="0285-00-0001"))
    _, shift = trip_and_shift(town)
    at_clock(town, "9:20")
    left = {"event_id": "l", "kind": "departed", "shift_id": shift, "tapped_at": "2026-11-24T08:59:00+09:00"}
    client.post(f"{DAY}/events", json={"events": [left]})
    (alert,) = client.get(f"{DAY}/alerts").json()
    assert (alert["entry"]["late_s"], alert["phone"], alert["entry"]["standing"]) == (300, "0285-00-0001", "at_risk")
    assert [one["kind"] for one in alert["remedies"]] == ["replan", "call"]
    assert alert["entry"]["why"] == "silent"
    chain = town.store.journal(SERVICE, TUESDAY)
    assert not any("0285" in record.body for record in chain.records)


def test_an_alert_goes_when_the_trip_is_over(client: Client, town: Town) -> None:
    """Late, but driven: it is in the ledger as breached, with the seconds, and no alert any more."""
    trip, shift = trip_and_shift(town)
    at_clock(town, "10:00")
    events = [tap("arrived", "09:20", trip, shift), tap("boarded", "09:21", trip, shift)]
    events.append(tap("alighted", "09:31", trip, shift, task="alight"))
    client.post(f"{DAY}/events", json={"events": events})
    assert client.get(f"{DAY}/alerts").json() == []
    (entry,) = client.get(f"{DAY}/promises").json()
    assert (entry["standing"], entry["why"], entry["late_s"]) == ("breached", "late", 300)


def test_bad_reports_are_named_by_field(client: Client) -> None:
    """No id, an unknown kind, a moment without offset, a position off the globe: 422 and nothing is taken."""
    good = {"event_id": "e", "kind": "boarded", "shift_id": "S1", "tapped_at": "2026-11-24T09:00:00+09:00"}
    for wrong in (
        {"event_id": ""},
        {"kind": "flown"},
        {"tapped_at": "2026-11-24T09:00:00"},
        {"position": {"lat": 91, "lon": 0}},
    ):
        answer = client.post(f"{DAY}/events", json={"events": [good | wrong]})
        assert answer.status_code == 422
        assert json.loads(answer.text)["problems"]
