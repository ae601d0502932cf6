"""An alert says what is true: how late, or how little reserve is left."""

from __future__ import annotations

import pytest

from dispatch.model.promise import BreachCause
from dispatch.model.reservation import Reservation
from dispatch.progress.alerts import Alert, Outlook, Remedy
from dispatch.progress.promises import Standing
from dispatch.store.memory import MemoryStore
from tests.scenarios.reporting import arrived, at_clock, boarded, reported, undone
from tests.scenarios.test_outages import ALL, broken, withdrawn
from tests.scenarios.town import OPERATOR, SERVICE, TUESDAY, TWO_TAXIS, Town, open_town, town_rules


def watched(town: Town) -> list[Alert]:
    return list(town.desk.alerts(service_id=SERVICE, day=TUESDAY))


def one_taxi(margin_min: int) -> tuple[Town, Reservation]:
    """Depot to the clinic, eight minutes, to arrive by 9:40; an alert when less than ``margin_min`` are left."""
    rules = town_rules().model_dump() | {"progress": {"risk_margin_min": margin_min}}
    town = open_town(MemoryStore(), rules=type(town_rules()).model_validate(rules), layouts=TWO_TAXIS[:1])
    return town, town.book(town.wish("R0", origin="depot", destination="clinic", after="9:00"))


@pytest.mark.parametrize(
    ("boards", "outlook", "minutes"),
    [
        ("9:25", Outlook.CLOSE, 7),
        ("9:31", Outlook.CLOSE, 1),
        ("9:32", Outlook.NO_RESERVE, 0),
        ("9:33", Outlook.LATE, 1),
    ],
)
def test_an_alert_within_the_margin_names_the_reserve(boards: str, outlook: Outlook, minutes: int) -> None:
    """Eight minutes of driving: from 9:25 on, the clinic is reached seven minutes before 9:40; from 9:32 on, just in
    time; from 9:33 on, a minute late."""
    town, trip = one_taxi(10)
    assert trip.promise.arrival_latest_s == 9 * 3600 + 40 * 60
    at_clock(town, boards)
    reported(town, arrived(trip, "9:05"), boarded(trip, boards))
    (alert,) = watched(town)
    assert (alert.entry.standing, alert.outlook, alert.minutes) == (Standing.AT_RISK, outlook, minutes)
    assert (alert.entry.late_s, alert.entry.reserve_s)[outlook is not Outlook.LATE] == minutes * 60


def test_without_a_margin_nobody_is_alerted_before_it_is_late() -> None:
    """At 9:33 with the promise at 9:40: on course."""
    town, trip = one_taxi(0)
    at_clock(town, "9:25")
    reported(town, arrived(trip, "9:05"), boarded(trip, "9:25"))
    assert watched(town) == []


def test_a_declared_breach_that_is_in_time_after_all_says_so() -> None:
    """At 9:37 the party is taken to have just boarded, which cannot be in time; they boarded at 9:32, says the driver
    then, and are almost there."""
    town, trip = one_taxi(10)
    at_clock(town, "9:37")
    wrong = boarded(trip, "9:37")
    reported(town, arrived(trip, "9:05"), wrong)
    town.desk.declare_breaches(service_id=SERVICE, day=TUESDAY, actor=OPERATOR, cause=BreachCause.DELAY)
    reported(town, undone(wrong, "9:37"), boarded(trip, "9:32"))
    (alert,) = watched(town)
    assert (alert.entry.standing, alert.outlook) == (Standing.BREACHED, Outlook.IN_TIME)


def test_who_was_given_up_is_to_be_called_and_nothing_else() -> None:
    """The only taxi breaks down at 8:50 and the rider of nine o'clock is given up: no plan will ever drive them."""
    town, trip = one_taxi(10)
    at_clock(town, "8:50")
    withdrawn(town, broken("S1"), ALL)
    (alert,) = watched(town)
    assert (alert.entry.trip.id, alert.outlook, alert.remedies) == (trip.id, Outlook.GIVEN_UP, (Remedy.CALL,))
