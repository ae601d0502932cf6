"""The day as the solver sees it at one moment: open requests only, vehicles from where they are.

Who is aboard has boarded where the vehicle is now: only the latest arrival still binds. A vehicle on its way to a visit
reaches it when it was going to; to all other places it drives from where it is.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benchmarks.errors import BenchmarkError
from benchmarks.live.cars import Road
from benchmarks.live.numbers import Demand, Fleet, square_problem, with_end
from benchmarks.live.square import SIDE_KM, Int, drive_s, metres, ways_km
from solver.problem import Problem
from solver.schedule import Infeasible, schedule
from solver.solution import Solution, TimedRoute


@dataclass(frozen=True, slots=True, kw_only=True)
class Rolling:
    """``requests[i]`` is the request of the day that is ``i`` in ``problem``; ``plan`` is what the vehicles do now."""

    problem: Problem
    requests: tuple[int, ...]
    plan: Solution


def rolling(road: Road, *, asking: tuple[int, ...] = (), homing: float) -> Rolling:
    """Return what is open at ``road.now_s``.

    Parameters
    ----------
    asking
        Requests without a promise, in no route.
    homing
        Metres that a route costs for each metre between its end and the middle of the square.
    """
    n = road.day.n_requests
    open_now = [r for car in road.cars for r in car.aboard]
    open_now += [visit for car in road.cars for visit in car.todo if visit < n]
    requests = (*open_now, *asking)
    number = {request: at for at, request in enumerate(requests)}
    aboard = tuple(tuple(number[request] for request in car.aboard) for car in road.cars)
    free_s = np.array([max(car.free_s, road.now_s) for car in road.cars])
    fleet = Fleet(place=np.arange(len(road.cars), dtype=np.int32), free_s=free_s, aboard=aboard)
    problem = square_problem(*_tables(road, number, homing=homing), _demand(road, requests, fleet, asking), fleet)
    routes = tuple(_planned(road, problem, number, vehicle) for vehicle in range(len(road.cars)))
    return Rolling(
        problem=problem,
        requests=requests,
        plan=Solution(routes=routes, unserved=tuple(number[request] for request in asking)),
    )


def follow(road: Road, now: Rolling, routes: tuple[TimedRoute, ...]) -> None:
    """Send the vehicles along ``routes`` of the problem of this moment."""
    m, n = len(now.requests), road.day.n_requests
    for car, route in zip(road.cars, routes, strict=True):
        ahead = route.visits[len(car.aboard) :]
        road.send(car, [now.requests[visit % m] + visit // m * n for visit in ahead])


def _demand(road: Road, requests: tuple[int, ...], fleet: Fleet, asking: tuple[int, ...]) -> Demand:
    visits = np.array([*requests, *(request + road.day.n_requests for request in requests)], dtype=np.int64)
    m = len(requests)
    place = (len(road.cars) + np.arange(2 * m)).astype(np.int32)
    earliest_s = np.array(road.earliest_s)[visits]
    latest_s = np.array(road.latest_s)[visits]
    for vehicle, riders in enumerate(fleet.aboard):
        for request in riders:
            place[request] = vehicle
            earliest_s[request] = latest_s[request] = fleet.free_s[vehicle]
    promised = np.arange(m) < m - len(asking)
    return Demand(place=place, earliest_s=earliest_s, latest_s=latest_s, promised=promised)


def _tables(road: Road, number: dict[int, int], *, homing: float) -> tuple[Int, Int]:
    """Seconds and metres between vehicles, origins, destinations, and the end of all routes."""
    m, n, vehicles = len(number), road.day.n_requests, len(road.cars)
    spots = [road.spots[visit] for shift in (0, n) for visit in (request + shift for request in number)]
    points = np.array([*(road.where(car) for car in road.cars), *spots]).reshape(-1, 2)
    ways = ways_km(points)
    travel_s, way_m = with_end(drive_s(ways)), with_end(metres(ways))
    for vehicle, car in enumerate(road.cars):
        for leg in car.legs:
            there = vehicles + number[leg.visit % n] + leg.visit // n * m
            travel_s[vehicle, there] = max(0, leg.arrives_s - road.now_s)
    outside_m = metres(np.hypot(*(points - SIDE_KM / 2).T))
    way_m[:-1, -1] = (homing * outside_m).astype(np.int64)
    return travel_s, way_m


def _planned(road: Road, problem: Problem, number: dict[int, int], vehicle: int) -> TimedRoute:
    car, m, n = road.cars[vehicle], len(number), road.day.n_requests
    ahead = (number[visit % n] + visit // n * m for visit in car.todo)
    route = schedule(problem, vehicle, (*(number[request] for request in car.aboard), *ahead))
    if isinstance(route, Infeasible):
        cause = f"What it has been sent to do can no longer be done ({route.rule})."
        raise BenchmarkError(code="promise_lost", item=f"vehicle {vehicle}", cause=cause, action="Report the seed.")
    return route
