"""When every vehicle is blocked: the rule at each, in words, and what would help."""

from __future__ import annotations

import pytest

from dispatch.model.offer import Refusal, ReliefKind, Rule, VehicleRefusal
from dispatch.model.wording import Lang, say
from dispatch.store.memory import MemoryStore
from tests.scenarios.town import WHEELCHAIR_USER, Town, open_town, party_of, town_rules

NO_CHOICE = {"search_earlier_min": 0, "search_later_min": 0}


def only_taxi(layouts: tuple[tuple[int, int], ...] = ((4, 0),)) -> Town:
    """One taxi, and no alternatives around the wish."""
    return open_town(MemoryStore(), rules=town_rules(promise=NO_CHOICE), layouts=(layouts,))


def blocked(refusal: Refusal, vehicle_id: str) -> VehicleRefusal:
    return next(vehicle for vehicle in refusal.vehicles if vehicle.vehicle_id == vehicle_id)


def test_promises_to_others_block_and_another_time_helps() -> None:
    """The only taxi has promised R1 to leave the depot for the spa between 9:00 and 9:15; the spa is 34 minutes away.

    So it cannot be at the spa between 9:00 and 9:15 for R2: about 20 minutes later it has arrived with R1.
    """
    town = only_taxi()
    town.book(town.wish("R1", origin="depot", destination="spa", after="9:00"))
    refused = town.refused(town.wish("R2", origin="spa", destination="school", after="9:00"))
    assert refused.refusal.code == "no_vehicle"
    vehicle = blocked(refused.refusal, "V1")
    assert vehicle.rule is Rule.OTHER_PROMISES
    assert vehicle.relief.kind in (ReliefKind.LATER, ReliefKind.EARLIER)
    assert 20 * 60 <= vehicle.relief.amount_s <= 30 * 60


def test_the_break_blocks_and_has_its_name() -> None:
    """From the school at 12:30 the driver is on a break that ends at 14:00 at the latest and cannot begin later than
    13:00: with a trip at 11:00 to the spa before it, nothing is possible at 12:20."""
    town = only_taxi()
    town.book(town.wish("R1", origin="depot", destination="spa", after="11:20"))
    vehicle = blocked(town.refused(town.wish("R2", origin="spa", destination="depot", after="12:30")).refusal, "V1")
    assert vehicle.rule is Rule.BREAK
    assert vehicle.relief.kind in (ReliefKind.LATER, ReliefKind.EARLIER)


def test_a_wheelchair_is_refused_by_the_taxi_that_has_no_place_for_it() -> None:
    """V2 has the wheelchair place but is taken; V1 has none, and no other time would change that."""
    town = open_town(MemoryStore(), rules=town_rules(promise=NO_CHOICE))
    town.book(town.wish("R1", origin="depot", destination="spa", after="9:00", party=WHEELCHAIR_USER))
    refusal = town.refused(
        town.wish("R2", origin="depot", destination="clinic", after="9:00", party=WHEELCHAIR_USER)
    ).refusal
    assert blocked(refusal, "V1").rule is Rule.WHEELCHAIR_PLACES
    assert blocked(refusal, "V1").relief.kind is ReliefKind.NONE
    assert blocked(refusal, "V2").relief.kind is not ReliefKind.NONE


def test_fewer_people_would_fit() -> None:
    """Five people ask while the large taxi is away: the small one has four seats at any time, so one stays behind."""
    town = open_town(MemoryStore(), rules=town_rules(promise=NO_CHOICE))
    town.book(town.wish("R1", origin="depot", destination="spa", after="9:00", party=party_of(6)))
    refusal = town.refused(
        town.wish("R2", origin="depot", destination="clinic", after="9:00", party=party_of(5))
    ).refusal
    small = blocked(refusal, "V1")
    assert (small.rule, small.relief.kind, small.relief.seats) == (Rule.SEATS, ReliefKind.FEWER_SEATS, 1)


@pytest.mark.parametrize("lang", list(Lang))
def test_every_rule_and_relief_has_its_words(lang: Lang) -> None:
    """What a refusal may name can be read to the caller."""
    for rule in Rule:
        assert say(f"rule.{rule.value}", lang)
    for kind in ReliefKind:
        assert say(f"relief.{kind.value}", lang, duration="5", seats=1)
