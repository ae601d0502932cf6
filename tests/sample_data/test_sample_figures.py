"""The year of requests keeps to the figures it was made from (``sample_data.facts``).

Shares are compared within four standard errors of a binomial share, ``sqrt(p (1 - p) / n)``: with a fixed seed a
correct generator fails such a test once in some ten thousand seeds. Draws that come in pairs (a cancelled outing takes
its return along) count once.
"""

from __future__ import annotations

from collections import Counter
from math import sqrt

import pytest

from dispatch.model.actor import Channel
from dispatch.model.demand import Fate
from dispatch.model.wish import TimeKind
from maps.geo import LatLon, distance_m
from sample_data import facts
from sample_data.people import REFERENCE_YEAR
from tests.sample_data.kept import history, homeward, outward, places, rider_places, riders

NOON_S = 12 * 3600


def assert_share(*, found: int, of: int, expected: float) -> None:
    error = sqrt(expected * (1 - expected) / of)
    assert abs(found / of - expected) <= 4 * error, f"{found}/{of} is not {expected}"


def test_rides_a_weekday() -> None:
    """Between 50 and 60 rides on an average service day, around 241 such days in the year."""
    days = Counter(request.day_offset for request in history())
    assert 50 <= len(history()) / len(days) <= 60
    assert 235 <= len(days) <= 250
    assert all(offset % 7 < 5 for offset in days)


def test_days_differ() -> None:
    """A planner sees busy and quiet days: the busiest tenth has at least half as many rides again as the quietest."""
    counts = sorted(Counter(request.day_offset for request in history()).values())
    assert counts[-len(counts) // 10] >= 1.5 * counts[len(counts) // 10]


@pytest.mark.parametrize("purpose", facts.PURPOSE_SHARES)
def test_purposes(purpose: str) -> None:
    """Each purpose has its share of the outbound rides."""
    found = sum(request.purpose == purpose for request in outward())
    assert_share(found=found, of=len(outward()), expected=facts.PURPOSE_SHARES[purpose])


@pytest.mark.parametrize("hour", facts.HOUR_SHARES)
def test_hours_of_leaving_home(hour: int) -> None:
    """Outbound rides that name their departure (the others name an arrival) keep the shares of the hours."""
    leaving = [request for request in outward() if request.time_kind is TimeKind.DEPART_AFTER]
    found = sum(request.time_s // 3600 == hour for request in leaving)
    assert_share(found=found, of=len(leaving), expected=facts.HOUR_SHARES[hour])


@pytest.mark.parametrize("size", facts.PARTY_SHARES)
def test_party_sizes(size: int) -> None:
    """Most ride alone."""
    found = sum(request.party.size == size for request in outward())
    assert_share(found=found, of=len(outward()), expected=facts.PARTY_SHARES[size])


def test_returns() -> None:
    """85 % of the outbound rides of the morning are followed by a return of the same rider."""
    morning = {request.request_no for request in outward() if request.time_s < NOON_S}
    found = sum(request.linked_no in morning for request in homeward())
    assert_share(found=found, of=len(morning), expected=facts.RETURN_SHARE)


def test_how_times_are_named() -> None:
    """Patients mostly name an arrival on the way out; nearly everybody a departure on the way home."""
    medical = [request for request in outward() if request.purpose == "medical"]
    arriving = sum(request.time_kind is TimeKind.ARRIVE_BY for request in medical)
    assert_share(found=arriving, of=len(medical), expected=facts.ARRIVE_BY_MEDICAL)
    leaving = sum(request.time_kind is TimeKind.DEPART_AFTER for request in homeward())
    assert_share(found=leaving, of=len(homeward()), expected=facts.DEPART_AFTER_RETURN)


def test_telephone_and_web() -> None:
    """85 % of the outings are booked by telephone."""
    found = sum(request.channel is Channel.PHONE for request in outward())
    assert_share(found=found, of=len(outward()), expected=facts.PHONE_SHARE)


def test_cancellations_and_no_shows() -> None:
    """5 % of the outings are cancelled; of the rest, 0.7 % of the riders are not at the door."""
    cancelled = sum(request.fate is Fate.CANCELLED for request in outward())
    assert_share(found=cancelled, of=len(outward()), expected=facts.CANCEL_SHARE)
    missed = sum(request.fate is Fate.NO_SHOW for request in outward())
    assert_share(found=missed, of=len(outward()) - cancelled, expected=facts.NO_SHOW_SHARE)


def test_how_early_people_book() -> None:
    """Within 3 points of the figures: these come together from several draws and are tuned, not drawn."""
    earlier = sum(request.asked_day_offset < request.day_offset for request in history()) / len(history())
    assert earlier == pytest.approx(facts.PREVIOUS_DAYS_SHARE, abs=0.03)
    at_once = sum(
        request.asked_day_offset == request.day_offset and request.time_s - request.asked_time_s <= 35 * 60
        for request in history()
    )
    assert at_once / len(history()) == pytest.approx(facts.NOW_SHARE, abs=0.03)


@pytest.mark.parametrize("band", facts.AGE_BANDS, ids=lambda band: f"{band.youngest}-{band.oldest}")
def test_ages_of_those_who_ride(band: facts.AgeBand) -> None:
    """Each age band has its share of the outings, and of the riders registered."""
    ages = [REFERENCE_YEAR - riders()[request.rider_id].birth_year for request in outward()]
    found = sum(band.youngest <= age <= band.oldest for age in ages)
    assert_share(found=found, of=len(ages), expected=band.share)
    registered = sum(band.youngest <= REFERENCE_YEAR - rider.birth_year <= band.oldest for rider in riders().values())
    assert registered == round(facts.RIDERS * band.share)


def test_registered_riders_who_ride() -> None:
    """About 36 % of those registered ride at all during the year."""
    active = len({request.rider_id for request in history()})
    assert_share(found=active, of=len(riders()), expected=facts.ACTIVE_SHARE)


def test_length_of_trips() -> None:
    """The mean road trip (straight line × 1.3) is 5 km, within half a kilometre."""
    sample = outward()[::7]
    ends = [(rider_places()[request.origin_id], places()[request.destination_id]) for request in sample]
    road_km = [
        distance_m(origin=LatLon(home.lat, home.lon), destination=LatLon(place.lat, place.lon)) * 1.3 / 1000
        for home, place in ends
    ]
    assert sum(road_km) / len(sample) == pytest.approx(facts.MEAN_ROAD_KM, abs=0.5)
