"""One guarded way into the catalogue: by hand, by a program or by a file, at the same time as others; journaled."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from dispatch.catalogue import IfTaken
from dispatch.model.actor import Actor, Role
from dispatch.model.catalog import (
    PlaceCreate,
    RiderCreate,
    RiderPlaceCreate,
    ShiftCreate,
    Vehicle,
    VehicleCreate,
)
from dispatch.model.errors import Conflict, NotFound, RuleRefused
from dispatch.model.journal import JournalEntry
from dispatch.model.times import parse_clock
from dispatch.store.csv_io import BadRows, CsvKind
from dispatch.store.engine import open_engine
from dispatch.store.journal import entry_of, verify_chain
from dispatch.store.memory import MemoryStore
from dispatch.store.migrate import upgrade
from dispatch.store.sql import SqlStore
from tests.scenarios.meanwhile import Meanwhile
from tests.scenarios.town import OPERATOR, SERVICE, TUESDAY, Town, open_town, party_of, town_rules

PLANNER = Actor(id="planner-7", role=Role.PLANNER)


def book_four(town: Town) -> Vehicle:
    """Four people are promised; the vehicle that drives them."""
    town.book(town.wish("R1", origin="depot", destination="clinic", after="9:00", party=party_of(4)))
    return town.store.vehicle(SERVICE, town.desk.plan(service_id=SERVICE, day=TUESDAY).routes[0].vehicle_id)


def take_in(town: Town, kind: CsvKind, text: str) -> int:
    """Rows taken from a file."""
    data = text.encode()
    return town.desk.import_csv(service_id=SERVICE, kind=kind, data=data, skip_bad=False, actor=PLANNER).taken


def exported(town: Town, kind: CsvKind) -> str:
    return town.desk.export_csv(service_id=SERVICE, kind=kind)


def edits_of_the_day(town: Town) -> list[JournalEntry]:
    """The journal's entries about the catalogue; the chain is whole."""
    chain = town.store.journal(SERVICE, TUESDAY)
    assert verify_chain(chain) == ()
    return [entry for entry in map(entry_of, chain.records) if entry.kind == "catalogue_changed"]


def test_a_file_that_breaks_a_promise_is_refused_whole(town: Town) -> None:
    """One vehicle of the file shrinks below its promises: neither it nor the new one beside it is taken."""
    vehicle = book_four(town)
    before, version = exported(town, CsvKind.VEHICLES), town.store.day_version(SERVICE, TUESDAY)
    shrunk = f"id,name,layouts\n{vehicle.id},{vehicle.name},3+0\nV9,9号車,4+0\n"
    with pytest.raises(RuleRefused, match="edit_breaks_promises"):
        take_in(town, CsvKind.VEHICLES, shrunk)
    assert (exported(town, CsvKind.VEHICLES), town.store.day_version(SERVICE, TUESDAY)) == (before, version)
    assert edits_of_the_day(town) == []


def test_a_file_that_keeps_every_promise_is_taken_whole(town: Town) -> None:
    """A wider vehicle and a new one come in together, and the plan stays valid."""
    vehicle = book_four(town)
    assert take_in(town, CsvKind.VEHICLES, f"id,name,layouts\n{vehicle.id},new,5+0\nV9,9号車,4+0\n") == 2
    assert [one.id for one in town.store.vehicles(SERVICE)] == ["V1", "V2", "V9"]
    assert town.desk.check(service_id=SERVICE, day=TUESDAY) == ()


def test_what_was_exported_comes_back_without_touching_a_day(town: Town) -> None:
    """Every kind, unchanged: no day moves, nothing is journaled."""
    book_four(town)
    version = town.store.day_version(SERVICE, TUESDAY)
    for kind in CsvKind:
        text = exported(town, kind)
        assert take_in(town, kind, text) == text.count("\n") - 1
        assert exported(town, kind) == text
    assert town.store.day_version(SERVICE, TUESDAY) == version
    assert edits_of_the_day(town) == []


def test_a_file_of_shifts_that_make_no_sense_names_the_line(town: Town) -> None:
    """A shift that ends before it begins is a bad row of the file, not taken in silence."""
    with pytest.raises(BadRows) as refused:
        take_in(
            town,
            CsvKind.SHIFTS,
            "id,vehicle_id,start,end,start_place_id,end_place_id\nS9,V1,17:00,8:00,depot,depot\n",
        )
    assert [(bad.line, bad.column) for bad in refused.value.bad_rows] == [(2, "end")]


def test_the_journal_says_who_changed_which_row(town: Town) -> None:
    """A vehicle, a shift, the place it starts from, a shift removed: each leaves actor, noun and id with the day."""
    vehicle, desk = book_four(town), town.desk
    free = next(shift for shift in town.store.shifts(SERVICE) if shift.vehicle_id != vehicle.id)
    wider = VehicleCreate(id=vehicle.id, name=vehicle.name, layouts=[[8, 0]])
    desk.save_vehicle(service_id=SERVICE, vehicle=wider, actor=PLANNER)
    elsewhere = free.model_dump(exclude={"service_id"}) | {"start_place_id": "spa", "driver_name": "髙﨑"}
    desk.save_shift(service_id=SERVICE, shift=ShiftCreate.model_validate(elsewhere), actor=OPERATOR)
    desk.save_place(service_id=SERVICE, place=PlaceCreate(id="spa", name="spa", lat=36.44, lon=139.9), actor=OPERATOR)
    desk.remove_shift(service_id=SERVICE, shift_id=free.id, actor=PLANNER)
    edits = edits_of_the_day(town)
    assert [(edit.version, edit.actor, edit.ids[0]) for edit in edits] == [
        (2, PLANNER, ("vehicle", vehicle.id)),
        (3, OPERATOR, ("shift", free.id)),
        (4, OPERATOR, ("place", "spa")),
        (5, PLANNER, ("shift", free.id)),
    ]
    assert all([name for name, _ in edit.ids[1:]] == ["digest"] for edit in edits)
    assert len({edit.ids[1] for edit in edits}) == len(edits)
    assert "髙﨑" not in "".join(record.body for record in town.store.journal(SERVICE, TUESDAY).records)


def test_what_changes_no_duty_touches_no_day(town: Town) -> None:
    """A new place, a driver's name, a vehicle without a shift, a rider: coming days stay at their version."""
    book_four(town)
    version, desk = town.store.day_version(SERVICE, TUESDAY), town.desk
    library = PlaceCreate(id="library", name="図書館", lat=36.4, lon=139.87)
    desk.save_place(service_id=SERVICE, place=library, actor=OPERATOR)
    named = town.store.shift(SERVICE, "S1").model_dump(exclude={"service_id"}) | {"driver_name": "髙﨑"}
    desk.save_shift(service_id=SERVICE, shift=ShiftCreate.model_validate(named), actor=OPERATOR)
    spare = VehicleCreate(id="V9", name="9号車", layouts=[[4, 0]])
    desk.save_vehicle(service_id=SERVICE, vehicle=spare, actor=OPERATOR)
    newcomer = RiderCreate(id="R20", name="新人", birth_year=1950)
    desk.save_rider(service_id=SERVICE, rider=newcomer, actor=OPERATOR)
    assert town.store.day_version(SERVICE, TUESDAY) == version


def test_a_day_that_is_only_asked_for_moves_too(town: Town) -> None:
    """Nobody is booked yet, but somebody may be accepting: the day gets a new version and its journal says why."""
    town.offered(town.wish("R1", origin="home", destination="clinic", after="9:00"))
    town.desk.remove_shift(service_id=SERVICE, shift_id="S1", actor=PLANNER)
    assert town.store.day_version(SERVICE, TUESDAY) == 1
    assert [edit.actor for edit in edits_of_the_day(town)] == [PLANNER]


Create = Callable[[Town, int], object]


def new_rider(town: Town, number: int) -> object:
    rider = RiderCreate(id="R99", name=f"新人{number}", birth_year=1950)
    return town.desk.save_rider(service_id=SERVICE, rider=rider, actor=OPERATOR, if_taken=IfTaken.REFUSED)


def new_rider_place(town: Town, number: int) -> object:
    home = RiderPlaceCreate(id="H99", rider_id=f"R{number}", label="自宅", lat=36.4, lon=139.87)
    return town.desk.save_rider_place(service_id=SERVICE, rider_place=home, actor=OPERATOR, if_taken=IfTaken.REFUSED)


def new_place(town: Town, number: int) -> object:
    place = PlaceCreate(id="P99", name=f"広場{number}", lat=36.4, lon=139.87)
    return town.desk.save_place(service_id=SERVICE, place=place, actor=OPERATOR, if_taken=IfTaken.REFUSED)


def new_vehicle(town: Town, number: int) -> object:
    vehicle = VehicleCreate(id="V99", name=f"{number}号車", layouts=[[4, 0]])
    return town.desk.save_vehicle(service_id=SERVICE, vehicle=vehicle, actor=OPERATOR, if_taken=IfTaken.REFUSED)


def new_shift(town: Town, number: int) -> object:
    start_s, end_s = parse_clock("18:00"), parse_clock("20:00") + 60 * number
    shift = ShiftCreate(
        id="S99", vehicle_id="V1", start_s=start_s, end_s=end_s, start_place_id="depot", end_place_id="depot"
    )
    return town.desk.save_shift(service_id=SERVICE, shift=shift, actor=OPERATOR, if_taken=IfTaken.REFUSED)


@pytest.fixture(params=["memory", "sqlite"])
def any_town(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Town]:
    """The town in memory and on a file."""
    if request.param == "memory":
        yield open_town(MemoryStore(), rules=town_rules())
        return
    engine = open_engine(f"sqlite:///{tmp_path / 'town.db'}")
    upgrade(engine)
    yield open_town(SqlStore(engine), rules=town_rules())
    engine.dispose()


@pytest.mark.parametrize("create", [new_rider, new_rider_place, new_place, new_vehicle, new_shift])
def test_of_two_who_take_one_id_at_once_one_is_told(any_town: Town, create: Create) -> None:
    """Four operators start together under one id: one row is there, as one of them wrote it; three are refused."""
    ready = Barrier(4)

    def attempt(number: int) -> str:
        ready.wait()
        try:
            create(any_town, number)
        except Conflict as conflict:
            return conflict.code
        return "created"

    with ThreadPoolExecutor(max_workers=4) as operators:
        outcomes = sorted(operators.map(attempt, range(1, 5)))
    assert outcomes == ["already_exists"] * 3 + ["created"]


def test_two_edits_at_once_do_not_leave_what_one_alone_may_not() -> None:
    """A shift is put on a vehicle that is just being removed: the later one is told, and no shift lacks its vehicle."""
    store = Meanwhile()
    town = open_town(store, rules=town_rules())
    spare = VehicleCreate(id="V9", name="9号車", layouts=[[4, 0]])
    town.desk.save_vehicle(service_id=SERVICE, vehicle=spare, actor=OPERATOR)
    moved = town.store.shift(SERVICE, "S1").model_dump(exclude={"service_id"}) | {"vehicle_id": "V9"}
    store.acts.append(lambda: town.desk.remove_vehicle(service_id=SERVICE, vehicle_id="V9", actor=PLANNER))
    with pytest.raises(NotFound, match="unknown_vehicle"):
        town.desk.save_shift(service_id=SERVICE, shift=ShiftCreate.model_validate(moved), actor=OPERATOR)
    assert {shift.vehicle_id for shift in store.shifts(SERVICE)} == {"V1", "V2"}


@pytest.mark.parametrize(("asked_before", "code"), [(True, "day_changed"), (False, "catalogue_changed")])
def test_who_books_while_an_edit_is_judged_is_not_overlooked(asked_before: bool, code: str) -> None:
    """R1 books between judging and writing, on a day already asked for or on a new one: the shift stays."""
    store = Meanwhile()
    town = open_town(store, rules=town_rules())
    if asked_before:
        town.offered(town.wish("R2", origin="home", destination="clinic", after="9:00"))
    store.acts.append(lambda: town.book(town.wish("R1", origin="home", destination="clinic", after="9:00")))
    with pytest.raises(Conflict, match=code):
        town.desk.remove_shift(service_id=SERVICE, shift_id="S1", actor=PLANNER)
    assert [shift.id for shift in store.shifts(SERVICE)] == ["S1", "S2"]
    assert edits_of_the_day(town) == []


def test_an_edit_by_somebody_else_meanwhile_is_told() -> None:
    """What was judged under the old catalogue is not written over the new one."""
    store = Meanwhile()
    town = open_town(store, rules=town_rules())
    library = PlaceCreate(id="library", name="図書館", lat=36.4, lon=139.87)
    store.acts.append(lambda: town.desk.save_place(service_id=SERVICE, place=library, actor=PLANNER))
    with pytest.raises(Conflict, match="catalogue_changed"):
        town.desk.remove_shift(service_id=SERVICE, shift_id="S1", actor=OPERATOR)
    assert [shift.id for shift in store.shifts(SERVICE)] == ["S1", "S2"]
    assert store.place(SERVICE, "library").name == "図書館"
