"""One small city: makes the nouns that the tests of the store write and read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from dispatch.model.actor import Actor, Channel, Role
from dispatch.model.catalog import Place, Rider, RiderPlace, Service, Shift, Vehicle
from dispatch.model.journal import JournalEntry
from dispatch.model.offer import Offer
from dispatch.model.party import Party, Passenger
from dispatch.model.plan import Plan, PlanReason, Proof, Route, Task, Visit, plan_digest
from dispatch.model.promise import Promise, PromiseState
from dispatch.model.reservation import Reservation, ReservationState
from dispatch.model.rules import ServiceRules
from dispatch.model.spot import Spot, SpotKind
from dispatch.model.wish import NO_ID, Outcome, Request, TimeKind, Wish
from dispatch.store.protocol import Store, UnitOfWork
from maps.geo import LatLon

CITY = "testville"
TUESDAY = date(2026, 11, 24)
MORNING = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)
HANAKO = "R0001"
CLINIC = Spot(kind=SpotKind.PLACE, id="P001", at=LatLon(36.3871, 139.8420))
HOME = Spot(kind=SpotKind.RIDER_PLACE, id="R0001-home", at=LatLon(36.40, 139.85))
OPERATOR = Actor(id="desk-1", role=Role.OPERATOR)
NINE_TO_TEN = Promise(
    pickup_earliest_s=32_400,
    pickup_latest_s=33_300,
    arrival_latest_s=36_000,
    ride_max_s=2_700,
    rules_digest="rules",
    travel_digest="travel",
)


@dataclass(frozen=True)
class Example:
    """Makes the nouns of one small city: two places, one rider, one vehicle with one shift."""

    rules: ServiceRules
    service_id: str = CITY
    day: date = TUESDAY
    moment: datetime = MORNING
    actor: Actor = OPERATOR
    promise: Promise = NINE_TO_TEN

    def fill(self, work: UnitOfWork) -> None:
        """Save the catalogue and the rules."""
        work.save(Service(id=CITY, name_ja="試験市", name_en="Testville", municipality_code="09216", boundary=[]))
        work.save(self.place("P001", name="中央医院", lat=36.3871, lon=139.8420))
        work.save(self.place("P002", name="車庫", lat=36.38, lon=139.83))
        work.save(self.rider(HANAKO, name="髙﨑 花子", kana="たかさき はなこ", phone="0285-44-1234"))
        work.save(self.home())
        work.save(Vehicle(service_id=CITY, id="V1", name="1号車", layouts=[[4, 0], [2, 1]]))
        work.save(self.shift("S1"))
        work.save_rules(CITY, self.rules)

    def place(self, place_id: str, *, name: str, lat: float, lon: float) -> Place:
        return Place(service_id=CITY, id=place_id, name=name, lat=lat, lon=lon)

    def rider(self, rider_id: str, *, name: str, kana: str, phone: str) -> Rider:
        return Rider(service_id=CITY, id=rider_id, name=name, kana=kana, phone=phone, birth_year=1940)

    def home(self) -> RiderPlace:
        at = HOME.at
        return RiderPlace(service_id=CITY, id=HOME.id, rider_id=HANAKO, label="自宅", lat=at.lat, lon=at.lon)

    def shift(self, shift_id: str, *, weekdays: str = "01234", vehicle_id: str = "V1", start: str = "P002") -> Shift:
        return Shift(
            service_id=CITY,
            id=shift_id,
            vehicle_id=vehicle_id,
            weekdays=weekdays,
            valid_from=date(2026, 4, 1),
            valid_until=date(2027, 3, 31),
            start_s=28_800,
            end_s=61_200,
            break_earliest_s=41_400,
            break_latest_s=46_800,
            break_duration_s=3_600,
            start_place_id=start,
            end_place_id="P002",
        )

    def wish(self) -> Wish:
        return Wish(
            service_id=CITY,
            date=self.day,
            rider_id=HANAKO,
            origin=HOME,
            destination=CLINIC,
            time_kind=TimeKind.ARRIVE_BY,
            time_s=36_000,
            party=Party(passengers=(Passenger(),)),
            channel=Channel.PHONE,
            actor=self.actor,
        )

    def request(self, work: UnitOfWork) -> Request:
        return work.add_request(self.wish(), asked_at=self.moment, outcome=Outcome.OPEN)

    def offer(self, request: Request, *, rank: int = 1) -> Offer:
        return Offer(
            id=NO_ID,
            request_id=request.id,
            rank=rank,
            promise=self.promise,
            vehicle_id="V1",
            shift_id="S1",
            pickup_s=32_500,
            arrival_s=34_000,
            ride_s=1_400,
            direct_s=1_200,
            fare_yen=300,
            vouchers=0,
            added_m=5_000,
            others_delay_s=0,
            expires_at=self.moment,
            day_version=0,
        )

    def reservation(self, request: Request) -> Reservation:
        return Reservation(
            id=NO_ID,
            service_id=CITY,
            date=self.day,
            request_id=request.id,
            rider_id=HANAKO,
            party=request.wish.party,
            origin=HOME,
            destination=CLINIC,
            wished_origin=HOME,
            wished_destination=CLINIC,
            promise=self.promise,
            promise_state=PromiseState.OPEN,
            state=ReservationState.BOOKED,
            boarding_s=60,
            alighting_s=30,
            fare_yen=300,
            vouchers=0,
        )

    def route(self, *reservation_ids: int) -> Route:
        return Route(
            shift_id="S1",
            vehicle_id="V1",
            visits=tuple(
                Visit(
                    reservation_id=number,
                    task=task,
                    spot_key=spot.key,
                    start_s=32_500 + 600 * place,
                    service_s=60,
                )
                for place, (number, task, spot) in enumerate(
                    (number, task, spot)
                    for number in reservation_ids
                    for task, spot in ((Task.BOARD, HOME), (Task.ALIGHT, CLINIC))
                )
            ),
            depart_s=30_000,
            arrive_s=40_000,
            breaks=(),
            distance_m=12_000,
        )

    def plan(self, version: int, *routes: Route, violations: tuple[str, ...] = ()) -> Plan:
        return Plan(
            service_id=CITY,
            date=self.day,
            version=version,
            reason=PlanReason.ACCEPTED,
            routes=routes,
            made_at=self.moment,
            engine="insertion",
            seed=1,
            iterations=0,
            seconds=0.0,
            rules_digest="rules",
            travel_digest="travel",
            digest=plan_digest(routes),
            proof=Proof(checked_at=self.moment, problem_digest="problem", visits_checked=0, violations=violations),
        )

    def entry(self, *, version: int, kind: str, day: date = TUESDAY, **ids: int | str) -> JournalEntry:
        return JournalEntry(
            service_id=CITY,
            date=day,
            version=version,
            actor=self.actor,
            kind=kind,
            at=self.moment,
            ids=tuple(ids.items()),
        )

    def book(self, store: Store, *, expected_version: int) -> Reservation:
        """Everything that accepting an offer writes, in one unit of work."""
        with store.writing() as work:
            request = self.request(work)
            (offer,) = work.add_offers([self.offer(request)])
            version = work.claim_day(CITY, self.day, expected_version=expected_version)
            booked = work.add_reservation(self.reservation(request), offer_id=offer.id)
            work.publish_plan(self.plan(version, self.route(booked.id)))
            work.set_outcome(request.id, outcome=Outcome.BOOKED, at=self.moment)
            work.journal(self.entry(version=version, kind="accepted", reservation_id=booked.id, offer_id=offer.id))
        return booked
