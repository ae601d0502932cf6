"""Statements handed to the driver as they are find and write what SQLAlchemy would, and fail in its words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import CompoundSelect, Connection, Engine, Select, column, create_engine, func, select, text
from sqlalchemy.exc import IntegrityError, OperationalError

from dispatch.model.plan import route_digest
from dispatch.model.wish import NO_ID, Outcome
from dispatch.store import codec
from dispatch.store import statements as sql
from dispatch.store.driver import numbered, selected, written
from dispatch.store.engine import for_writing
from dispatch.store.sql import SqlStore
from tests.dispatch.store.example_city import CITY, CLINIC, HANAKO, HOME, Example

TOKYO_MOMENT = datetime(2026, 4, 6, 9, 0, tzinfo=timezone(timedelta(hours=9)))
READ = {
    name: one
    for name, one in vars(sql).items()
    if isinstance(one, (Select, CompoundSelect)) and not name.startswith("_")
}
BODIES_ALONE = {"OUTAGES", "ROADS", "EVENTS", "ONE_ERRAND"}
"""Nothing is there for them to find; they select a text and nothing else, as others do."""


@pytest.fixture
def filled(booked: Engine, example: Example) -> Engine:
    """A database with the example's city, a booked request in a plan and the journal, and one more offer."""
    store = SqlStore(booked)
    with store.writing() as work:
        work.add_offers([example.offer(store.request(1), rank=2)])
        work.move_vouchers(service_id=CITY, rider_id=HANAKO, change=3, reservation_id=NO_ID, at=example.moment)
    return booked


def _values(example: Example) -> dict[str, object]:
    named: dict[str, object] = {"service": CITY, "on": example.day, "rider": HANAKO}
    errand = dict.fromkeys(("of_service_id", "of_actor_id", "of_path", "of_key"), "none")
    digest = route_digest(example.route(1))
    request = {"said": Outcome.BOOKED.value, "code": "", "known_version": 0, "known_edition": -1}
    return {**named, **errand, **request, "number": 1, "version": 1, "cancelled": "cancelled", "digest": digest}


def _named_by(
    statement: Select[*tuple[object, ...]] | CompoundSelect[*tuple[object, ...]],
    known: dict[str, object],
    connection: Connection,
) -> set[str]:
    return set(statement.compile(dialect=connection.dialect).params) & set(known)


def _typed(rows: Iterable[Sequence[object]]) -> list[list[tuple[type, object]]]:
    return [[(type(value), value) for value in row] for row in rows]


def test_the_driver_finds_what_sqlalchemy_finds(filled: Engine, example: Example) -> None:
    """Every statement of the telephone that reads, on each database: the same rows, of the same values and types."""
    known = _values(example)
    with filled.connect() as connection:
        for name, statement in READ.items():
            named = {name: known[name] for name in _named_by(statement, known, connection)}
            found = selected(connection, statement, **named)
            assert _typed(found) == _typed(connection.execute(statement, named)), name
            assert bool(found) == (name not in BODIES_ALONE), name


def test_rows_of_the_catalogue_are_found_by_their_keys(filled: Engine) -> None:
    """Numbers with a fraction and lists are read as SQLAlchemy reads them, whatever the driver makes of them."""
    rows = 0
    with filled.connect() as connection:
        for statement in sql.ONE_ROW.values():
            for key in (CLINIC.id, HANAKO, HOME.id, "V1"):
                found = selected(connection, statement, service=CITY, row=key)
                assert _typed(found) == _typed(connection.execute(statement, {"service": CITY, "row": key}))
                rows += len(found)
    assert rows == 4


def test_moments_are_kept_in_utc(open_sql: Callable[[], Engine], example: Example) -> None:
    """Nine o'clock in Tokyo is midnight in UTC, read back with its offset; the database numbers the row."""
    engine = open_sql()
    request = {
        "service_id": CITY,
        "day": example.day,
        "rider_id": HANAKO,
        "asked_at": TOKYO_MOMENT,
        "outcome": Outcome.OPEN.value,
        "outcome_code": "",
        "outcome_at": TOKYO_MOMENT,
        "body": codec.WISH.write(example.wish()),
    }
    with for_writing(engine).connect() as connection, connection.begin():
        (first,), (second,) = numbered(connection, sql.NEW_REQUEST, (request, request))
    with engine.connect() as connection:
        ((_, _, asked_at, outcome, _),) = selected(connection, sql.ONE_REQUEST, number=second)
    assert (second - first, outcome, asked_at) == (1, "open", datetime(2026, 4, 6, 0, 0, tzinfo=UTC))


def test_what_was_written_is_counted_and_goes_back_with_its_transaction(filled: Engine, example: Example) -> None:
    """One row has the number 1, none 9; undone with the rest, the request is as it was."""
    said = {"said": "abandoned", "code": "", "at": example.moment}
    with for_writing(filled).connect() as connection:
        assert [written(connection, sql.SET_OUTCOME, number=number, **said) for number in (1, 9)] == [1, 0]
        connection.rollback()
    with filled.connect() as connection:
        ((_, _, _, outcome, _),) = selected(connection, sql.ONE_REQUEST, number=1)
    assert outcome == "booked"


def test_an_error_is_told_without_the_values(filled: Engine) -> None:
    """A refusal of a request that does not exist breaks a reference: the message may name its key, which the server
    says, but holds nothing of what was to be written."""
    named = {"request_id": 99, "service_id": CITY, "body": "a name and a phone number"}
    with (
        pytest.raises(IntegrityError) as told,
        for_writing(filled).connect() as connection,
        connection.begin(),
    ):
        written(connection, sql.NEW_REFUSAL, **named)
    assert "a name and a phone number" not in str(told.value)


def test_an_error_at_a_later_row_is_told_alike(tmp_path: Path) -> None:
    """SQLite steps from row to row while they are fetched: what fails there is told as what fails at once."""
    engine = create_engine(f"sqlite:///{tmp_path / 'rows.db'}")
    rows = select(func.odd(column("number"))).select_from(text("(SELECT 1 AS number UNION ALL SELECT 2)"))
    with engine.connect() as connection:
        connection.connection.create_function("odd", 1, lambda number: [number, 1 // (number % 2)][0])
        with pytest.raises(OperationalError):
            selected(connection, rows)


def test_a_value_left_out_is_no_empty_value(filled: Engine, example: Example) -> None:
    """A statement that asks for a number is not run without one, nor an insertion that SQLAlchemy would fill up."""
    with filled.connect() as connection, pytest.raises(KeyError, match="number"):
        selected(connection, sql.ONE_REQUEST)
    with filled.connect() as connection, pytest.raises(KeyError, match="version"):
        written(connection, sql.NEW_DAY, service_id=CITY, day=example.day)
