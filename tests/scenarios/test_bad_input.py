"""Bad input: a clear code, and nothing lost. What the rules refuse leaves a request; nonsense leaves nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest

from dispatch.booking.proposal import Refused
from dispatch.model.catalog import Place, Rider
from dispatch.model.errors import Conflict, InvalidInput, NotFound, OdekakeError
from dispatch.model.party import Party
from dispatch.model.spot import SpotKind, SpotRef
from dispatch.model.times import parse_clock, to_moment
from dispatch.model.wish import NO_RIDER, Guest, Outcome, WishForm
from dispatch.model.wording import Lang, say
from dispatch.store.memory import MemoryStore
from maps.geo import LatLon
from tests.scenarios.town import SERVICE, TUESDAY, WHEELCHAIR_USER, Town, open_town, party_of, town_rules

SATURDAY = date(2026, 11, 28)
LABOUR_DAY = date(2026, 11, 23)
FAR_AWAY = SpotRef(kind=SpotKind.POINT, at=LatLon(36.5, 139.84))


def refused_with(town: Town, form: WishForm) -> Refused:
    """The refusal, once it is sure that its sentences exist in both languages and the request is kept."""
    refused = town.refused(form)
    for lang in Lang:
        assert say(f"error.{refused.refusal.code}.cause", lang, **dict(refused.refusal.values))
        assert say(f"error.{refused.refusal.code}.action", lang, **dict(refused.refusal.values))
    stored = town.store.request(refused.request.id)
    assert (stored.outcome, stored.outcome_code) == (Outcome.REFUSED, refused.refusal.code)
    return refused


@pytest.mark.parametrize(
    ("code", "wishes"),
    [
        ("outside_hours", {"after": "7:00"}),
        ("outside_hours", {"after": "17:00"}),
        ("outside_hours", {"by": "17:05"}),
        ("outside_hours", {"by": "8:00"}),
        ("ends_too_late", {"after": "16:58"}),
        ("arrive_by_impossible", {"by": "8:05"}),
        ("not_service_day", {"after": "9:00", "day": SATURDAY}),
        ("beyond_horizon", {"after": "9:00", "day": TUESDAY + timedelta(days=8)}),
        ("in_the_past", {"after": "9:00", "day": LABOUR_DAY}),
        ("party_too_large", {"after": "9:00", "party": party_of(7)}),
        ("party_over_limit", {"after": "9:00", "party": party_of(9)}),
    ],
)
def test_the_rules_say_no_before_any_vehicle_is_asked(
    town: Town, code: str, wishes: dict[str, str | date | Party]
) -> None:
    """Depot to clinic takes 8 minutes; each wish breaks one rule of the service and is refused by its code."""
    form = town.wish("R1", origin="depot", destination="clinic", **wishes)  # type: ignore[arg-type]
    refused = refused_with(town, form)
    assert refused.refusal.code == code
    assert refused.refusal.vehicles == ()


def test_booking_ends_half_an_hour_before_the_pickup(town: Town) -> None:
    """At 9:00 a pick-up after 9:30 can be booked, one after 9:25 no more."""
    town.clock.set(to_moment(TUESDAY, parse_clock("9:00")))
    late = town.wish("R1", origin="depot", destination="clinic", after="9:25")
    assert refused_with(town, late).refusal.code == "after_cutoff"
    assert town.offered(town.wish("R1", origin="depot", destination="clinic", after="9:30")).offers


def test_no_offer_begins_before_the_cut_off(town: Town) -> None:
    """Alternatives too: at 9:00 nothing is offered before 9:30, although the wish for 9:40 looks an hour earlier."""
    town.clock.set(to_moment(TUESDAY, parse_clock("9:00")))
    offers = town.offered(town.wish("R1", origin="depot", destination="clinic", after="9:40")).offers
    assert min(offer.promise.pickup_earliest_s for offer in offers) >= parse_clock("9:30")


def test_arriving_earlier_than_possible_is_named(town: Town) -> None:
    """At 9:00, by 9:45: window from 9:30, wide 15 minutes, 1 minute boarding and 8 driving: 9:54 is the first."""
    town.clock.set(to_moment(TUESDAY, parse_clock("9:00")))
    refusal = refused_with(town, town.wish("R1", origin="depot", destination="clinic", by="9:45")).refusal
    assert (refusal.code, dict(refusal.values)) == ("arrive_by_impossible", {"time": "9:54"})


def test_a_time_between_opening_and_closing_is_answered_with_one_that_would_do(town: Town) -> None:
    """Nine minutes with the boarding, after a window of 15: arriving from 8:24 on, fetched until 16:35 (16:36 less 1).

    Asked for again with the time that was said, both are answered with offers.
    """
    early = town.wish("R1", origin="depot", destination="clinic", by="8:05")
    late = town.wish("R2", origin="depot", destination="clinic", after="16:58")
    assert dict(refused_with(town, early).refusal.values) == {"time": "8:24"}
    assert dict(refused_with(town, late).refusal.values) == {"close": "17:00", "time": "16:35"}
    assert town.offered(replace(early, time_s=parse_clock("8:24"))).offers
    assert town.offered(replace(late, time_s=parse_clock("16:35"))).offers


def test_a_point_outside_the_area_is_refused(town: Town) -> None:
    """5.5 km north of the boundary; a point just 200 m outside is within the margin of 300 m."""
    form = town.wish("R1", origin="depot", destination="clinic", after="9:00")
    assert refused_with(town, replace(form, destination=FAR_AWAY)).refusal.code == "outside_area"
    just_outside = SpotRef(kind=SpotKind.POINT, at=LatLon(36.45 + 0.0018, 139.86))
    assert town.offered(replace(form, destination=just_outside)).offers


def test_one_end_may_be_a_listed_place_outside(town: Town) -> None:
    """The spa lies outside: from the clinic to the spa is served, from the spa to a bare point outside is not."""
    to_spa = town.wish("R1", origin="clinic", destination="spa", after="9:00")
    assert town.offered(to_spa).offers
    beyond = replace(to_spa, origin=SpotRef(kind=SpotKind.PLACE, id="spa"), destination=FAR_AWAY)
    assert refused_with(town, beyond).refusal.code == "outside_area"


def test_places_outside_only_when_the_rules_list_them() -> None:
    """The same trip to the spa is refused where the rules keep to the boundary."""
    strict = open_town(MemoryStore(), rules=town_rules(area={"listed_places_outside": False}))
    form = strict.wish("R1", origin="clinic", destination="spa", after="9:00")
    assert refused_with(strict, form).refusal.code == "outside_area"


def test_without_a_shift_the_day_is_refused() -> None:
    """A town whose taxis have no shift on the day says so, instead of blaming vehicles."""
    idle = open_town(MemoryStore(), rules=town_rules(), layouts=())
    form = idle.wish("R1", origin="depot", destination="clinic", after="9:00")
    assert refused_with(idle, form).refusal.code == "no_shift"


def test_a_wheelchair_needs_a_vehicle_that_takes_one() -> None:
    """With two plain taxis no layout has a wheelchair place: nobody is asked to make two bookings of one person."""
    plain = open_town(MemoryStore(), rules=town_rules(), layouts=(((4, 0),), ((4, 0),)))
    form = plain.wish("R1", origin="depot", destination="clinic", after="9:00", party=WHEELCHAIR_USER)
    assert refused_with(plain, form).refusal.code == "no_wheelchair_place"


def test_more_wheelchairs_than_places_are_a_party_too_large(town: Town) -> None:
    """One taxi takes one wheelchair: two of them make two bookings."""
    both = Party(passengers=WHEELCHAIR_USER.passengers * 2)
    form = town.wish("R1", origin="depot", destination="clinic", after="9:00", party=both)
    assert refused_with(town, form).refusal.code == "party_too_large"


def broken(form: WishForm, how: str) -> WishForm:
    nowhere = SpotRef(kind=SpotKind.POINT, at=LatLon(91.0, 0.0))
    changes: dict[str, WishForm] = {
        "unknown_rider": replace(form, rider_id="R99"),
        "unknown_place": replace(form, destination=SpotRef(kind=SpotKind.PLACE, id="moon")),
        "unknown_rider_place": replace(form, destination=SpotRef(kind=SpotKind.RIDER_PLACE, id="R2-home")),
        "unknown_reservation": replace(form, linked_to=99),
        "same_place": replace(form, destination=form.origin),
        "bad_time": replace(form, time_s=30 * 3600 + 1),
        "bad_point": replace(form, destination=nowhere),
    }
    return changes[how]


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("unknown_rider", NotFound),
        ("unknown_place", NotFound),
        ("unknown_rider_place", NotFound),
        ("unknown_reservation", NotFound),
        ("same_place", InvalidInput),
        ("bad_time", InvalidInput),
        ("bad_point", InvalidInput),
    ],
)
def test_nonsense_is_an_error_and_leaves_nothing(town: Town, code: str, kind: type[OdekakeError]) -> None:
    """What cannot even be written down as a wish raises its code; no request is stored.

    Another rider's home is unknown to R1: whether it exists is nobody's business.
    """
    form = town.wish("R1", origin="home", destination="clinic", after="9:00")
    with pytest.raises(kind) as raised:
        town.desk.propose(form=broken(form, code))
    assert raised.value.code == code
    assert town.store.requests(SERVICE, TUESDAY) == ()


def test_inactive_places_and_riders_are_refused_and_counted(town: Town) -> None:
    """A closed clinic and a rider who has moved away are refused by their codes, and the demand is kept."""
    clinic, rider = town.store.place(SERVICE, "clinic"), town.store.rider(SERVICE, "R1")
    form = town.wish("R1", origin="home", destination="clinic", after="9:00")
    with town.store.writing() as work:
        work.save(Place(**(clinic.model_dump() | {"active": False})))
    assert refused_with(town, form).refusal.code == "place_closed"
    with town.store.writing() as work:
        work.save(Rider(**(rider.model_dump() | {"active": False})))
    assert refused_with(town, form).refusal.code == "rider_inactive"


def test_a_guest_where_guests_may_not_ride_leaves_a_demand_and_no_name(town: Town) -> None:
    """The refusal is counted with its code; the guest's name and phone are not kept, and need not be given."""
    form = replace(town.wish("R1", origin="station", destination="clinic", after="9:00"), rider_id=NO_RIDER)
    named = refused_with(town, replace(form, guest=Guest(name="山田", kana="やまだ", phone="0285")))
    assert refused_with(town, form).refusal.code == named.refusal.code == "guests_not_allowed"
    with pytest.raises(NotFound, match="unknown_guest"):
        town.store.guest(named.request.id)


def test_a_guest_needs_name_and_phone_and_they_are_kept_apart() -> None:
    """Where guests may ride, the request carries no name; the guest is stored beside it."""
    open_to_all = open_town(MemoryStore(), rules=town_rules(booking={"guests_allowed": True}))
    form = open_to_all.wish(NO_RIDER, origin="station", destination="clinic", after="9:00")
    with pytest.raises(InvalidInput, match="guest_incomplete"):
        open_to_all.desk.propose(form=form)
    guest = Guest(name="佐藤", kana="さとう", phone="0285-00-0000")
    reservation = open_to_all.book(replace(form, guest=guest))
    assert reservation.rider_id == NO_RIDER
    assert open_to_all.store.guest(reservation.request_id) == guest


def test_a_second_trip_at_the_same_time_is_asked_about(town: Town) -> None:
    """R1 rides at 9:00; another trip at 9:10 is a question until it is confirmed, one at 14:00 is not."""
    town.book(town.wish("R1", origin="home", destination="clinic", after="9:00"))
    with pytest.raises(Conflict) as asked:
        town.desk.propose(form=town.wish("R1", origin="station", destination="market", after="9:10"))
    assert asked.value.code == "overlapping_reservation"
    assert asked.value.values["pickup_from"] == "9:00"
    town.book(town.wish("R1", origin="station", destination="market", after="9:10", overlap_confirmed=True))
    assert town.offered(town.wish("R1", origin="clinic", destination="home", after="14:00")).offers
    assert town.offered(town.wish("R2", origin="station", destination="market", after="9:10")).offers


def test_a_trip_asked_about_and_given_up_is_not_lost(town: Town) -> None:
    """Asked twice whether a second trip is meant, the caller hangs up: one abandoned request says why."""
    town.book(town.wish("R1", origin="home", destination="clinic", after="9:00"))
    for _ in range(2):
        with pytest.raises(Conflict):
            town.desk.propose(form=town.wish("R1", origin="station", destination="market", after="9:10"))
    _, asked = town.store.requests(SERVICE, TUESDAY)
    assert (asked.outcome, asked.outcome_code) == (Outcome.ABANDONED, "overlapping_reservation")
    town.offered(town.wish("R1", origin="station", destination="market", after="9:15", overlap_confirmed=True))
    assert town.store.request(asked.id).outcome is Outcome.ABANDONED, "another time is another request"


def test_a_trip_asked_about_and_confirmed_is_one_request(town: Town) -> None:
    """The yes takes up the request that was asked about: same number, same moment of asking, then booked."""
    town.book(town.wish("R1", origin="home", destination="clinic", after="9:00"))
    form = town.wish("R1", origin="station", destination="market", after="9:10")
    with pytest.raises(Conflict):
        town.desk.propose(form=form)
    asked = town.store.requests(SERVICE, TUESDAY)[-1]
    town.clock.advance(seconds=60)
    reservation = town.book(replace(form, overlap_confirmed=True))
    assert reservation.request_id == asked.id
    stored = town.store.request(asked.id)
    assert (stored.outcome, stored.asked_at) == (Outcome.BOOKED, asked.asked_at)
    assert len(town.store.requests(SERVICE, TUESDAY)) == 2
    kinds = [json.loads(record.body)["kind"] for record in town.store.journal(SERVICE, TUESDAY).records]
    assert kinds == ["accepted", "confirmed", "accepted"]
