"""What is foreseen is answered as if it had not been: of the same moment, by whomever it is asked, and never later."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import IO

import pytest
from sqlalchemy import Engine, event

from dispatch.booking.proposal import Offered
from dispatch.model.catalog import Place, Rider, RiderPlace
from dispatch.model.reservation import Reservation
from dispatch.model.wish import NO_ID, Outcome
from dispatch.store.foreseen import AskedFor, Foreseen
from dispatch.store.protocol import Store
from dispatch.store.sql import SqlStore
from tests.dispatch.store.example_city import CITY, CLINIC, HANAKO, HOME, TUESDAY, Example
from tests.scenarios.town import OPERATOR, open_town, town_rules

NOTHING = Foreseen(service_id=CITY, date=TUESDAY)
EVERYTHING = replace(
    NOTHING,
    rider_id=HANAKO,
    rows=((Rider, HANAKO), (Place, CLINIC.id), (RiderPlace, HOME.id), (Place, "nowhere")),
    balance=True,
    asked_for=(AskedFor(Outcome.BOOKED, ""),),
    offer_id=1,
    request_id=1,
    reservation_id=1,
)
JOURNEY = ("Sync", "Query")  # how a program says to a PostgreSQL server that it now waits for answers


def _seen(store: Store) -> tuple[object, ...]:
    catalog = store.catalog_at(CITY, version=store.catalog_version(CITY))
    rows = (catalog.rider(CITY, HANAKO), catalog.place(CITY, CLINIC.id), catalog.rider_place(CITY, HOME.id))
    return (
        [row.model_dump() for row in rows],
        (store.offer(1), store.request(1), store.request_of_offer(1), store.reservation(1)),
        store.requests_of_rider(CITY, HANAKO, TUESDAY, outcome=Outcome.BOOKED, code=""),
        store.voucher_balance(CITY, HANAKO),
        store.day_state(CITY, TUESDAY),
    )


@pytest.mark.parametrize("foreseen", [NOTHING, EVERYTHING], ids=["nothing", "everything"])
def test_the_same_is_read_whatever_was_foreseen(booked: Engine, foreseen: Foreseen) -> None:
    """By a store that knows nothing yet, again by one that knows it all, and outside any snapshot."""
    expected, store = _seen(SqlStore(booked)), SqlStore(booked)
    for _ in range(2):
        with store.snapshot():
            store.foresee(foreseen)
            store.foresee(foreseen)
            assert _seen(store) == expected
    store.foresee(foreseen)
    assert _seen(store) == expected


def test_what_was_foreseen_is_of_one_moment(booked: Engine, example: Example) -> None:
    """Others' changes are not seen until the snapshot writes; then all is looked at anew, also what had been asked."""
    mine, other = SqlStore(booked), SqlStore(booked)
    with mine.snapshot():
        mine.foresee(EVERYTHING)
        before = _seen(mine)
        example.book(other, expected_version=1)
        assert _seen(mine) == before
        with mine.writing() as work:
            work.move_vouchers(service_id=CITY, rider_id=HANAKO, change=2, reservation_id=NO_ID, at=example.moment)
        assert mine.voucher_balance(CITY, HANAKO) == 2
        assert mine.day_state(CITY, TUESDAY).version == 2


def test_what_nobody_asked_for_in_the_end_is_forgotten(booked: Engine, example: Example) -> None:
    """The next snapshot on the same connection sees its own moment; the first one may have written, or not."""
    mine, other = SqlStore(booked), SqlStore(booked)
    with mine.snapshot():
        mine.foresee(EVERYTHING)
    with mine.snapshot():
        mine.foresee(EVERYTHING)
        assert mine.request(1).outcome is Outcome.BOOKED
    with other.writing() as work:
        work.set_outcome(1, outcome=Outcome.ABANDONED, at=example.moment)
    with mine.snapshot():
        assert mine.request(1).outcome is Outcome.ABANDONED
        mine.foresee(EVERYTHING)
        with mine.writing() as work:
            work.set_outcome(1, outcome=Outcome.EXPIRED, at=example.moment)
        assert mine.request(1).outcome is Outcome.EXPIRED


def test_a_day_kept_by_another_thread_meanwhile_is_read_whole(booked: Engine, example: Example) -> None:
    """Foreseen while version 1 was known, asked when nothing has changed, although the cache has moved on since."""
    store = SqlStore(booked)
    first = store.day_state(CITY, TUESDAY)
    with store.snapshot():
        store.foresee(NOTHING)
        assert store.stamp(CITY, TUESDAY).version == 1
        example.book(SqlStore(booked), expected_version=1)
        with ThreadPoolExecutor(1) as another_thread:
            assert another_thread.submit(lambda: store.day_state(CITY, TUESDAY).version).result() == 2
        assert store.day_state(CITY, TUESDAY) == first


@contextmanager
def conversation(engine: Engine, folder: Path) -> Iterator[IO[str]]:
    """In the block, what the driver and the server say to each other on new connections of ``engine``, to be read."""
    heard = folder / f"{id(engine)}.txt"
    with heard.open("w") as written, heard.open() as trace:
        event.listen(engine, "connect", lambda connection, _: connection.pgconn.trace(written.fileno()))
        engine.dispose()  # from here on all that is said is heard
        yield trace
        engine.dispose()


def journeys(trace: IO[str]) -> int:
    """How often the server was waited for since the last time this was asked."""
    return sum(line.split("\t")[1:2] == ["F"] and line.split("\t")[3].startswith(JOURNEY) for line in trace)


def test_a_call_makes_fewjourneys(open_on_server: Callable[[], Engine], tmp_path: Path) -> None:
    """As the conversation of the driver with the server has it (`docs/decisions/0038-journeys-to-a-server.md`)."""
    engine = open_on_server()
    town = open_town(SqlStore(engine), rules=town_rules())
    wishes = [town.wish(f"R{n}", origin="home", destination="clinic", after=f"{9 + n}:00") for n in range(3)]

    def accept(offered: Offered) -> Reservation:
        return town.desk.accept(offer_id=offered.offers[0].id, actor=OPERATOR, overlap_confirmed=True)

    def cancel(trip: Reservation) -> None:
        town.desk.cancel(reservation_id=trip.id, actor=OPERATOR, reason="")

    with conversation(engine, tmp_path) as trace:
        cancel(accept(town.offered(wishes[0])))  # with which all that is said is prepared
        town.offered(wishes[1])
        assert journeys(trace) > 0
        offered = town.offered(replace(wishes[2], overlap_confirmed=True))
        asked = journeys(trace)
        trip = accept(offered)
        accepted = journeys(trace)
        cancel(trip)
        assert (asked, accepted, journeys(trace)) == (4, 7, 8)
