"""VROOM (BSD-2-Clause), https://github.com/VROOM-Project/vroom: local search; knows neither rides nor durations."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module
from importlib.metadata import version
from types import ModuleType
from typing import Protocol, TypedDict

import numpy as np
from numpy.typing import NDArray

from benchmarks.engines.engine import NOTHING, Run, Task
from benchmarks.engines.peer_numbers import PeerNumbers, peer_numbers
from benchmarks.errors import SettingsError
from benchmarks.instances import Instance
from solver.stop import TimeLimit

EXPLORATION = 5
"""The most thorough of VROOM's levels, 0 to 5."""


class _Step(TypedDict):
    id: int
    type: str


class _Route(TypedDict):
    steps: list[_Step]


class _Plan(TypedDict):
    routes: list[_Route]
    unassigned: list[_Step]


class _Answer(Protocol):
    def to_dict(self) -> _Plan: ...


class _Input(Protocol):
    """As much of ``vroom.Input`` as is used here."""

    def set_durations_matrix(self, *, profile: str, matrix_input: NDArray[np.uint32]) -> None: ...

    def add_vehicle(self, vehicle: list[object]) -> None: ...

    def add_shipment(self, *, pickup: object, delivery: object, amount: list[int]) -> None: ...

    def solve(self, *, exploration_level: int, nb_threads: int, timeout: timedelta) -> _Answer: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class VroomEngine:
    """Deterministic: the seed changes nothing. It stops by itself, often long before the limit."""

    name: str = "vroom"

    @property
    def version(self) -> str:
        return version("pyvroom")

    def run(self, instance: Instance, task: Task) -> Run:
        if not isinstance(task.bound, TimeLimit):
            cause = "It counts no steps."
            raise SettingsError(code="no_step_limit", item="vroom", cause=cause, action="Give --seconds.")
        numbers = peer_numbers(instance)
        if not numbers.possible:
            return NOTHING
        asked = _input(import_module("vroom"), instance, numbers)
        limit = timedelta(seconds=task.bound.seconds)
        wall, cpu = time.perf_counter(), time.process_time()
        found = asked.solve(exploration_level=EXPLORATION, nb_threads=task.threads, timeout=limit).to_dict()
        wall_s, cpu_s = time.perf_counter() - wall, time.process_time() - cpu
        routes = tuple(
            tuple(step["id"] for step in route["steps"] if step["type"] in ("pickup", "delivery"))
            for route in found["routes"]
        )
        first_s = () if found["unassigned"] else (wall_s,)
        return Run(routes=routes, first_s=first_s, left_out=(), wall_s=wall_s, cpu_s=cpu_s, steps=0)


def _input(vroom: ModuleType, instance: Instance, numbers: PeerNumbers) -> _Input:
    """Return the instance as ``vroom.Input``; matrix index and task id are the node id."""
    asked: _Input = vroom.Input()
    asked.set_durations_matrix(profile="car", matrix_input=numbers.travel.astype(np.uint32))
    costs = vroom.VehicleCosts(fixed=numbers.vehicle_cost)
    vehicles: list[object] = [
        vroom.Vehicle(
            number,
            start=instance.start,
            end=instance.end,
            capacity=vroom.Amount([instance.capacity]),
            time_window=vroom.TimeWindow(*shift),
            costs=costs,
        )
        for number, shift in enumerate(numbers.shifts)
    ]
    asked.add_vehicle(vehicles)

    def step(node: int) -> object:
        window = vroom.TimeWindow(int(numbers.earliest[node]), int(numbers.latest[node]))
        return vroom.ShipmentStep(
            node, location=node, default_service=int(numbers.service[node]), time_windows=[window]
        )

    for pick, drop in zip(instance.pickup.tolist(), instance.drop.tolist(), strict=True):
        asked.add_shipment(pickup=step(pick), delivery=step(drop), amount=vroom.Amount([int(instance.load[pick])]))
    return asked
