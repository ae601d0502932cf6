"""The desk itself on PostgreSQL, as several server processes would use it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import Engine

from dispatch.model.errors import Conflict
from dispatch.model.wish import NO_ID
from dispatch.store.journal import verify_chain
from dispatch.store.sql import SqlStore
from tests.scenarios.town import OPERATOR, SERVICE, TUESDAY, Town, open_town, town_rules


def _two_processes(open_one: Callable[[], Engine]) -> tuple[Town, Town]:
    """Two desks with connections of their own on one database."""
    rules = town_rules()
    return open_town(SqlStore(open_one()), rules=rules), open_town(SqlStore(open_one()), rules=rules)


def test_operators_of_two_processes_never_overwrite_each_other(open_on_server: Callable[[], Engine]) -> None:
    """Eight accept at the same moment: eight reservations as promised, eight plan versions, nothing broken."""
    towns = _two_processes(open_on_server)
    offers = [
        towns[0]
        .offered(towns[0].wish(f"R{n}", origin="home", destination="clinic", after=f"{9 + n // 2}:00"))
        .offers[0]
        for n in range(8)
    ]

    def accept(number: int) -> int:
        return towns[number % 2].desk.accept(offer_id=offers[number].id, actor=OPERATOR).id

    with ThreadPoolExecutor(max_workers=4) as operators:
        given = list(operators.map(accept, range(8)))
    state = towns[1].desk.day_state(service_id=SERVICE, day=TUESDAY)
    assert {trip.id: trip.promise for trip in state.reservations} == {
        number: offer.promise for number, offer in zip(given, offers, strict=True)
    }
    assert (len(set(given)), state.version, state.plan.version) == (8, 8, 8)
    assert verify_chain(towns[0].store.journal(SERVICE, TUESDAY)) == ()
    assert towns[0].desk.check(service_id=SERVICE, day=TUESDAY) == ()


def test_one_offer_taken_by_two_processes_at_once_is_given_once(open_on_server: Callable[[], Engine]) -> None:
    """Both accept the same offer, which uses the rider's only voucher: one reservation, one voucher used."""
    towns = _two_processes(open_on_server)
    with towns[0].store.writing() as work:
        work.move_vouchers(service_id=SERVICE, rider_id="R1", change=1, reservation_id=NO_ID, at=towns[0].clock.now())
    offer = towns[0].offered(towns[0].wish("R1", origin="home", destination="clinic", after="9:00")).offers[0]

    def accept(town: Town) -> str:
        try:
            town.desk.accept(offer_id=offer.id, actor=OPERATOR, overlap_confirmed=True)
        except Conflict as conflict:
            return conflict.code
        return "given"

    with ThreadPoolExecutor(max_workers=2) as operators:
        assert sorted(operators.map(accept, towns)) == ["given", "offer_taken"]
    assert len(towns[1].store.reservations(SERVICE, TUESDAY)) == 1
    assert towns[1].store.voucher_balance(SERVICE, "R1") == 0
