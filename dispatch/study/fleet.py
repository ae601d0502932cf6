"""How many vehicles does the city need? The same requests, replayed for each size of fleet.

Days of a history do not depend on each other, so they are replayed in blocks, one job each, on any executor of
`concurrent.futures`: the figures are the same however many workers there are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from itertools import groupby
from typing import Protocol

from dispatch.desk import Desk
from dispatch.model.demand import HistoricalRequest
from dispatch.model.errors import InvalidInput
from dispatch.model.times import ManualClock
from dispatch.report import percentile_s
from dispatch.solver_bridge.travel import TravelBooks, straight_times
from dispatch.solver_bridge.workplace import Workplace
from dispatch.study.city import City, settle_city
from dispatch.study.replay import DayFigures, Replay

REPLAN_STEPS = 100
"""Search steps of each day's re-plan: enough to settle the early bookings, few enough for a year in minutes."""

DAYS_PER_JOB = 5


class Executor(Protocol):
    """What a sweep needs of `concurrent.futures.Executor`."""

    def submit(
        self, work: Callable[[FleetJob], tuple[DayFigures, ...]], job: FleetJob, /
    ) -> Future[tuple[DayFigures, ...]]: ...


class InThisProcess:
    """An executor without workers: each job is done when it is submitted."""

    def submit(
        self, work: Callable[[FleetJob], tuple[DayFigures, ...]], job: FleetJob, /
    ) -> Future[tuple[DayFigures, ...]]:
        done: Future[tuple[DayFigures, ...]] = Future()
        done.set_result(work(job))
        return done


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetJob:
    """Some days of a history with one size of fleet. ``days`` holds the requests of each day."""

    city: City
    vehicles: int
    days: tuple[tuple[HistoricalRequest, ...], ...]
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetFigures:
    """What a fleet of ``vehicles`` makes of the demand. Times in seconds, of all rides of all days.

    ``wait`` is scheduled boarding minus the start of the promised window; ``ride_s`` and ``direct_s`` are sums, so
    that their ratio is that of the whole; ``refused`` counts reasons, the most frequent first. ``wait_*_s`` are 0 when
    nobody rides.
    """

    vehicles: int
    days: int
    requests: int
    served: int
    refused: tuple[tuple[str, int], ...]
    rides: int
    wait_p50_s: int
    wait_p90_s: int
    ride_s: int
    direct_s: int
    distance_m: int
    on_road_s: int

    @property
    def served_share(self) -> float:
        """Share of the requests that got a promise, 0 to 1."""
        return self.served / self.requests if self.requests else 0.0

    @property
    def ride_over_direct(self) -> float:
        """Time aboard over direct time; 0 when nobody rides."""
        return self.ride_s / self.direct_s if self.direct_s else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    """A question: the first ``days`` days of ``demand`` for each size of fleet. ``seed`` goes to the planner."""

    city: City
    demand: tuple[HistoricalRequest, ...]
    sizes: tuple[int, ...]
    days: int
    seed: int


def sweep(question: Sweep, *, executor: Executor, on_day: Callable[[int], None]) -> tuple[FleetFigures, ...]:
    """The figures of each size, in the order of ``question.sizes``.

    ``on_day`` is told the number of days done each time some are; their sum is `days_of` times the number of sizes.

    Raises
    ------
    InvalidInput
        ``fleet_sizes`` when a size is not from 1 to 200; ``no_demand`` when there is no request.
    """
    days = days_of(question)
    if not question.sizes or not all(1 <= size <= 200 for size in question.sizes):
        raise InvalidInput("fleet_sizes")
    if not days:
        raise InvalidInput("no_demand")
    running = {size: [executor.submit(replayed, job) for job in _jobs(question, days, size)] for size in question.sizes}
    return tuple(_figures(size, list(_collected(running[size], on_day))) for size in question.sizes)


def days_of(question: Sweep) -> tuple[tuple[HistoricalRequest, ...], ...]:
    """The requests of the first days that have any, day by day."""
    ordered = sorted(question.demand, key=lambda request: (request.day_offset, request.request_no))
    days = [tuple(requests) for _, requests in groupby(ordered, key=lambda request: request.day_offset)]
    return tuple(days[: question.days])


def _jobs(question: Sweep, days: Sequence[tuple[HistoricalRequest, ...]], size: int) -> Iterator[FleetJob]:
    for first in range(0, len(days), DAYS_PER_JOB):
        block = tuple(days[first : first + DAYS_PER_JOB])
        callers = frozenset(request.rider_id for requests in block for request in requests)
        yield FleetJob(city=question.city.known_to(callers), vehicles=size, days=block, seed=question.seed)


def replayed(job: FleetJob) -> tuple[DayFigures, ...]:
    """Do one job, in whichever process it arrives."""
    planning = job.city.rules.planning.model_copy(update={"seed": job.seed})
    rules = job.city.rules.model_copy(update={"planning": planning})
    store = settle_city(job.city, fleet=job.vehicles)
    with store.writing() as work:
        work.save_rules(job.city.service.id, rules)
    clock = ManualClock()
    desk = Desk(workplace=Workplace(store=store, clock=clock, travel=TravelBooks(straight_times)))
    replay = Replay(desk, clock, service_id=job.city.service.id, steps=REPLAN_STEPS)
    return tuple(replay.day(requests) for requests in job.days)


def _collected(jobs: Sequence[Future[tuple[DayFigures, ...]]], on_day: Callable[[int], None]) -> Iterator[DayFigures]:
    for job in jobs:
        days = job.result()
        on_day(len(days))
        yield from days


def _figures(size: int, days: Sequence[DayFigures]) -> FleetFigures:
    rides = [ride for day in days for ride in day.rides]
    waits_s = [ride.wait_s for ride in rides] or [0]
    return FleetFigures(
        vehicles=size,
        days=len(days),
        requests=sum(day.requests for day in days),
        served=sum(day.served for day in days),
        refused=_counted(reason for day in days for reason in day.refused),
        rides=len(rides),
        wait_p50_s=percentile_s(waits_s, percent=50),
        wait_p90_s=percentile_s(waits_s, percent=90),
        ride_s=sum(ride.ride_s for ride in rides),
        direct_s=sum(ride.direct_s for ride in rides),
        distance_m=sum(day.distance_m for day in days),
        on_road_s=sum(day.on_road_s for day in days),
    )


def _counted(reasons: Iterator[str]) -> tuple[tuple[str, int], ...]:
    counts: Mapping[str, int] = Counter(reasons)
    return tuple(sorted(counts.items(), key=lambda entry: (-entry[1], entry[0])))
