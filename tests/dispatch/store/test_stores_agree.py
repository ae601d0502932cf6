"""Whatever is done to both stores, they answer alike."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dispatch.model.errors import OdekakeError
from dispatch.model.journal import JournalEntry
from dispatch.model.reservation import ReservationState
from dispatch.model.wish import NO_ID, Outcome
from dispatch.store.engine import open_engine
from dispatch.store.journal import entry_of, verify_chain
from dispatch.store.memory import MemoryStore
from dispatch.store.protocol import Store, UnitOfWork
from dispatch.store.sql import SqlStore
from dispatch.store.written import RESERVATION
from tests.dispatch.store.example_city import CITY, TUESDAY, Example
from tests.dispatch.store.postgres import PostgresServer


class Kind(StrEnum):
    BOOK = "book"
    CANCEL = "cancel"
    ACCEPT_AGAIN = "accept_again"
    SAVE_PLACE = "save_place"
    INSERT_PLACE = "insert_place"
    REMOVE_PLACE = "remove_place"
    VOUCHERS = "vouchers"
    REFUSE = "refuse"


class Stopped(Exception):
    """A unit of work is given up on purpose."""


@dataclass(frozen=True)
class Step:
    """``number`` means an expected version, a reservation, a place or a sum; ``gives_up`` rolls the step back."""

    kind: Kind
    number: int
    gives_up: bool


steps = st.builds(
    Step, kind=st.sampled_from(Kind), number=st.integers(0, 3), gives_up=st.sampled_from([False] * 3 + [True])
)


@contextmanager
def _on_file(migrated_file: Path) -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "odekake.db"
        shutil.copyfile(migrated_file, path)
        yield f"sqlite:///{path}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Callable[[], AbstractContextManager[str]]:
    """Makes URLs of fresh databases, as many as there are examples."""
    if request.param == "sqlite":
        return partial(_on_file, request.getfixturevalue("migrated_file"))
    server: PostgresServer = request.getfixturevalue("server")
    return server.database


@contextmanager
def _opened(url: str) -> Iterator[SqlStore]:
    store = SqlStore(open_engine(url))
    try:
        yield store
    finally:
        store.close()


def _take(store: Store, step: Step, *, example: Example) -> str:
    """What came of a step: ``done``, ``stopped`` or the code of an error."""
    try:
        with store.writing() as work:
            _write(store, work, step, example=example)
            if step.gives_up:
                raise Stopped
    except Stopped:
        return "stopped"
    except OdekakeError as error:
        return error.code
    return "done"


def _write(store: Store, work: UnitOfWork, step: Step, *, example: Example) -> None:
    booked = store.reservations(CITY, TUESDAY)
    chosen = booked[step.number % len(booked)] if booked else None
    place = example.place(f"P{step.number}", name=f"場所{step.number}", lat=36.0, lon=139.0 + len(booked))
    match step.kind:
        case Kind.BOOK:
            request = example.request(work)
            (offer,) = work.add_offers([example.offer(request)])
            version = work.claim_day(CITY, TUESDAY, expected_version=step.number)
            work.add_reservation(example.reservation(request), offer_id=offer.id)
            work.publish_plan(example.plan(version, example.route(version)))
            work.set_outcome(request.id, outcome=Outcome.BOOKED, at=example.moment)
            work.journal(example.entry(version=version, kind="accepted"))
        case Kind.CANCEL:
            version = work.claim_day(CITY, TUESDAY, expected_version=store.day_version(CITY, TUESDAY))
            work.journal(example.entry(version=version, kind="cancelled"))
            missing = replace(example.reservation(example.request(work)), id=10**6)
            work.replace_reservation(replace(chosen or missing, state=ReservationState.CANCELLED))
        case Kind.ACCEPT_AGAIN:
            request = store.request(chosen.request_id if chosen else NO_ID)
            work.add_reservation(example.reservation(request), offer_id=store.offers(request.id)[0].id)
        case Kind.SAVE_PLACE:
            work.save(place)
        case Kind.INSERT_PLACE:
            work.insert(place)
        case Kind.REMOVE_PLACE:
            work.remove(place)
        case Kind.VOUCHERS:
            work.move_vouchers(
                service_id=CITY, rider_id="R0001", change=step.number - 1, reservation_id=NO_ID, at=example.moment
            )
        case Kind.REFUSE:
            work.add_request(example.wish(), asked_at=example.moment, outcome=Outcome.REFUSED, code="no_vehicle")


def _seen(store: Store) -> tuple[object, ...]:
    """Everything a store shows of the day and the catalogue, without the numbers it gave."""
    state = store.day_state(CITY, TUESDAY)
    journal = store.journal(CITY, TUESDAY)
    return (
        replace(state, reservations=tuple(replace(r, id=0, request_id=0) for r in state.reservations)),
        store.stamp(CITY, TUESDAY),
        [r.state for r in store.reservations(CITY, TUESDAY)],
        [(r.outcome, r.outcome_code) for r in store.requests(CITY, TUESDAY)],
        [(p.id, p.name, p.lon) for p in store.places(CITY)],
        store.voucher_balance(CITY, "R0001"),
        [_unnumbered(entry_of(record)) for record in journal.records],
        verify_chain(journal),
    )


def _unnumbered(entry: JournalEntry) -> JournalEntry:
    """The entry without the digests that the unit of work added: they cover the numbers the store gave."""
    return replace(entry, ids=tuple(one for one in entry.ids if not one[0].startswith(RESERVATION)))


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(taken=st.lists(steps, max_size=12))
def test_both_stores_answer_alike(
    example: Example, database: Callable[[], AbstractContextManager[str]], taken: list[Step]
) -> None:
    """For any sequence of bookings on any version, cancellations, second acceptances, edits and roll-backs: the same
    codes and, after each step, the same day, stamp, requests, catalogue, vouchers and journal, its chain unbroken.

    Another process, which looks now and then only, and one that has just begun see the same day.
    """
    memory = MemoryStore()
    with database() as url, _opened(url) as sql, _opened(url) as other:
        for store in (memory, sql):
            with store.writing() as work:
                example.fill(work)
        for step in taken:
            assert _take(memory, step, example=example) == _take(sql, step, example=example)
            assert _seen(memory) == _seen(sql)
            assert _seen(sql)[-1] == ()
            if step.number % 2:
                began = SqlStore(other._engine)
                assert other.day_state(CITY, TUESDAY) == began.day_state(CITY, TUESDAY) == sql.day_state(CITY, TUESDAY)
