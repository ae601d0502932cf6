"""The city's catalogue over HTTP: places, riders and their places, vehicles, shifts."""

from __future__ import annotations

import pytest

from tests.api.in_process import Client

BASE = "/api/v1/town"
RIDER = {"id": "R77", "name": "髙﨑 花子", "kana": "たかさき はなこ", "phone": "0285-00-1234", "birth_year": 1941}
PLACE = {"id": "hall", "name": "公民館", "lat": 36.39, "lon": 139.85}
VEHICLE = {"id": "V7", "name": "7号車", "layouts": [[4, 1], [6, 0]]}
SHIFT = {
    "id": "S7",
    "vehicle_id": "V1",
    "start_s": 64800,
    "end_s": 72000,
    "start_place_id": "depot",
    "end_place_id": "depot",
}
HOME = {"id": "R1-shop", "rider_id": "R1", "label": "いつもの店", "lat": 36.39, "lon": 139.85}
KINDS = [("riders", RIDER), ("places", PLACE), ("vehicles", VEHICLE), ("shifts", SHIFT), ("riders/R1/places", HOME)]


@pytest.mark.parametrize(("kind", "row"), KINDS, ids=[kind for kind, _ in KINDS])
def test_what_is_added_can_be_read_replaced_and_removed(client: Client, kind: str, row: dict[str, object]) -> None:
    """Each noun comes back as it was sent; PUT replaces it; DELETE takes it out of the list."""
    created = client.post(f"{BASE}/{kind}", json=row)
    assert created.status_code == 201, created.text
    assert {key: created.json()[key] for key in row} == row
    label = "label" if "label" in row else "name" if "name" in row else "driver_name"
    replaced = client.call("PUT", f"{BASE}/{kind}/{row['id']}", json=row | {label: "べつのなまえ"})
    assert (replaced.status_code, replaced.json()[label]) == (200, "べつのなまえ")
    assert client.call("DELETE", f"{BASE}/{kind}/{row['id']}").status_code == 204
    listed = client.get(f"{BASE}/{kind}").json()
    assert row["id"] not in [one["id"] for one in (listed["items"] if isinstance(listed, dict) else listed)]


@pytest.mark.parametrize(("kind", "row"), KINDS, ids=[kind for kind, _ in KINDS])
def test_an_id_is_given_once(client: Client, kind: str, row: dict[str, object]) -> None:
    """A second POST with the same id is a conflict; nobody overwrites by accident."""
    client.post(f"{BASE}/{kind}", json=row)
    again = client.post(f"{BASE}/{kind}", json=row)
    assert (again.status_code, again.json()["code"]) == (409, "already_exists")


@pytest.mark.parametrize("kind", ["riders", "places", "vehicles", "shifts"])
def test_what_does_not_exist_is_not_found(client: Client, kind: str) -> None:
    """Reading and removing what is not there are 404."""
    assert client.get(f"{BASE}/{kind}/nobody").status_code == 404
    assert client.call("DELETE", f"{BASE}/{kind}/nobody").status_code == 404


def test_pages_cover_the_list_once(client: Client) -> None:
    """Ten riders in pages of four: 4, 4 and 2, every rider once, the total on each page."""
    pages = [
        client.get(f"{BASE}/riders", params={"limit": "4", "offset": str(offset)}).json() for offset in (0, 4, 8, 12)
    ]
    assert [len(page["items"]) for page in pages] == [4, 4, 2, 0]
    assert {page["total"] for page in pages} == {10}
    assert len({rider["id"] for page in pages for rider in page["items"]}) == 10


def test_riders_are_found_by_kana_and_phone(client: Client) -> None:
    """Hiragana, katakana and the end of the phone number find the same rider."""
    client.post(f"{BASE}/riders", json=RIDER)
    for text in ("たかさき", "タカサキ", "1234", "髙﨑"):
        found = client.get(f"{BASE}/riders", params={"q": text}).json()
        assert [rider["id"] for rider in found["items"]] == ["R77"], text


def test_a_place_in_use_stays(client: Client) -> None:
    """The depot of the shifts cannot be removed."""
    answer = client.call("DELETE", f"{BASE}/places/depot")
    assert (answer.status_code, answer.json()["code"]) == (409, "place_in_use")


def test_a_place_of_somebody_else_is_not_taken(client: Client) -> None:
    """The rider in the address and in the body must agree, and one rider's place is not under another's."""
    assert client.post(f"{BASE}/riders/R2/places", json=HOME).json()["code"] == "rider_mismatch"
    assert client.call("DELETE", f"{BASE}/riders/R2/places/R1-home").status_code == 404


def test_homes_are_no_public_places(client: Client) -> None:
    """The public list names no rider's place."""
    listed = client.get(f"{BASE}/places", params={"limit": "200"}).json()["items"]
    assert {place["id"] for place in listed} == {"depot", "clinic", "station", "market", "school", "spa"}


def test_services_are_listed(client: Client) -> None:
    """The one service of this installation, with its boundary."""
    (service,) = client.get("/api/v1/services").json()
    assert service["id"] == "town"
    assert client.get(BASE).json() == service
