"""PyVRP (MIT), https://doi.org/10.1287/ijoc.2023.0055: iterated local search; knows shipments, no limit on rides."""

from __future__ import annotations

import time
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import version
from itertools import islice
from types import ModuleType
from typing import Protocol

from benchmarks.engines.engine import NOTHING, Run, Task
from benchmarks.engines.peer_numbers import PeerNumbers, peer_numbers
from benchmarks.instances import Instance
from solver.stop import TimeLimit


class _Datum(Protocol):
    """What PyVRP notes of one iteration."""

    @property
    def best_feas(self) -> bool: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class PyVrpEngine:
    """One thread, whatever the task says."""

    name: str = "pyvrp"

    @property
    def version(self) -> str:
        return version("pyvrp")

    def run(self, instance: Instance, task: Task) -> Run:
        pyvrp, numbers = import_module("pyvrp"), peer_numbers(instance)
        if not numbers.possible:
            return NOTHING
        stop_rules, data = import_module("pyvrp.stop"), _data(pyvrp, instance, numbers)
        stop = (
            stop_rules.MaxRuntime(task.bound.seconds)
            if isinstance(task.bound, TimeLimit)
            else stop_rules.MaxIterations(task.bound.steps)
        )
        wall, cpu = time.perf_counter(), time.process_time()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", pyvrp.exceptions.PenaltyBoundWarning)  # the judge says what came of it
            found = pyvrp.solve(data, stop, seed=task.seed, display=False)
        wall_s, cpu_s = time.perf_counter() - wall, time.process_time() - cpu
        node = {pyvrp.ActivityType.PICKUP: instance.pickup, pyvrp.ActivityType.DELIVERY: instance.drop}
        routes = tuple(
            tuple(int(node[one.type][one.idx]) for one in route if one.type in node) for route in found.best.routes()
        )
        return Run(
            routes=routes,
            first_s=_first_s(found.stats.runtimes, found.stats.data),
            left_out=(),
            wall_s=wall_s,
            cpu_s=cpu_s,
            steps=int(found.num_iterations),
        )


def _data(pyvrp: ModuleType, instance: Instance, numbers: PeerNumbers) -> object:
    """Return the instance as ``pyvrp.ProblemData``; location ``i`` is node ``i``."""
    window = {
        "tw_early": int(numbers.earliest[instance.start]),
        "tw_late": int(numbers.latest[instance.end]),
    }
    depots = [pyvrp.Depot(location=instance.start, **window), pyvrp.Depot(location=instance.end, **window)]
    vehicles = pyvrp.VehicleType(
        num_available=numbers.vehicles,
        capacity=[instance.capacity],
        start_depot=0,
        end_depot=1,
        fixed_cost=numbers.vehicle_cost,
        shift_duration=numbers.max_duration,
        **window,
    )
    shipments = [
        pyvrp.Shipment(
            pickup_location=pick,
            delivery_location=drop,
            pickup_tw_early=int(numbers.earliest[pick]),
            pickup_tw_late=int(numbers.latest[pick]),
            pickup_service_duration=int(numbers.service[pick]),
            delivery_tw_early=int(numbers.earliest[drop]),
            delivery_tw_late=int(numbers.latest[drop]),
            delivery_service_duration=int(numbers.service[drop]),
            amount=[int(instance.load[pick])],
        )
        for pick, drop in zip(instance.pickup.tolist(), instance.drop.tolist(), strict=True)
    ]
    return pyvrp.ProblemData(
        locations=[pyvrp.Location(0, 0) for _ in range(len(instance.load))],
        clients=[],
        depots=depots,
        vehicle_types=[vehicles],
        distance_matrices=[numbers.travel],
        duration_matrices=[numbers.travel],
        shipments=shipments,
    )


def _first_s(runtimes: Sequence[float], data: Sequence[_Datum]) -> tuple[float, ...]:
    """Return the seconds to the first feasible plan, as the statistics of every iteration tell it."""
    feasible = (at for at, datum in enumerate(data, start=1) if datum.best_feas)
    return tuple(sum(runtimes[:at]) for at in islice(feasible, 1))
