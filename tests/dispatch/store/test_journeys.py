"""What waits for the next journey to a server is done in the order in which it was said, or not at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from dispatch.model.errors import NotFound
from dispatch.model.plan import route_digest
from dispatch.store import rows
from dispatch.store import statements as sql
from dispatch.store.driver import later, number_or_zero, numbered, plainly, selected, selected_each
from dispatch.store.engine import for_writing
from dispatch.store.sql import SqlStore
from tests.dispatch.store.example_city import CITY, TUESDAY, Example
from tests.dispatch.store.postgres import CUT_OTHERS, PostgresServer

LOCKS = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")
OTHERS = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")


def _publish(engine: Engine, version: int) -> None:
    """Say, with a statement that waits, that another version of the plan is in force, and commit."""
    with for_writing(engine).connect() as connection, connection.begin():
        later(connection, sql.PLAN_IN_FORCE, service=CITY, on=TUESDAY, published=version)


def _published(engine: Engine) -> int:
    with engine.connect() as connection:
        return number_or_zero(connection, sql.PLAN_VERSION, service=CITY, on=TUESDAY)


def test_what_waits_is_committed(booked: Engine) -> None:
    """Also when no other statement comes along."""
    _publish(booked, 7)
    assert _published(booked) == 7


def test_whoever_reads_comes_after_what_waits(booked: Engine) -> None:
    """By the driver, by SQLAlchemy, by a session: each sees what was said before it in its own transaction."""
    day = {"service": CITY, "on": TUESDAY}
    with for_writing(booked).connect() as connection, connection.begin():
        later(connection, sql.PLAN_IN_FORCE, **day, published=2)
        assert selected(connection, sql.PLAN_VERSION, **day) == [(2,)]
        later(connection, sql.PLAN_IN_FORCE, **day, published=3)
        assert connection.execute(sql.PLAN_VERSION, day).scalar() == 3
        later(connection, sql.PLAN_IN_FORCE, **day, published=4)
        later(connection, sql.PLAN_IN_FORCE, **day, published=5)
        with Session(connection) as session:
            row = session.get(rows.DayRow, (CITY, TUESDAY))
            assert row is not None
            assert row.plan_version == 5
        connection.rollback()
    assert _published(booked) == 1


def test_what_waits_is_given_up_with_its_transaction(booked: Engine) -> None:
    """Nothing of it is done by whoever uses the connection next, at once or from the pool."""
    with for_writing(booked).connect() as connection:
        with connection.begin() as given_up:
            later(connection, sql.PLAN_IN_FORCE, service=CITY, on=TUESDAY, published=8)
            given_up.rollback()
        with connection.begin():
            plainly(connection, "SELECT 1")
    with for_writing(booked).connect() as connection:
        later(connection, sql.PLAN_IN_FORCE, service=CITY, on=TUESDAY, published=9)
    _published(booked)
    assert _published(booked) == 1


def test_a_turn_does_not_take_along_what_was_given_up(open_on_server: Callable[[], Engine], example: Example) -> None:
    """A unit of work that ends before it has said anything, or with something unsaid: neither its lock nor its words
    go to the next one who has the connection, be it for a turn, which begins no transaction of SQLAlchemy's."""
    engine, other = open_on_server(), open_on_server()
    store = SqlStore(engine)
    with store.writing() as work:
        example.fill(work)
    example.book(store, expected_version=0)

    def give_up(*, unsaid: bool) -> None:
        with store.writing() as work:
            if unsaid:
                work.claim_day(CITY, TUESDAY, expected_version=1)
                work.publish_plan(example.plan(2))
            raise KeyError

    for unsaid in (False, True):
        with pytest.raises(KeyError):
            give_up(unsaid=unsaid)
        with store.turn(CITY, TUESDAY), other.connect() as connection:
            assert connection.execute(LOCKS).scalar() == 1  # that of the turn, not the writers'
    assert _published(engine) == 1
    assert len(store.plan_versions(CITY, TUESDAY)) == 1


def test_when_what_waits_fails_nothing_is_committed(booked: Engine) -> None:
    """The second of three breaks a reference: the first is undone, the third never done, the connection as new."""

    def write() -> None:
        with for_writing(booked).connect() as connection, connection.begin():
            for request_id in (1, 99):
                later(connection, sql.NEW_REFUSAL, request_id=request_id, service_id=CITY, body="{}")
            later(connection, sql.PLAN_IN_FORCE, service=CITY, on=TUESDAY, published=9)

    with pytest.raises(IntegrityError):
        write()
    with booked.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM refusal")).scalar() == 0
    assert _published(booked) == 1
    _publish(booked, 2)
    assert _published(booked) == 2


def test_answers_of_one_journey_keep_their_order(booked: Engine, example: Example) -> None:
    """Offers of a request that exists, one between them of another that does not; routes, the second unknown."""
    offer = {"rank": 1, "expires_at": example.moment, "taken_by": 0, "body": "{}"}
    each: list[dict[str, object]] = [{"request_id": number, **offer} for number in (1, 99, 1)]
    with for_writing(booked).connect() as connection, connection.begin():
        first, none, second = numbered(connection, sql.NEW_OFFER, each)
    assert (none, second[0] - first[0]) == ((), 1)
    digest = route_digest(example.route(1))
    asked: list[dict[str, object]] = [{"service": CITY, "on": TUESDAY, "digest": one} for one in (digest, "-", digest)]
    with booked.connect() as connection:
        assert [len(found) for found in selected_each(connection, sql.ONE_ROUTE, asked)] == [1, 0, 1]


def test_offers_of_a_request_nobody_made_are_not_stored(booked: Engine, example: Example) -> None:
    """Of two offers the second has no request: told as that, and the first is not there either."""
    store = SqlStore(booked)
    offer = example.offer(store.request(1))
    with pytest.raises(NotFound, match="unknown_request"), store.writing() as work:
        work.add_offers([offer, replace(offer, request_id=99)])
    assert len(store.offers(1)) == 1


def test_a_route_that_comes_back_is_stored_once(booked: Engine, example: Example) -> None:
    """In force in versions 1 and 3, not in 2: the day has two routes in all, and every version its own."""
    store, other = SqlStore(booked), replace(example.route(1), shift_id="S2")
    for version, route in ((2, other), (3, example.route(1))):
        with store.writing() as work:
            claimed = work.claim_day(CITY, TUESDAY, expected_version=version - 1)
            work.publish_plan(example.plan(claimed, route))
    assert [store.plan(CITY, TUESDAY, version).routes[0].shift_id for version in (1, 2, 3)] == ["S1", "S2", "S1"]
    with booked.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM route")).scalar() == 2


def test_a_server_started_again_is_found_by_the_next_call(
    open_on_server: Callable[[], Engine], server: PostgresServer, example: Example
) -> None:
    """Every connection waiting in the pool is cut: nobody is told, the next read and the next write have new ones."""
    engine, administrator = open_on_server(), open_on_server()
    store = SqlStore(engine)
    with store.writing() as work:
        example.fill(work)
    with engine.connect() as one, engine.connect() as another:  # two lie in the pool afterwards
        assert [plainly(connection, "SELECT 1") for connection in (one, another)] == [None, None]
    with administrator.connect() as connection:
        connection.execute(CUT_OTHERS)
        connection.rollback()
        while connection.execute(OTHERS).scalar():
            connection.rollback()
    assert store.day_version(CITY, TUESDAY) == 0
    assert example.book(store, expected_version=0).id


def test_a_connection_lost_after_the_reads_is_not_written_on(
    open_on_server: Callable[[], Engine], example: Example
) -> None:
    """The server hangs up after a look at the day: what is written then has another connection."""
    store, administrator = SqlStore(open_on_server()), open_on_server()
    with store.writing() as work:
        example.fill(work)
    with store.snapshot():
        assert store.day_version(CITY, TUESDAY) == 0
        with administrator.connect() as connection:
            connection.execute(CUT_OTHERS)
            connection.rollback()
            while connection.execute(OTHERS).scalar():
                connection.rollback()
        assert example.book(store, expected_version=0).id
