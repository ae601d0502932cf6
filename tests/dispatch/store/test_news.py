"""Who listens hears of a day once its change is committed, and has looked at it before the next call does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import Engine, text

from dispatch.model.errors import SetupError
from dispatch.solver_bridge.lookout import looking_out
from dispatch.store.engine import open_engine
from dispatch.store.memory import MemoryStore
from dispatch.store.protocol import Store
from dispatch.store.sql import SqlStore
from dispatch.store.tells import DayKey
from tests.dispatch.store.example_city import CITY, TUESDAY
from tests.dispatch.store.postgres import CUT_OTHERS, wait_until
from tests.dispatch.store.test_foreseen import conversation, journeys
from tests.scenarios.town import SERVICE, open_town, town_rules

WEDNESDAY, THURSDAY = TUESDAY + timedelta(days=1), TUESDAY + timedelta(days=2)
LISTENING = text(
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE datname = current_database() AND query LIKE 'LISTEN%' AND state = 'idle'"
)
PATIENCE_S = 30


@contextmanager
def _heard(store: Store, watcher: Engine, *, days: int = 1) -> Iterator[Callable[[], set[DayKey]]]:
    """In the block somebody listens: the call waits until so many days have been told."""
    over = Event()

    def listen() -> set[DayKey]:
        found: set[DayKey] = set()
        for told in store.news(over):
            found |= told
            if len(found) >= days:
                break
        return found

    with ThreadPoolExecutor(1) as ear:
        first = ear.submit(listen)
        wait_until(watcher, LISTENING)
        try:
            yield lambda: first.result(PATIENCE_S)
        finally:
            over.set()


def test_days_are_told_once_they_are_changed(city_on_server: SqlStore, open_on_server: Callable[[], Engine]) -> None:
    """By another program, two days; what was rolled back on Thursday has not happened."""
    other = SqlStore(open_on_server())
    with _heard(city_on_server, open_on_server(), days=2) as heard:
        with suppress(KeyError), other.writing() as work:
            work.claim_day(CITY, THURSDAY, expected_version=0)
            raise KeyError
        assert other.day_version(CITY, THURSDAY) == 0
        for day in (WEDNESDAY, TUESDAY):
            with other.writing() as work:
                work.claim_day(CITY, day, expected_version=0)
        assert heard() == {(CITY, TUESDAY), (CITY, WEDNESDAY)}


def test_a_server_that_hangs_up_is_named(city_on_server: SqlStore, open_on_server: Callable[[], Engine]) -> None:
    """The line is cut: whoever listened may begin anew."""
    watcher = open_on_server()
    with _heard(city_on_server, watcher) as heard:
        with watcher.connect() as connection:
            connection.execute(CUT_OTHERS)
        with pytest.raises(SetupError) as told:
            heard()
    assert told.value.code == "database_unreachable"


def test_a_server_that_does_not_answer_is_named(tmp_path: Path) -> None:
    """No server listens in that folder."""
    away = SqlStore(open_engine(f"postgresql+psycopg://nobody@/nothing?host={tmp_path}"))
    with pytest.raises(SetupError) as told:
        next(away.news(Event()))
    assert told.value.code == "database_unreachable"


def test_where_nobody_is_told_it_is_over_at_once(open_database: Callable[[], Engine]) -> None:
    """An SQLite file, and a store in memory."""
    assert list(SqlStore(open_database()).news(Event())) == []
    assert list(MemoryStore().news(Event())) == []


def test_a_day_changed_by_another_process_is_at_hand_before_it_is_asked_for(
    open_on_server: Callable[[], Engine], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Another desk books a trip on a route that nobody else knows: who looks out has read it before it is asked for."""
    engines = (open_on_server(), open_on_server())
    on_the_lookout, not_so, other = (
        open_town(SqlStore(one), rules=town_rules()) for one in (*engines, open_on_server())
    )
    looked = Event()
    caplog.handler.addFilter(lambda record: looked.set() or True)
    for town in (on_the_lookout, not_so):
        town.desk.workplace.workday(SERVICE, TUESDAY)
    with caplog.at_level("DEBUG", logger="odekake.lookout"), looking_out(on_the_lookout.desk.workplace):
        wait_until(open_on_server(), LISTENING)
        other.book(other.wish("R1", origin="home", destination="clinic", after="9:00"))
        assert looked.wait(PATIENCE_S)
    asked = []
    for town, engine in zip((on_the_lookout, not_so), engines, strict=True):
        with conversation(engine, tmp_path) as trace, town.store.snapshot():
            assert len(town.desk.workplace.workday(SERVICE, TUESDAY).state.reservations) == 1
            asked.append(journeys(trace))
    assert asked[0] == 1 < asked[1]
