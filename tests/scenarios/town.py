"""A town of a few streets for the scenarios: named spots a known number of metres apart, two taxis, ten riders.

Everything lies on a grid of 1 km (36.38° N, 139.84° E is its corner), driven along the straight line at 30 km/h at
every hour: one kilometre takes 120 s. So the arithmetic of a test can be done in the head.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from dispatch.booking.proposal import Offered, Proposal, Refused
from dispatch.desk import Desk
from dispatch.model.actor import Actor, Channel, Role
from dispatch.model.catalog import Place, Rider, RiderPlace, Service, Shift, Vehicle
from dispatch.model.party import Aid, FareClass, Party, Passenger
from dispatch.model.reservation import Reservation
from dispatch.model.rules import ServiceRules
from dispatch.model.spot import SpotKind, SpotRef
from dispatch.model.times import ManualClock, parse_clock, to_moment
from dispatch.model.wish import NO_GUEST, NO_ID, TimeKind, WishForm
from dispatch.solver_bridge.travel import TravelBooks, straight_times
from dispatch.solver_bridge.workplace import Workplace
from dispatch.store.protocol import Store

SERVICE = "town"
TUESDAY = date(2026, 11, 24)
EVENING_BEFORE = to_moment(date(2026, 11, 23), parse_clock("18:00"))
OPERATOR = Actor(id="operator", role=Role.OPERATOR)

LAT_PER_KM = 1 / 110.99
LON_PER_KM = 1 / 89.75

ONE_ADULT = Party(passengers=(Passenger(),))
WHEELCHAIR_USER = Party(passengers=(Passenger(aid=Aid.RAMP_WHEELCHAIR),))


def party_of(size: int) -> Party:
    return Party(passengers=(Passenger(),) * size)


def place(place_id: str, *, east_km: float, north_km: float) -> Place:
    lat, lon = 36.38 + north_km * LAT_PER_KM, 139.84 + east_km * LON_PER_KM
    return Place(service_id=SERVICE, id=place_id, name=place_id, lat=lat, lon=lon)


PLACES = (
    place("depot", east_km=0, north_km=0),
    place("clinic", east_km=4, north_km=0),
    place("station", east_km=2, north_km=2),
    place("market", east_km=5, north_km=4),
    place("school", east_km=0, north_km=5),
    place("spa", east_km=12, north_km=12),
)

BOUNDARY = [[[36.37, 139.83], [36.37, 139.92], [36.45, 139.92], [36.45, 139.83]]]


def town_rules(**changes: dict[str, object]) -> ServiceRules:
    """The rules of the town; ``changes`` replace keys of a section, e.g. ``promise={"offers_max": 1}``."""
    sections: dict[str, dict[str, object]] = {
        "service": {"weekdays": (0, 1, 2, 3, 4), "on_holidays": False, "open": "8:00", "close": "17:00"},
        "booking": {
            "horizon_days": 7,
            "cutoff_min": 30,
            "offer_valid_min": 10,
            "offers_max": 3,
            "guests_allowed": False,
            "party_max": 8,
        },
        "promise": {
            "pickup_window_min": 15,
            "rounding_min": 5,
            "search_earlier_min": 60,
            "search_later_min": 60,
            "ride_max_min": 45,
            "ride_factor": 1.5,
            "ride_plus_min": 10,
            "idle_aboard_min": 5,
        },
        "boarding": {"per_extra_s": 10, "alight_factor": 0.5, "seconds": dict.fromkeys(Aid, 60)},
        "fares": {"yen": dict.fromkeys(FareClass, 300), "voucher_age": 75, "vouchers_per_year": 10},
        "travel": {"detour_factor": 1.0, "speeds": ({"from": "0:00", "kmh": 30.0},)},
        "area": {"listed_places_outside": True, "margin_m": 300},
        "privacy": {"retention_days": 400},
        "planning": {"seconds": 0.5, "seed": 1},
    }
    for section, values in changes.items():
        sections[section] = sections[section] | values
    return ServiceRules.model_validate({"effective_from": date(2021, 4, 1), **sections})


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    """The desk of the town, its clock, and short ways to say what callers say."""

    desk: Desk
    clock: ManualClock

    @property
    def store(self) -> Store:
        return self.desk.store

    def wish(
        self,
        rider: str,
        *,
        origin: str,
        destination: str,
        after: str = "",
        by: str = "",
        party: Party = ONE_ADULT,
        day: date = TUESDAY,
        linked_to: int = NO_ID,
        overlap_confirmed: bool = False,
    ) -> WishForm:
        """``after`` or ``by`` is the time; a spot is a place of the town, or ``home`` of the rider."""
        return WishForm(
            service_id=SERVICE,
            date=day,
            rider_id=rider,
            guest=NO_GUEST,
            origin=self.spot(rider, origin),
            destination=self.spot(rider, destination),
            time_kind=TimeKind.DEPART_AFTER if after else TimeKind.ARRIVE_BY,
            time_s=parse_clock(after or by),
            party=party,
            channel=Channel.PHONE,
            actor=OPERATOR,
            linked_to=linked_to,
            overlap_confirmed=overlap_confirmed,
        )

    def drawn(self, rider: str, ends: tuple[str, str], time: str, *, people: int, arrive_by: bool = False) -> WishForm:
        """A wish as a property draws it: whatever else the rider has booked is no objection."""
        return self.wish(
            rider,
            origin=ends[0],
            destination=ends[1],
            after="" if arrive_by else time,
            by=time if arrive_by else "",
            party=party_of(people),
            overlap_confirmed=True,
        )

    def spot(self, rider: str, name: str) -> SpotRef:
        if name == "home":
            return SpotRef(kind=SpotKind.RIDER_PLACE, id=f"{rider}-home")
        return SpotRef(kind=SpotKind.PLACE, id=name)

    def offered(self, form: WishForm) -> Offered:
        proposal = self.desk.propose(form=form)
        assert isinstance(proposal, Offered), proposal
        return proposal

    def refused(self, form: WishForm) -> Refused:
        proposal: Proposal = self.desk.propose(form=form)
        assert isinstance(proposal, Refused), proposal
        return proposal

    def book(self, form: WishForm) -> Reservation:
        """Accept the first offer."""
        offer = self.offered(form).offers[0]
        return self.desk.accept(offer_id=offer.id, actor=OPERATOR, overlap_confirmed=form.overlap_confirmed)


TWO_TAXIS = (((4, 0),), ((4, 1), (6, 0)))


def open_town(
    store: Store, *, rules: ServiceRules, layouts: tuple[tuple[tuple[int, int], ...], ...] = TWO_TAXIS
) -> Town:
    """The town on ``store``, on the evening before the Tuesday; one vehicle on duty per entry of ``layouts``."""
    furnish(store, rules=rules, layouts=layouts)
    return town_on(store)


def town_on(store: Store) -> Town:
    """The town that ``store`` has been furnished with, on the evening before the Tuesday."""
    clock = ManualClock()
    clock.set(EVENING_BEFORE)
    return Town(
        desk=Desk(workplace=Workplace(store=store, clock=clock, travel=TravelBooks(straight_times))), clock=clock
    )


def furnish(store: Store, *, rules: ServiceRules, layouts: tuple[tuple[tuple[int, int], ...], ...] = TWO_TAXIS) -> None:
    """Write the town's catalogue and rules into ``store``."""
    with store.writing() as work:
        work.save(
            Service(id=SERVICE, name_ja="まち", name_en="Town", municipality_code="09216", phone="", boundary=BOUNDARY)
        )
        work.save_rules(SERVICE, rules)
        for spot in PLACES:
            work.save(spot)
        for number in range(10):
            work.save(_rider(number))
            work.save(_home(number))
        for number, seats in enumerate(layouts, start=1):
            work.save(_vehicle(number, seats))
            work.save(_shift(number))


def _rider(number: int) -> Rider:
    return Rider(service_id=SERVICE, id=f"R{number}", name=f"乗客{number}", birth_year=1940 + number)


def _home(number: int) -> RiderPlace:
    at = place("home", east_km=number % 4 * 1.5, north_km=number % 5 * 1.2 + 0.3)
    return RiderPlace(
        service_id=SERVICE,
        id=f"R{number}-home",
        rider_id=f"R{number}",
        label="自宅",
        address=f"まち{number}丁目1",
        lat=at.lat,
        lon=at.lon,
    )


def _vehicle(number: int, layouts: tuple[tuple[int, int], ...]) -> Vehicle:
    return Vehicle(service_id=SERVICE, id=f"V{number}", name=f"{number}号車", layouts=[list(row) for row in layouts])


def _shift(number: int) -> Shift:
    return Shift(
        service_id=SERVICE,
        id=f"S{number}",
        vehicle_id=f"V{number}",
        weekdays="0123456",
        start_s=parse_clock("8:00"),
        end_s=parse_clock("17:00"),
        break_earliest_s=parse_clock("11:30"),
        break_latest_s=parse_clock("13:00"),
        break_duration_s=3600,
        start_place_id="depot",
        end_place_id="depot",
    )
