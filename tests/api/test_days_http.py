"""A service day over HTTP: plan, re-plan, map, sheets, summary."""

from __future__ import annotations

from tests.api.in_process import Client
from tests.scenarios.town import Town

BASE = "/api/v1/town"
DAY = f"{BASE}/days/2026-11-24"


def book_two(town: Town) -> None:
    town.book(town.wish("R1", origin="home", destination="clinic", after="9:00"))
    town.book(town.wish("R2", origin="home", destination="market", after="10:00"))


def test_an_untouched_day_has_the_empty_plan(client: Client) -> None:
    """Version 0, no routes, no violations."""
    plan = client.get(f"{DAY}/plan").json()
    assert (plan["version"], plan["reason"], plan["proof"]["violations"]) == (0, "empty", [])


def test_a_plan_holds_each_trip_once(client: Client, town: Town) -> None:
    """Two bookings are four visits: each boards before it alights, on one vehicle."""
    book_two(town)
    plan = client.get(f"{DAY}/plan").json()
    tasks = [(visit["reservation_id"], visit["task"]) for route in plan["routes"] for visit in route["visits"]]
    assert sorted(tasks) == [(1, "alight"), (1, "board"), (2, "alight"), (2, "board")]
    for route in plan["routes"]:
        starts = [visit["start"] for visit in route["visits"]]
        assert starts == sorted(starts)


def test_replanning_keeps_every_promise(client: Client, town: Town) -> None:
    """After a re-plan the promises are the same and the checker found nothing; metres never grow."""
    book_two(town)
    before = {one["id"]: one["promise"] for one in client.get(f"{DAY}/reservations").json()}
    outcome = client.post(f"{DAY}/plan", json={"seconds": 0.2}).json()
    assert outcome["after_m"] <= outcome["before_m"]
    assert outcome["plan"]["proof"]["violations"] == []
    assert {one["id"]: one["promise"] for one in client.get(f"{DAY}/reservations").json()} == before


def test_the_map_carries_no_name_and_loads_nothing(client: Client, town: Town) -> None:
    """The page may run its own script in a sandbox and nothing else; no rider is named on it."""
    book_two(town)
    answer = client.get(f"{DAY}/map")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "乗客1" not in answer.text


def test_the_sheet_names_the_rider(client: Client, town: Town) -> None:
    """HTML for reading, PDF for printing; the HTML may load nothing."""
    book_two(town)
    vehicle = client.get(f"{DAY}/reservations").json()[0]["scheduled"][0]["vehicle_id"]
    page = client.get(f"{DAY}/vehicles/{vehicle}/sheet")
    printed = client.get(f"{DAY}/vehicles/{vehicle}/sheet.pdf")
    assert "乗客1" in page.text
    assert page.headers["content-security-policy"].startswith("default-src 'none'")
    assert printed.headers["content-type"] == "application/pdf"
    assert printed.content.startswith(b"%PDF-")


def test_a_vehicle_without_a_shift_has_no_sheet(client: Client) -> None:
    """A vehicle taken off the road exists but does not run; an unknown vehicle is unknown."""
    client.call("DELETE", f"{BASE}/shifts/S2")
    idle = client.get(f"{DAY}/vehicles/V2/sheet").json()
    unknown = client.get(f"{DAY}/vehicles/V99/sheet").json()
    assert (idle["code"], unknown["code"]) == ("no_sheet", "unknown_vehicle")


def test_a_day_is_summed_up(client: Client, town: Town) -> None:
    """Two trips served, none unserved, no promise broken, the kilometres those of the plan."""
    book_two(town)
    summary = client.get(DAY).json()
    plan = client.get(f"{DAY}/plan").json()
    assert (summary["rides"], summary["unserved"], summary["promises_broken"]) == (2, 0, 0)
    assert summary["distance_m"] == sum(route["distance_m"] for route in plan["routes"])


def test_health_says_what_a_supervisor_needs_and_no_more(client: Client) -> None:
    """Ready, which version, which schema, how many services."""
    health = client.get("/healthz")
    assert health.status_code == 200
    assert set(health.json()) == {"status", "version", "schema_version", "services"}
    assert (health.json()["status"], health.json()["services"]) == ("ok", 1)
