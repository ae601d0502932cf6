"""Outbound and return over HTTP and at the desk's forms: offered in pairs, booked whole, once."""

from __future__ import annotations

from tests.api.in_process import Client
from tests.scenarios.town import OPERATOR, SERVICE, TUESDAY, Town, party_of

BASE = "/api/v1/town"
DESK = "/desk/town/2026-11-24"
KEYED = {"idempotency-key": "3f0e-pair"}
OUTBOUND = {
    "rider_id": "R1",
    "origin": {"kind": "place", "id": "depot"},
    "destination": {"kind": "place", "id": "clinic"},
    "depart_after": "2026-11-24T09:00:00+09:00",
}
BOTH = {"outbound": OUTBOUND, "back": {"stay_s": 5400}}
FIELDS = {"rider_id": "R1", "origin": "depot", "destination": "clinic", "time": "9:00", "both": "true"}


def first_pair(client: Client, wish: dict[str, object] = BOTH) -> dict[str, object]:
    answer = client.post(f"{BASE}/pair-offers", json=wish)
    assert answer.status_code == 201, answer.text
    return dict(answer.json()["pairs"][0])


def test_a_pair_is_said_in_one_breath_and_booked_once(client: Client, town: Town) -> None:
    """One sentence for both legs and 300 yen each; accepting twice under one key books two reservations, not four."""
    pair = first_pair(client)
    assert str(pair["sentence"]).startswith("行きは、9時から9時15分のあいだにお迎えに上がり、")
    assert "お帰りは、" in str(pair["sentence"])
    assert "行きと帰りを合わせて600円です。よろしいですか。" in str(pair["sentence"])
    answers = [
        client.post(f"{BASE}/pair-reservations", json={"pair_id": pair["pair_id"]}, headers=KEYED) for _ in range(2)
    ]
    assert [one.status_code for one in answers] == [201, 201]
    booked = answers[0].json()
    assert answers[1].json() == booked
    assert booked["back"]["linked_to"] == booked["outbound"]["id"]
    assert [trip.id for trip in town.store.reservations(SERVICE, TUESDAY)] == [
        booked["outbound"]["id"],
        booked["back"]["id"],
    ]


def test_a_pair_that_is_gone_comes_with_fresh_ones(client: Client, town: Town) -> None:
    """After its time is over: 410, nothing booked, fresh pairs that can be."""
    pair = first_pair(client)
    town.clock.advance(seconds=660)
    gone = client.post(f"{BASE}/pair-reservations", json={"pair_id": pair["pair_id"]})
    assert (gone.status_code, gone.json()["code"]) == (410, "offer_expired")
    assert town.store.reservations(SERVICE, TUESDAY) == ()
    fresh = gone.json()["fresh_pairs"][0]["pair_id"]
    assert client.post(f"{BASE}/pair-reservations", json={"pair_id": fresh}).status_code == 201


def test_a_pair_is_held_as_one_and_given_up_as_one(client: Client, town: Town) -> None:
    """Three minutes for both legs; DELETE frees both and is no error twice; a single offer is no pair to hold."""
    pair = first_pair(client)
    held = client.post(f"{BASE}/pair-offers/{pair['pair_id']}/hold")
    assert held.status_code == 200, held.text
    assert held.json()["held_until"] == "2026-11-23T18:03:00+09:00"
    assert len(town.store.day_state(SERVICE, TUESDAY).holds) == 2
    for _ in range(2):
        assert client.call("DELETE", f"{BASE}/pair-offers/{pair['pair_id']}/hold").status_code == 204
        assert town.store.day_state(SERVICE, TUESDAY).holds == ()
    single = client.post(f"{BASE}/offers", json=OUTBOUND | {"rider_id": "R2"}).json()["offers"][0]["id"]
    no = client.post(f"{BASE}/pair-offers/{single}/hold")
    assert (no.status_code, no.json()["code"]) == (409, "not_a_pair")


def test_one_leg_is_not_sold_alone(client: Client) -> None:
    pair = first_pair(client)
    alone = client.post(f"{BASE}/reservations", json={"offer_id": pair["pair_id"]})
    assert (alone.status_code, alone.json()["code"]) == (409, "offer_of_pair")


def test_a_refused_pair_names_the_leg(client: Client) -> None:
    """Home from the clinic at 16:55 cannot be done before closing: an answer, with its leg and its reason."""
    late = client.post(f"{BASE}/pair-offers", json=BOTH | {"back": {"depart_after": "2026-11-24T16:55:00+09:00"}})
    assert late.status_code == 200
    assert (late.json()["leg"], late.json()["refusal"]["code"]) == ("back", "ends_too_late")


def test_the_way_back_is_asked_for_in_one_way(client: Client) -> None:
    """Neither a stay nor a time, or both, or a time of another day: 422 with the reason in words."""
    for back, words in (
        ({}, "どれか一つ"),
        ({"stay_s": 300, "arrive_by": "2026-11-24T12:00:00+09:00"}, "どれか一つ"),
        ({"arrive_by": "2026-11-27T12:00:00+09:00"}, "その運行日"),
    ):
        wrong = client.post(f"{BASE}/pair-offers", json=BOTH | {"back": back})
        assert (wrong.status_code, wrong.json()["code"]) == (422, "invalid_request")
        assert words in wrong.json()["cause"]


def test_the_desk_reads_pairs_and_books_both(client: Client, town: Town) -> None:
    """The box is ticked: pairs are shown, one is booked, both trips stand on the caller's card."""
    shown = client.call("POST", f"{DESK}/offers", data=FIELDS | {"stay_min": "90"})
    assert "行きも帰りも予約する" in shown.text
    (pair,) = {offer.id for offer in town.store.offers(2) if offer.rank == 1}
    booked = client.call("POST", f"{DESK}/pairs", data={"offer_id": str(pair)})
    assert "行き（予約 " in booked.text
    assert len(town.store.reservations(SERVICE, TUESDAY)) == 2


def test_the_desk_says_which_way_cannot_be_had(client: Client, town: Town) -> None:
    shown = client.call("POST", f"{DESK}/offers", data=FIELDS | {"back_time": "1655"})
    assert "お帰りのことで、申し上げます。行きだけでしたら、お受けできます。" in shown.text


def test_the_desk_asks_whether_a_second_trip_is_meant(client: Client, town: Town) -> None:
    """Another trip at 9:00: the question first, then the pairs, then the question is not asked again."""
    town.book(town.wish("R1", origin="station", destination="market", after="9:00"))
    assert "かさなるご予約があります" in client.call("POST", f"{DESK}/offers", data=FIELDS).text
    shown = client.call("POST", f"{DESK}/offers", data=FIELDS | {"overlap_confirmed": "true"})
    assert 'name="overlap_confirmed" value="true"' in shown.text
    assert OPERATOR.id == town.store.requests(SERVICE, TUESDAY)[-1].wish.actor.id
    assert party_of(1) == town.store.requests(SERVICE, TUESDAY)[-1].wish.party
