"""A small day built by hand: two vehicles on duty, one with three trips, one standing by."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from dispatch.model.actor import SYSTEM_ACTOR, Channel
from dispatch.model.catalog import Place, Rider, RiderPlace, Service, Shift, Vehicle
from dispatch.model.day_state import DayState
from dispatch.model.duty import BreakRule, ShiftOfDay
from dispatch.model.party import Aid, FareClass, Party, Passenger
from dispatch.model.plan import BreakSlot, Plan, PlanReason, Proof, Route, Task, Visit
from dispatch.model.promise import Promise, PromiseState
from dispatch.model.reservation import Reservation, ReservationState
from dispatch.model.rules import ServiceRules
from dispatch.model.spot import Spot, SpotKind
from dispatch.model.times import parse_clock
from dispatch.model.wish import NO_RIDER, Guest, Outcome, TimeKind, Wish
from dispatch.store.memory import MemoryStore
from dispatch.store.protocol import Store
from maps.geo import LatLon

DAY = date(2026, 11, 24)
MADE_AT = datetime(2026, 11, 23, 6, 20, tzinfo=UTC)
SERVICE = "shimotsuke"
DEPOT = Spot(kind=SpotKind.PLACE, id="P001", at=LatLon(36.3872, 139.8420))
CLINIC = Spot(kind=SpotKind.PLACE, id="P002", at=LatLon(36.4001, 139.8655))
STATION = Spot(kind=SpotKind.PLACE, id="P003", at=LatLon(36.3943, 139.8571))
HOME = Spot(kind=SpotKind.RIDER_PLACE, id="H1", at=LatLon(36.41234, 139.84567))
ANYWHERE = Spot(kind=SpotKind.POINT, id="3-to", at=LatLon(36.405, 139.83))
ADULT = Passenger()
WALKER = Passenger(fare_class=FareClass.ADULT, aid=Aid.WALKER)
WHEELCHAIR = Passenger(fare_class=FareClass.DISABLED, aid=Aid.RAMP_WHEELCHAIR)
CARER = Passenger(fare_class=FareClass.CARER, companion_of=0)


def trip(
    number: int, *, rider: str, party: tuple[Passenger, ...], origin: Spot, destination: Spot, at: str
) -> Reservation:
    """A booked trip whose pick-up window of 20 minutes opens ``at``; an hour later it must have arrived."""
    earliest_s = parse_clock(at)
    return Reservation(
        id=number,
        service_id=SERVICE,
        date=DAY,
        request_id=number,
        rider_id=rider,
        party=Party(passengers=party),
        origin=origin,
        destination=destination,
        wished_origin=origin,
        wished_destination=destination,
        promise=Promise(
            pickup_earliest_s=earliest_s,
            pickup_latest_s=earliest_s + 1200,
            arrival_latest_s=earliest_s + 3600,
            ride_max_s=2700,
            rules_digest="r",
            travel_digest="t",
        ),
        promise_state=PromiseState.OPEN,
        state=ReservationState.BOOKED,
        boarding_s=60,
        alighting_s=60,
        fare_yen=300,
        vouchers=0,
    )


def visit(trip_of: Reservation, task: Task, at: str) -> Visit:
    spot = trip_of.origin if task is Task.BOARD else trip_of.destination
    return Visit(reservation_id=trip_of.id, task=task, spot_key=spot.key, start_s=parse_clock(at), service_s=60)


def rules() -> ServiceRules:
    return ServiceRules.model_validate(
        {
            "effective_from": "2026-04-01",
            "service": {"weekdays": [0, 1, 2, 3, 4], "on_holidays": False, "open": "8:00", "close": "17:00"},
            "booking": {
                "horizon_days": 14,
                "cutoff_min": 60,
                "offer_valid_min": 10,
                "offers_max": 5,
                "guests_allowed": True,
                "party_max": 6,
            },
            "promise": {
                "pickup_window_min": 20,
                "rounding_min": 5,
                "search_earlier_min": 30,
                "search_later_min": 60,
                "ride_max_min": 60,
                "ride_factor": 2.0,
                "ride_plus_min": 10,
                "idle_aboard_min": 5,
            },
            "boarding": {"seconds": dict.fromkeys(Aid, 60), "per_extra_s": 15, "alight_factor": 1.0},
            "fares": {"yen": dict.fromkeys(FareClass, 300), "voucher_age": 75, "vouchers_per_year": 24},
            "travel": {"detour_factor": 1.3, "speeds": [{"from": "0:00", "kmh": 30}]},
            "area": {"listed_places_outside": True, "margin_m": 100},
            "privacy": {"retention_days": 365},
            "planning": {"seconds": 1.0, "seed": 1},
        }
    )


def day_state(*, trips: tuple[Reservation, ...], routes: tuple[Route, ...]) -> DayState:
    plan = Plan(
        service_id=SERVICE,
        date=DAY,
        version=7,
        reason=PlanReason.REPLANNED,
        routes=routes,
        made_at=MADE_AT,
        engine="test",
        seed=1,
        iterations=0,
        seconds=0.0,
        rules_digest="r",
        travel_digest="t",
        digest="d" * 64,
        proof=Proof(checked_at=MADE_AT, problem_digest="p", visits_checked=2 * len(trips), violations=()),
    )
    return DayState(
        service_id=SERVICE,
        date=DAY,
        version=7,
        catalog_version=1,
        rules=rules(),
        shifts=(duty("S1", "V1", breaks=(LUNCH,)), duty("S2", "V2", breaks=())),
        reservations=trips,
        plan=plan,
    )


LUNCH = BreakRule(earliest_s=parse_clock("11:30"), latest_s=parse_clock("12:30"), duration_s=3600)


def duty(shift_id: str, vehicle_id: str, *, breaks: tuple[BreakRule, ...]) -> ShiftOfDay:
    return ShiftOfDay(
        shift_id=shift_id,
        vehicle_id=vehicle_id,
        layouts=((4, 1), (6, 0)),
        start_s=parse_clock("8:00"),
        end_s=parse_clock("17:00"),
        start_spot=DEPOT,
        end_spot=DEPOT,
        breaks=breaks,
    )


def catalogue() -> tuple[Service | Place | Rider | RiderPlace | Vehicle | Shift, ...]:
    spots = ((DEPOT, "下野営業所", "石橋1-2-3"), (CLINIC, "ひかり内科", "緑3-1"), (STATION, "自治医大駅前", ""))
    places = [
        Place(service_id=SERVICE, id=spot.id, name=name, address=address, lat=spot.at.lat, lon=spot.at.lon)
        for spot, name, address in spots
    ]
    people = (("R1", "𠮷田 はな", "ヨシダ ハナ", "耳が遠い"), ("R2", "髙﨑 一郎", "タカサキ イチロウ", ""))
    riders = [
        Rider(service_id=SERVICE, id=key, name=name, kana=kana, phone="0285-00-0001", birth_year=1940, notes=notes)
        for key, name, kana, notes in people
    ]
    ring = [[36.35, 139.80], [36.45, 139.80], [36.45, 139.90], [36.35, 139.90]]
    service = Service(
        id=SERVICE,
        name_ja="おでかけ号",
        name_en="Odekake",
        municipality_code="09216",
        phone="0285-00-0000",
        boundary=[ring],
    )
    home = RiderPlace(
        service_id=SERVICE,
        id="H1",
        rider_id="R1",
        label="自宅",
        lat=HOME.at.lat,
        lon=HOME.at.lon,
        access_note="門の前、北側から",
    )
    vehicles = [
        Vehicle(
            service_id=SERVICE, id=key, name=f"{number}号車", plate=f"栃木 500 あ {number}", layouts=[[4, 1], [6, 0]]
        )
        for key, number in (("V1", 1), ("V2", 2))
    ]
    shifts = [
        Shift(
            service_id=SERVICE,
            id=f"S{vehicle.id[1]}",
            vehicle_id=vehicle.id,
            driver_name="運転 太郎" if vehicle.id == "V1" else "",
            start_s=parse_clock("8:00"),
            end_s=parse_clock("17:00"),
            start_place_id="P001",
            end_place_id="P001",
        )
        for vehicle in vehicles
    ]
    return (service, *places, *riders, home, *vehicles, *shifts)


def three_trips() -> tuple[Reservation, ...]:
    hana = trip(1, rider="R1", party=(WALKER,), origin=HOME, destination=CLINIC, at="9:00")
    ichiro = trip(2, rider="R2", party=(WHEELCHAIR, CARER), origin=STATION, destination=CLINIC, at="9:10")
    guest = trip(3, rider=NO_RIDER, party=(ADULT,), origin=CLINIC, destination=ANYWHERE, at="13:00")
    return (replace(hana, vouchers=1, fare_yen=0), replace(ichiro, fare_yen=450), guest)


def morning_route(trips: tuple[Reservation, ...]) -> Route:
    """Home 9:05, station 9:20, both to the clinic 9:35; lunch 12:00; the guest 13:05 to 13:25."""
    hana, ichiro, guest = trips
    visits = (
        visit(hana, Task.BOARD, "9:05"),
        visit(ichiro, Task.BOARD, "9:20"),
        visit(ichiro, Task.ALIGHT, "9:35"),
        visit(hana, Task.ALIGHT, "9:36"),
        visit(guest, Task.BOARD, "13:05"),
        visit(guest, Task.ALIGHT, "13:25"),
    )
    return Route(
        shift_id="S1",
        vehicle_id="V1",
        visits=visits,
        depart_s=parse_clock("8:50"),
        arrive_s=parse_clock("13:45"),
        breaks=(BreakSlot(start_s=parse_clock("12:00"), duration_s=3600, after_visit=4),),
        distance_m=23_456,
    )


@pytest.fixture
def store() -> Store:
    """The catalogue and one guest, in memory."""
    filled: Store = MemoryStore()
    with filled.writing() as work:
        for row in catalogue():
            work.save(row)
        for trip_of in three_trips():
            work.add_request(_wish(trip_of), asked_at=MADE_AT, outcome=Outcome.BOOKED)
        work.save_guest(3, Guest(name="来訪 花子", kana="ライホウ ハナコ", phone="0285-00-0003"))
    return filled


def _wish(trip_of: Reservation) -> Wish:
    return Wish(
        service_id=SERVICE,
        date=DAY,
        rider_id=trip_of.rider_id,
        origin=trip_of.origin,
        destination=trip_of.destination,
        time_kind=TimeKind.DEPART_AFTER,
        time_s=trip_of.promise.pickup_earliest_s,
        party=trip_of.party,
        channel=Channel.PHONE,
        actor=SYSTEM_ACTOR,
    )


@pytest.fixture
def state() -> DayState:
    """Three trips on vehicle V1 (``morning_route``), none on V2."""
    trips = three_trips()
    return day_state(trips=trips, routes=(morning_route(trips),))


@pytest.fixture
def make_state() -> Callable[..., DayState]:
    """Build a day from ``trips`` and ``routes``."""
    return day_state


@pytest.fixture
def make_trip() -> Callable[..., Reservation]:
    """Build a reservation; see ``trip``."""
    return trip


@pytest.fixture
def make_visit() -> Callable[..., Visit]:
    """Build a visit of a trip; see ``visit``."""
    return visit
