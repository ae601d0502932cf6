"""Every operation of the API is met with success once, on a town that is booked, changed and taken apart again."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from tests.api.in_process import Client
from tests.scenarios.town import Town

BASE = "/api/v1/town"
DAY = f"{BASE}/days/2026-11-24"
RIDER = {"id": "R77", "name": "髙﨑 花子", "birth_year": 1941}
HOME = {"id": "R77-home", "rider_id": "R77", "label": "自宅", "lat": 36.39, "lon": 139.85}
PLACE = {"id": "hall", "name": "公民館", "lat": 36.39, "lon": 139.85}
VEHICLE = {"id": "V7", "name": "7号車", "layouts": [[4, 1], [6, 0]]}
SHIFT = {
    "id": "S7",
    "vehicle_id": "V7",
    "start_s": 28800,
    "end_s": 43200,
    "start_place_id": "depot",
    "end_place_id": "hall",
}
ROWS = {
    "places": ("place", PLACE, {"name": "集会所"}),
    "vehicles": ("vehicle", VEHICLE, {"name": "8号車"}),
    "shifts": ("shift", SHIFT, {"driver_name": "運転手Z"}),
    "riders": ("rider", RIDER, {"kana": "たかさき はなこ"}),
    "riders/R77/places": ("rider_place", HOME, {"label": "娘の家"}),
}
WISH = {
    "rider_id": "R1",
    "origin": {"kind": "rider_place", "id": "R1-home"},
    "destination": {"kind": "place", "id": "clinic"},
    "depart_after": "2026-11-24T09:00:00+09:00",
}


@dataclass
class Visitor:
    """Calls operations by their name in the description and remembers which of them went well."""

    client: Client
    met: set[str] = field(default_factory=set)

    def ask(self, operation: str, method: str, path: str, json: object = None) -> object:
        """The JSON of the answer, or None for a page, a file, or nothing."""
        answer = self.client.call(method, path, json=json)
        assert answer.is_success, f"{operation}: {answer.status_code} {answer.text}"
        self.met.add(operation)
        return answer.json() if answer.headers.get("content-type", "") == "application/json" else None

    def row(self, kind: str) -> dict[str, object]:
        """The row of this kind as it is now, by its own address or, where it has none, out of the list."""
        noun, row, _ = ROWS[kind]
        if noun == "rider_place":
            return next(one for one in self.ask("list_rider_places", "GET", f"{BASE}/{kind}") if one["id"] == row["id"])
        return self.ask(f"read_{noun}", "GET", f"{BASE}/{kind}/{row['id']}")


@pytest.fixture
def visitor(client: Client) -> Visitor:
    return Visitor(client)


def furnish(visitor: Visitor) -> None:
    """Add one row of each kind, read it back as it was sent, replace it, read the replacement."""
    for kind, (noun, row, change) in ROWS.items():
        visitor.ask(f"create_{noun}", "POST", f"{BASE}/{kind}", row)
        assert visitor.row(kind).items() >= row.items()
        visitor.ask(f"replace_{noun}", "PUT", f"{BASE}/{kind}/{row['id']}", row | change)
        assert visitor.row(kind).items() >= (row | change).items()
        if noun != "rider_place":
            assert visitor.ask(f"list_{noun}s", "GET", f"{BASE}/{kind}")["total"] >= 1


def book(visitor: Visitor) -> None:
    """One trip booked, read, moved and cancelled; one request abandoned."""
    offered = visitor.ask("propose", "POST", f"{BASE}/offers", WISH)
    accepted = {"offer_id": offered["offers"][0]["id"]}
    held = f"{BASE}/offers/{accepted['offer_id']}/hold"
    assert visitor.ask("hold", "POST", held)["offer_id"] == accepted["offer_id"]
    visitor.ask("release", "DELETE", held)
    trip = f"{BASE}/reservations/{visitor.ask('accept', 'POST', f'{BASE}/reservations', accepted)['id']}"
    assert visitor.ask("read", "GET", trip)["state"] == "booked"
    later = visitor.ask(
        "propose_change", "POST", f"{trip}/offers", WISH | {"depart_after": "2026-11-24T11:00:00+09:00"}
    )
    held = visitor.ask("change", "PATCH", trip, {"offer_id": later["offers"][0]["id"]})
    assert visitor.ask("cancel", "DELETE", f"{BASE}/reservations/{held['id']}")["state"] == "cancelled"
    unwanted = visitor.ask(
        "propose",
        "POST",
        f"{BASE}/offers",
        WISH | {"rider_id": "R2", "origin": WISH["destination"], "destination": {"kind": "place", "id": "market"}},
    )
    request = f"{BASE}/requests/{unwanted['request_id']}"
    visitor.ask("abandon", "POST", f"{request}/abandon")
    assert visitor.ask("read_request", "GET", request)["outcome"] == "abandoned"


def book_both_ways(visitor: Visitor) -> None:
    """Outbound and return asked for together and accepted as one."""
    both = {"outbound": WISH | {"rider_id": "R3", "origin": {"kind": "rider_place", "id": "R3-home"}}}
    offered = visitor.ask("propose_pair", "POST", f"{BASE}/pair-offers", both | {"back": {"stay_s": 3600}})
    accepted = {"pair_id": offered["pairs"][0]["pair_id"]}
    hold = f"{BASE}/pair-offers/{accepted['pair_id']}/hold"
    assert visitor.ask("hold_pair", "POST", hold)["pair_id"] == accepted["pair_id"]
    visitor.ask("release_pair", "DELETE", hold)
    booked = visitor.ask("accept_pair", "POST", f"{BASE}/pair-reservations", accepted)
    assert booked["back"]["linked_to"] == booked["outbound"]["id"]
    for leg in ("back", "outbound"):
        visitor.ask("cancel", "DELETE", f"{BASE}/reservations/{booked[leg]['id']}")


def book_without_a_time(visitor: Visitor) -> None:
    """A way back that waits for its call, called the evening before for the first hour of service, and accepted."""
    waiting = {"date": "2026-11-24", "rider_id": "R4", "origin": WISH["destination"]}
    waiting["destination"] = {"kind": "rider_place", "id": "R4-home"}
    trip = visitor.ask("await_call", "POST", f"{BASE}/will-calls", waiting)
    assert (trip["state"], trip["promise"]) == ("waiting", None)
    path = f"{BASE}/reservations/{trip['id']}"
    soon = visitor.ask("call_waiting", "POST", f"{path}/call", {"ready_at": "2026-11-24T12:00:00+09:00"})
    booked = visitor.ask("change", "PATCH", path, {"offer_id": soon["offers"][0]["offer"]["id"]})
    assert booked["state"] == "booked"
    visitor.ask("cancel", "DELETE", path)


def repeat_weekly(visitor: Visitor) -> None:
    """A trip every Wednesday: kept, read, changed, booked for tomorrow week, and one date asked for again."""
    weekly = {"rider_id": "R5", "weekdays": [2], "first": "2026-11-23", "last": "2027-03-31", "depart_after_s": 36000}
    weekly |= {"origin": WISH["destination"], "destination": {"kind": "rider_place", "id": "R5-home"}}
    kept = visitor.ask("add_series", "POST", f"{BASE}/series", weekly)
    path = f"{BASE}/series/{kept['id']}"
    assert visitor.ask("list_series", "GET", f"{BASE}/series?rider_id=R5") == [visitor.ask("read_series", "GET", path)]
    changed = visitor.ask("change_series", "PUT", path, weekly | {"skipped": ["2026-12-02"]})
    assert changed["skipped"] == ["2026-12-02"]
    made = visitor.ask("book_series", "POST", f"{BASE}/series-bookings")
    assert [one["date"] for one in made["booked"]] == ["2026-11-25"]
    day = f"{BASE}/days/2026-11-25"
    assert visitor.ask("list_series_dates", "GET", f"{day}/series") == made["booked"]
    assert visitor.ask("book_date", "POST", f"{day}/series/{kept['id']}") == made["booked"][0]
    (trip,) = [one for one in visitor.ask("list_reservations", "GET", f"{day}/reservations") if one["rider_id"] == "R5"]
    visitor.ask("cancel", "DELETE", f"{BASE}/reservations/{trip['id']}")


def look_at_the_day(visitor: Visitor) -> None:
    """Figures, lists, plan, map and sheets."""
    visitor.ask("replan", "POST", f"{DAY}/plan", {"seconds": 0.1})
    for operation, path in (
        ("read_day", ""),
        ("list_reservations", "/reservations"),
        ("list_requests", "/requests"),
        ("read_plan", "/plan"),
        ("read_map", "/map"),
        ("read_sheet", "/vehicles/V1/sheet"),
        ("read_sheet_pdf", "/vehicles/V1/sheet.pdf"),
    ):
        visitor.ask(operation, "GET", f"{DAY}{path}")
    visitor.ask("count_refusals", "GET", f"{BASE}/refusals?from=2026-11-01&to=2026-11-30")
    (trip,) = visitor.ask("list_reservations", "GET", f"{DAY}/reservations")[-1:]
    locked = visitor.ask("move", "POST", f"{DAY}/moves", {"kind": "lock", "reservation_id": trip["id"]})
    assert (locked["made"], locked["verdict"]) == (False, "possible")
    out = {"shift_id": "S2", "cause": "shift", "dry_run": False, "accept_breaches": True, "accept_undriven": True}
    taken = visitor.ask("take_off", "POST", f"{DAY}/outages", out)
    assert taken["outage"] in visitor.ask("list_outages", "GET", f"{DAY}/outages")
    assert visitor.ask("lift_outage", "POST", f"{DAY}/outages/1/lift")["lifted"]
    slow = {"percent": 150, "from_at": "2026-11-24T12:00:00+09:00", "dry_run": False, "accept_breaches": True}
    changed = visitor.ask("change_roads", "POST", f"{DAY}/roads", slow)
    assert changed["road"] in visitor.ask("list_roads", "GET", f"{DAY}/roads")
    assert visitor.ask("lift_road", "POST", f"{DAY}/roads/1/lift")["lifted"]
    visitor.ask("list_services", "GET", "/api/v1/services")
    visitor.ask("read_service", "GET", BASE)
    visitor.ask("healthz", "GET", "/healthz")


def follow_the_day(visitor: Visitor) -> None:
    """One tap, the ledger and the alerts."""
    tap = {"event_id": "e1", "kind": "departed", "shift_id": "S1", "tapped_at": "2026-11-24T08:55:00+09:00"}
    receipts = visitor.ask("report_events", "POST", f"{DAY}/events", {"events": [tap]})
    assert [one["event_id"] for one in receipts] == ["e1"]
    assert visitor.ask("list_promises", "GET", f"{DAY}/promises")
    assert visitor.ask("declare_breaches", "POST", f"{DAY}/breaches", {"cause": "delay"}) == []
    assert visitor.ask("list_alerts", "GET", f"{DAY}/alerts") == []


def clear_away(visitor: Visitor) -> None:
    """Remove what was added, the last first; then it is not found."""
    for kind, (noun, row, _) in reversed(ROWS.items()):
        visitor.ask(f"remove_{noun}", "DELETE", f"{BASE}/{kind}/{row['id']}")
        assert visitor.client.call("DELETE", f"{BASE}/{kind}/{row['id']}").status_code == 404


def test_every_operation_succeeds(visitor: Visitor, town: Town) -> None:
    """All operations of the description, no more and no less, answer 2xx to somebody who uses them as intended."""
    furnish(visitor)
    book(visitor)
    book_both_ways(visitor)
    book_without_a_time(visitor)
    repeat_weekly(visitor)
    clear_away(visitor)
    town.book(town.wish("R3", origin="home", destination="market", after="10:00"))
    look_at_the_day(visitor)
    follow_the_day(visitor)
    paths = visitor.client.get("/api/v1/openapi.json").json()["paths"]
    assert visitor.met == {one["operationId"] for methods in paths.values() for one in methods.values()}
