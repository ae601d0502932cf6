"""One day at the desk, by insertion alone or with the search between the calls.

The calls are replayed by the engine of the studies: each is proposed at its moment and its first offer accepted, and
vehicles do what the plan in force says. By insertion alone nobody ever plans again. With the search, every accepted
call is followed by one search as the worker makes it between events, which publishes only what is worth its
disturbance, and the day begins with one that publishes whatever is shorter.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from benchmarks.online.days import SampleDay
from dispatch.desk import Desk
from dispatch.model.actor import Actor
from dispatch.model.errors import PlanRejected
from dispatch.model.reservation import Reservation
from dispatch.model.times import ManualClock
from dispatch.planning.outcome import BY_RULES, Effort, Iterations, PlanOutcome, Spare, Verdict
from dispatch.planning.worker import WORKER
from dispatch.solver_bridge.travel import TravelBooks, straight_times
from dispatch.solver_bridge.workplace import Workplace
from dispatch.study.city import DAY_ZERO, settle_city
from dispatch.study.replay import DayFigures, Replay
from sample_data.tables import SERVICE_ID


@dataclass(frozen=True, slots=True, kw_only=True)
class InsertionDesk(Desk):
    """Leaves every plan as insertion made it."""

    def replan(self, *, service_id: str, day: date, actor: Actor, effort: Effort = BY_RULES) -> PlanOutcome:
        plan = self.plan(service_id=service_id, day=day)
        return PlanOutcome(
            plan=plan,
            verdict=Verdict.NO_BETTER,
            unserved=(),
            before_m=0,
            after_m=0,
            iterations=0,
            seconds=0.0,
            engine="",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchingDesk(Desk):
    """Searches for ``steps`` steps after each promise."""

    steps: int

    def accept(self, *, offer_id: int, actor: Actor, overlap_confirmed: bool = False) -> Reservation:
        trip = Desk.accept(self, offer_id=offer_id, actor=actor, overlap_confirmed=overlap_confirmed)
        spare = Spare(bound=Iterations(value=self.steps), seed=trip.id, wanted=lambda: False)
        with suppress(PlanRejected):  # as the worker: the plan in force stays
            self.replan(service_id=trip.service_id, day=trip.date, actor=WORKER, effort=spare)
        return trip


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskDay:
    """A day that is over. ``broken`` is everything that the judge finds wrong with it: no promise may be among it."""

    desk: Desk
    figures: DayFigures
    broken: tuple[str, ...]

    @property
    def km_a_ride(self) -> float:
        """Kilometres driven per ride served; 0 when there is none."""
        return self.figures.distance_m / 1000 / self.figures.served if self.figures.served else 0.0


def lived(day: SampleDay, *, vehicles: int, steps: int) -> DeskDay:
    """Live through a day; ``steps`` of 0 is insertion alone."""
    clock = ManualClock()
    store = settle_city(day.city, fleet=vehicles)
    workplace = Workplace(store=store, clock=clock, travel=TravelBooks(straight_times))
    desk = SearchingDesk(workplace=workplace, steps=steps) if steps else InsertionDesk(workplace=workplace)
    figures = Replay(desk, clock, service_id=SERVICE_ID, steps=max(1, steps)).day(day.calls)
    broken = tuple(finding.text for finding in desk.check(service_id=SERVICE_ID, day=DAY_ZERO))
    return DeskDay(desk=desk, figures=figures, broken=broken)
