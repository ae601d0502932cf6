"""From checked nodes to an `Instance`: the part that all families share."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np

from benchmarks.instances.instance import Family, Float, Instance, Objective, euclidean, read_only
from benchmarks.instances.table import Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where an instance was read from: its name and its whole text."""

    name: str
    text: str

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.text.encode("utf-8")).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Fleet:
    """What a file says about its vehicles; limits in time units."""

    vehicles_max: int
    capacity: int
    max_ride: float
    max_duration: float
    start: int
    end: int


def distances(nodes: list[Node]) -> Float:
    """Return the (N, N) Euclidean distances of the nodes."""
    return euclidean(np.array([n.x for n in nodes]), np.array([n.y for n in nodes]))


def horizon_of(nodes: list[Node]) -> float:
    """Return the time units from the first start of a window to the last end."""
    return max(n.latest for n in nodes) - min(n.earliest for n in nodes)


def assemble(
    source: Source, family: Family, nodes: list[Node], pairs: list[tuple[int, int]], fleet: Fleet, cost: Float
) -> Instance:
    """Return the instance whose travel times are its costs (in all families here the unit is one per unit)."""
    objective = Objective.DISTANCE if family is Family.CORDEAU else Objective.FLEET_THEN_DISTANCE
    ends = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    columns = {
        "earliest": np.array([n.earliest for n in nodes]),
        "latest": np.array([n.latest for n in nodes]),
        "service": np.array([n.service for n in nodes]),
    }
    load, pickup, drop = np.array([n.load for n in nodes], dtype=np.int64), ends[:, 0].copy(), ends[:, 1].copy()
    for array in (cost, load, pickup, drop, *columns.values()):
        read_only(array)
    return Instance(
        name=source.name,
        digest=source.digest,
        family=family,
        objective=objective,
        travel=cost,
        cost=cost,
        load=load,
        pickup=pickup,
        drop=drop,
        start=fleet.start,
        end=fleet.end,
        vehicles_max=fleet.vehicles_max,
        capacity=fleet.capacity,
        max_ride=fleet.max_ride,
        max_duration=fleet.max_duration,
        earliest=columns["earliest"],
        latest=columns["latest"],
        service=columns["service"],
    )
