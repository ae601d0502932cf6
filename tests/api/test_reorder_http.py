"""A visit moved within its route over HTTP: tried, objected to in words, made; and what is no such move."""

from __future__ import annotations

import pytest

from dispatch.model.reservation import Reservation
from tests.api.in_process import Client
from tests.scenarios.town import SERVICE, TUESDAY, Town

MOVES = "/api/v1/town/days/2026-11-24/moves"
HAND = "/desk/town/2026-11-24/reservations"


@pytest.fixture
def trips(town: Town) -> tuple[Reservation, Reservation]:
    """R1 from the depot and R2 from the station, both to the clinic at nine, on one route."""
    return (
        town.book(town.wish("R1", origin="depot", destination="clinic", after="9:00")),
        town.book(town.wish("R2", origin="station", destination="clinic", after="9:00")),
    )


def turn(own: Reservation, other: Reservation, **more: object) -> dict[str, object]:
    return {"kind": "reorder", "reservation_id": own.id, "side": "before", "other_id": other.id, **more}


def test_an_order_is_tried_then_made(client: Client, town: Town, trips: tuple[Reservation, Reservation]) -> None:
    """Dry first: both trips are re-timed and nothing is changed; then the order is kept, and twice is a conflict."""
    first, second = trips
    tried = client.post(MOVES, json=turn(second, first)).json()
    assert (tried["made"], tried["verdict"], tried["objections"]) == (False, "possible", [])
    assert {one["reservation_id"] for one in tried["effects"]} == {first.id, second.id}
    assert town.store.reservation(second.id).keeps == ()
    made = client.post(MOVES, json=turn(second, first, dry_run=False)).json()
    assert made == tried | {"made": True}
    assert len(town.store.reservation(second.id).keeps) == 1
    again = client.post(MOVES, json=turn(second, first, dry_run=False))
    assert (again.status_code, again.json()["code"]) == (409, "move_changes_nothing")


def test_an_order_kept_by_hand_needs_force(client: Client, trips: tuple[Reservation, Reservation]) -> None:
    """Turned round by another dispatcher: named in words, refused without force, made with it."""
    first, second = trips
    client.post(MOVES, json=turn(second, first, dry_run=False))
    tried = client.post(MOVES, json=turn(first, second), headers={"accept-language": "en"}).json()
    assert tried["verdict"] == "needs_force"
    (objection,) = tried["objections"]
    sentence = f"Reservation {second.id}: An order made by hand would change."
    assert (objection["rule"], objection["minutes"], objection["sentence"]) == ("kept_order", 0, sentence)
    refused = client.post(MOVES, json=turn(first, second, dry_run=False))
    assert (refused.status_code, refused.json()["code"]) == (409, "move_needs_force")
    assert client.post(MOVES, json=turn(first, second, dry_run=False, force=True)).json()["made"]


def test_what_is_no_order_is_said(client: Client, town: Town, trips: tuple[Reservation, Reservation]) -> None:
    """A trip beside itself, one that is nowhere, no other trip at all, a visit of no kind."""
    first, _ = trips
    gone = town.book(town.wish("R3", origin="depot", destination="market", after="13:30"))
    client.call("DELETE", f"/api/v1/town/reservations/{gone.id}")
    cases = (
        (turn(first, first), 422, "visit_beside_itself"),
        (turn(first, gone), 409, "visits_apart"),
        ({"kind": "reorder", "reservation_id": first.id}, 409, "visits_apart"),
        (turn(first, gone, task="sleep"), 422, "invalid_request"),
    )
    for body, status, code in cases:
        answer = client.post(MOVES, json=body)
        assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_the_card_offers_the_turns_that_leave_a_trip_in_order(
    client: Client, town: Town, trips: tuple[Reservation, Reservation]
) -> None:
    """R1 boards first: no earlier turn, one later; what is sent must be one of the words of a turn."""
    first, second = trips
    card = client.get(f"{HAND}/{first.id}/hand").text
    assert f'value="board.after.{second.id}.board"' in card
    assert f"board.before.{first.id}" not in card
    assert f'value="board.after.{second.id}.alight"' not in card
    bad = client.call("POST", f"{HAND}/{first.id}/hand/trial", data={"turn": "board.beside.1.board"})
    assert bad.status_code == 422
    assert town.store.day_state(SERVICE, TUESDAY).version == 2
