"""The journal proves the tables: on a day with everything in it, and with a byte changed anywhere."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Engine

from dispatch.audit.verify import Flaw
from dispatch.desk import Desk
from dispatch.model.times import ManualClock
from dispatch.solver_bridge.travel import TravelBooks, straight_times
from dispatch.solver_bridge.workplace import Workplace
from dispatch.store.engine import open_engine
from dispatch.store.migrate import upgrade
from dispatch.store.sql import SqlStore
from tests.scenarios.reporting import alighted, at_clock, boarded, no_show, reported
from tests.scenarios.town import OPERATOR, SERVICE, TUESDAY, TWO_TAXIS, Town, open_town, town_rules


@pytest.fixture(scope="module")
def full_day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """One taxi on SQLite: four trips booked, one changed, one cancelled, one driven, one no-show, one contradiction."""
    path = tmp_path_factory.mktemp("proofs") / "day.db"
    engine = open_engine(f"sqlite:///{path}")
    upgrade(engine)
    town = open_town(SqlStore(engine), rules=town_rules(), layouts=TWO_TAXIS[:1])
    trips = [town.book(town.wish(f"R{n}", origin="depot", destination="clinic", after=f"{9 + n}:00")) for n in range(4)]
    later = town.desk.propose_change(
        reservation_id=trips[2].id, form=town.wish("R2", origin="depot", destination="station", after="14:00")
    )
    town.desk.accept(offer_id=later.offers[0].id, actor=OPERATOR)
    town.desk.cancel(reservation_id=trips[3].id, actor=OPERATOR, reason="")
    unwanted = town.offered(town.wish("R5", origin="depot", destination="market", after="15:00"))
    town.desk.abandon(request_id=unwanted.request.id, actor=OPERATOR)
    at_clock(town, "11:00")
    reported(town, boarded(trips[0], "9:05", event_id="b"), alighted(trips[0], "9:14"), no_show(trips[1], "10:16"))
    reported(town, alighted(trips[2], "10:30"))
    yield path
    engine.dispose()


@pytest.fixture
def copy(full_day: Path, tmp_path: Path) -> Iterator[tuple[Town, Engine]]:
    """A copy of the day to tamper with."""
    path = tmp_path / "copy.db"
    with closing(sqlite3.connect(full_day)) as source, closing(sqlite3.connect(path)) as target:
        source.backup(target)
    engine = open_engine(f"sqlite:///{path}")
    town = open_town_again(SqlStore(engine))
    yield town, engine
    engine.dispose()


def open_town_again(store: SqlStore) -> Town:
    """A desk on a store that is furnished already."""
    clock = ManualClock()
    town = Town(
        desk=Desk(workplace=Workplace(store=store, clock=clock, travel=TravelBooks(straight_times))), clock=clock
    )
    at_clock(town, "11:00")
    return town


def flaws(town: Town) -> tuple[Flaw, ...]:
    return town.desk.verify_journal(service_id=SERVICE, day=TUESDAY).flaws


def test_a_day_with_everything_in_it_verifies(copy: tuple[Town, Engine]) -> None:
    """Every plan, reservation and report is under a digest of the journal."""
    town, _ = copy
    verified = town.desk.verify_journal(service_id=SERVICE, day=TUESDAY)
    assert verified.flaws == ()
    assert (verified.reservations, verified.events) == (4, 4)
    assert verified.plans == len(town.store.plan_versions(SERVICE, TUESDAY)) == 6


def test_every_plan_is_built_again_byte_for_byte(copy: tuple[Town, Engine]) -> None:
    """Six versions: the digest of the journal is that of the stored routes."""
    town, _ = copy
    versions = town.desk.replay_journal(service_id=SERVICE, day=TUESDAY)
    assert [one.equal for one in versions] == [True] * 6
    assert versions[-1].plan == town.desk.plan(service_id=SERVICE, day=TUESDAY)


TAMPERED = (
    ("UPDATE reservation SET body = replace(body, '\"fare_yen\":300', '\"fare_yen\":301') WHERE id = {one}", "differs"),
    ('UPDATE reservation SET body = replace(body, \'"state":"executed"\', \'"state":"booked"\')', "differs"),
    ("UPDATE reservation SET day = '2026-11-25' WHERE id = {one}", "missing"),
    ("UPDATE reservation SET body = replace(body, '{', '[') WHERE id = {one}", "unreadable"),
    ("UPDATE route SET body = replace(body, '\"service_s\":60', '\"service_s\":61')", "differs"),
    ("UPDATE plan SET route_digests = ''", "differs"),
    ("DELETE FROM plan WHERE version = (SELECT min(version) FROM plan)", "missing"),
    ("UPDATE day SET plan_version = (SELECT min(version) FROM plan) WHERE plan_version > 0", "not_in_force"),
    ("UPDATE day SET version = 1 WHERE plan_version > 0", "behind_journal"),
    ("UPDATE stop_event SET body = replace(body, '\"tapped_s\":', '\"tapped_s\":1') WHERE event_id = 'b'", "differs"),
    ("DELETE FROM stop_event WHERE event_id = 'b'", "missing"),
    ("UPDATE request SET outcome = 'open' WHERE outcome = 'abandoned'", "differs"),
    ("UPDATE journal SET body = replace(body, 'operator', 'operatox') WHERE seq = 2", "chain_content"),
    ("UPDATE journal SET hash = 'x' || substr(hash, 2) WHERE seq = 2", "chain_content"),
    ("UPDATE journal SET previous_hash = 'x' || substr(previous_hash, 2) WHERE seq = 3", "chain_previous"),
    ("DELETE FROM journal WHERE seq = 2", "chain_sequence"),
    ("DELETE FROM journal WHERE seq = (SELECT max(seq) FROM journal)", "chain_head"),
    ("UPDATE day SET journal_hash = 'x' || substr(journal_hash, 2) WHERE plan_version > 0", "chain_head"),
)


@pytest.mark.parametrize(("statement", "what"), TAMPERED, ids=[f"{what}-{n}" for n, (_, what) in enumerate(TAMPERED)])
def test_a_change_behind_the_desk_is_found_and_named(copy: tuple[Town, Engine], statement: str, what: str) -> None:
    """One statement straight into the database; the finding says what is wrong, and where."""
    town, engine = copy
    with engine.begin() as connection:
        one = connection.exec_driver_sql("SELECT min(id) FROM reservation WHERE state = 'executed'").scalar_one()
        assert connection.exec_driver_sql(statement.replace("{one}", str(one))).rowcount > 0
    found = flaws(town)
    assert what in {flaw.what for flaw in found}
    assert all(flaw.where for flaw in found)


def test_an_erased_day_verifies_as_before(copy: tuple[Town, Engine]) -> None:
    """Private points and positions are gone; they are under no digest."""
    town, _ = copy
    town.clock.advance(seconds=500 * 86_400)
    town.desk.erase_expired(service_id=SERVICE, actor=OPERATOR)
    assert flaws(town) == ()
