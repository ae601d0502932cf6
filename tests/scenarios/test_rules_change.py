"""New rules: for the days to come, under every promise given, and never for the past."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from dispatch.model.errors import NotFound, RuleRefused
from dispatch.model.rules import ServiceRules
from dispatch.model.rules_diff import RuleChange
from dispatch.model.rules_file import rules_digest
from dispatch.model.times import parse_clock, to_moment
from dispatch.rulebook import RulesLoaded
from dispatch.store.journal import entry_of, verify_chain
from dispatch.store.memory import MemoryStore
from tests.scenarios.town import OPERATOR, SERVICE, TUESDAY, Town, open_town, town_rules

WEDNESDAY = TUESDAY + timedelta(days=1)


def rules_from(day: date, **changes: dict[str, object]) -> ServiceRules:
    return town_rules(**changes).model_copy(update={"effective_from": day})


def speed(kmh: float) -> dict[str, object]:
    return {"speeds": ({"from": "0:00", "kmh": kmh},)}


def load(town: Town, rules: ServiceRules) -> RulesLoaded:
    return town.desk.load_rules(service_id=SERVICE, rules=rules, actor=OPERATOR)


@pytest.fixture
def booked(town: Town) -> Town:
    """R1 rides on Tuesday, R2 on Wednesday."""
    for rider, day in (("R1", TUESDAY), ("R2", WEDNESDAY)):
        town.book(town.wish(rider, origin="home", destination="clinic", after="9:00", day=day))
    return town


def test_rules_govern_from_their_date_on(booked: Town) -> None:
    """A longer window from Wednesday on: Tuesday is untouched; Wednesday's promise stands under a plan proven anew."""
    promised = booked.store.reservations(SERVICE, WEDNESDAY)
    wider = rules_from(WEDNESDAY, promise={"pickup_window_min": 20})
    loaded = load(booked, wider)
    assert loaded.days == (WEDNESDAY,)
    assert loaded.changes == (
        RuleChange(key="effective_from", old="2021-04-01", new="2026-11-25"),
        RuleChange(key="promise.pickup_window_min", old="15", new="20"),
    )
    assert booked.store.day_version(SERVICE, TUESDAY) == 1
    assert booked.store.rules(SERVICE, TUESDAY).promise.pickup_window_min == 15
    state = booked.desk.day_state(service_id=SERVICE, day=WEDNESDAY)
    assert (state.version, state.plan.version, state.reservations) == (2, 2, promised)
    assert state.rules == wider
    assert state.plan.rules_digest == rules_digest(wider) != promised[0].promise.rules_digest
    journal = booked.store.journal(SERVICE, WEDNESDAY)
    assert (entry_of(journal.records[-1]).kind, verify_chain(journal)) == ("rules_changed", ())


@pytest.mark.parametrize("travel", [speed(29.0), speed(45.0), {"detour_factor": 1.02}])
def test_days_ahead_are_measured_by_the_new_rules(booked: Town, travel: dict[str, object]) -> None:
    """Slightly slower, faster, or a longer way round: the plans of both days are timed anew and the check is silent."""
    assert load(booked, rules_from(TUESDAY, travel=travel)).days == (TUESDAY, WEDNESDAY)
    for day in (TUESDAY, WEDNESDAY):
        assert booked.desk.check(service_id=SERVICE, day=day) == ()


def test_rules_under_which_a_promise_breaks_are_refused(booked: Town) -> None:
    """At 5 km/h R1 would arrive hours too late: the first such day is named, and nothing is stored."""
    with pytest.raises(RuleRefused) as caught:
        load(booked, rules_from(TUESDAY, travel=speed(5.0)))
    assert (caught.value.code, caught.value.values) == ("edit_breaks_promises", {"date": "2026-11-24", "count": 1})
    assert booked.store.rules(SERVICE, TUESDAY) == town_rules()
    assert [booked.store.day_version(SERVICE, day) for day in (TUESDAY, WEDNESDAY)] == [1, 1]


def test_the_past_is_not_rewritten(booked: Town) -> None:
    """On Wednesday morning, rules from Tuesday are refused by name, those from Wednesday are taken."""
    booked.clock.set(to_moment(WEDNESDAY, parse_clock("6:00")))
    with pytest.raises(RuleRefused) as caught:
        load(booked, rules_from(TUESDAY, booking={"horizon_days": 3}))
    assert (caught.value.code, caught.value.values) == (
        "rules_in_the_past",
        {"date": "2026-11-24", "today": "2026-11-25"},
    )
    assert load(booked, rules_from(WEDNESDAY, booking={"horizon_days": 3})).days == (WEDNESDAY,)
    assert booked.store.rules(SERVICE, TUESDAY) == town_rules()


def test_after_midnight_the_day_still_running_is_no_past(booked: Town) -> None:
    """At 24:30 of Tuesday, rules from Tuesday on are judged by Tuesday's promises, not refused as past."""
    booked.clock.set(to_moment(TUESDAY, parse_clock("24:30")))
    with pytest.raises(RuleRefused, match="edit_breaks_promises"):
        load(booked, rules_from(TUESDAY, travel=speed(5.0)))
    assert load(booked, rules_from(TUESDAY, booking={"horizon_days": 3})).days == (TUESDAY, WEDNESDAY)
    assert booked.desk.check(service_id=SERVICE, day=TUESDAY) == ()


def test_the_same_rules_change_nothing_and_the_same_date_replaces(booked: Town) -> None:
    """Loaded twice: the second time nothing is written. Loaded corrected: the correction is in force."""
    first = rules_from(WEDNESDAY, booking={"horizon_days": 3})
    load(booked, first)
    versions = booked.store.stamp(SERVICE, WEDNESDAY)
    assert load(booked, first) == RulesLoaded(changes=(), days=())
    assert booked.store.stamp(SERVICE, WEDNESDAY) == versions
    again = load(booked, rules_from(WEDNESDAY, booking={"horizon_days": 5}))
    assert again.changes == (RuleChange(key="booking.horizon_days", old="3", new="5"),)
    assert booked.store.rules(SERVICE, WEDNESDAY).booking.horizon_days == 5


def test_rules_in_force_later_keep_their_days(booked: Town) -> None:
    """Wednesday has rules of its own already: new ones from Tuesday govern Tuesday only."""
    load(booked, rules_from(WEDNESDAY, booking={"horizon_days": 3}))
    assert load(booked, rules_from(TUESDAY, booking={"horizon_days": 4})).days == (TUESDAY,)
    assert booked.store.rules(SERVICE, WEDNESDAY).booking.horizon_days == 3


def test_a_day_without_trips_moves_too(town: Town) -> None:
    """An offer for Wednesday stands open: its day gets a new version, so that an acceptance under way looks again."""
    offered = town.offered(town.wish("R1", origin="home", destination="clinic", after="9:00", day=WEDNESDAY))
    assert load(town, rules_from(WEDNESDAY, booking={"horizon_days": 3})).days == ()
    assert town.store.day_version(SERVICE, WEDNESDAY) == 1
    given = town.desk.accept(offer_id=offered.offers[0].id, actor=OPERATOR)
    assert given.promise == offered.offers[0].promise


def test_the_first_rules_of_a_service_are_all_new() -> None:
    """Before any rules were loaded, every key is told as new; an unknown service is named."""
    town = open_town(MemoryStore(), rules=rules_from(WEDNESDAY))
    loaded = load(town, rules_from(TUESDAY))
    assert {change.old for change in loaded.changes} == {""}
    assert RuleChange(key="service.open", old="", new="8:00") in loaded.changes
    with pytest.raises(NotFound, match="unknown_service"):
        town.desk.load_rules(service_id="elsewhere", rules=rules_from(TUESDAY), actor=OPERATOR)
