r"""The final word on a benchmark solution: every rule of the file, in doubles, apart from all solver code.

The times of one route are judged as a whole. Each rule is a difference constraint :math:`B_j \ge B_i + w` between
service starts (and a moment zero for the windows); times exist exactly when pushing lower bounds along the constraints
comes to rest within as many rounds as there are starts (Bellman 1958; Ford 1956), else there is a cycle of positive
sum. Each constraint is widened by `TOLERANCE`, which is far above the error of the sums in double precision and far
below anything the files can express.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Flag, StrEnum, auto
from itertools import pairwise

import numpy as np

from benchmarks.instances import Instance

TOLERANCE = 1e-9
"""Time units by which each single constraint may be missed."""

Route = tuple[int, ...]


class FaultKind(StrEnum):
    """What a solution does wrong."""

    UNKNOWN_NODE = "unknown_node"
    TWICE = "twice"
    UNSERVED = "unserved"
    ORDER = "order"  # a drop without its pick-up before it on the same route, or a pick-up without its drop
    LOAD = "load"
    WINDOWS = "windows"
    RIDE = "ride"
    DURATION = "duration"
    FLEET = "fleet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One rule broken: the route it happened on (-1: the solution as a whole) and a sentence with the numbers."""

    kind: FaultKind
    route: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """A solution judged: cost in the unit of the file, vehicles used, and every fault."""

    cost: float
    vehicles: int
    faults: tuple[Fault, ...]

    @property
    def feasible(self) -> bool:
        return not self.faults


class TimeRules(Flag):
    """Families of time rules, so that the first one to blame can be named."""

    WINDOWS = auto()
    RIDE = auto()
    DURATION = auto()
    ALL = WINDOWS | RIDE | DURATION


def judge(instance: Instance, routes: Sequence[Route]) -> Judgement:
    """Judge routes of node ids, depots left out; empty routes do not count."""
    used = [tuple(route) for route in routes if route]
    faults = [fault for number, route in enumerate(used) for fault in _route_faults(instance, number, route)]
    faults += _coverage(instance, used)
    if len(used) > instance.vehicles_max:
        text = f"{len(used)} vehicles are used, {instance.vehicles_max} exist."
        faults.append(Fault(kind=FaultKind.FLEET, route=-1, text=text))
    known = [[node for node in route if 0 <= node < len(instance.load)] for route in used]
    cost = sum(route_cost(instance, tuple(route)) for route in known)
    return Judgement(cost=cost, vehicles=len(used), faults=tuple(faults))


def route_cost(instance: Instance, route: Route) -> float:
    """Return the cost from the depot over ``route`` and back."""
    return float(sum(instance.cost[a, b] for a, b in pairwise((instance.start, *route, instance.end))))


def has_times(
    instance: Instance, route: Route, *, rules: TimeRules = TimeRules.ALL, tolerance: float = TOLERANCE
) -> bool:
    """Tell whether some service starts keep ``rules`` along ``route``, a drop coming after its pick-up.

    Parameters
    ----------
    tolerance
        Time units by which each constraint is widened; a negative number asks for slack instead.
    """
    path = (instance.start, *route, instance.end)
    edges = _constraints(instance, path, rules)
    tail, head = (np.array([edge[side] for edge in edges]) for side in (0, 1))
    weight = np.array([edge[2] for edge in edges]) - tolerance
    starts = np.zeros(len(path) + 1)
    for _ in range(len(starts) + 1):
        later = starts.copy()
        np.maximum.at(later, head, starts[tail] + weight)
        if bool(np.all(later == starts)):
            return True
        starts = later
    return False


Edge = tuple[int, int, float]
"""``(i, j, w)``: the start at position ``j`` is at least the start at position ``i`` plus ``w``."""


def _constraints(instance: Instance, path: Route, rules: TimeRules) -> list[Edge]:
    zero, position = len(path), {node: at for at, node in enumerate(path[:-1]) if at > 0}
    edges: list[Edge] = []
    for (at, node), (_, following) in pairwise(enumerate(path)):
        edges.append((at, at + 1, float(instance.service[node] + instance.travel[node, following])))
    for at, node in enumerate(path):
        edges.append((zero, at, float(instance.earliest[node])))
        edges.append((at, zero, -float(instance.latest[node])))
    if TimeRules.RIDE in rules:
        for pick, drop in zip(instance.pickup.tolist(), instance.drop.tolist(), strict=True):
            if pick in position and drop in position:
                longest = float(instance.service[pick]) + instance.max_ride
                edges.append((position[drop], position[pick], -longest))
    if TimeRules.DURATION in rules:
        edges.append((len(path) - 1, 0, -instance.max_duration))
    return edges


def _route_faults(instance: Instance, number: int, route: Route) -> list[Fault]:
    def fault(kind: FaultKind, text: str) -> Fault:
        return Fault(kind=kind, route=number, text=text)

    visitable = set(instance.pickup.tolist()) | set(instance.drop.tolist())
    unknown = [node for node in route if node not in visitable]
    if unknown:
        return [fault(FaultKind.UNKNOWN_NODE, f"There is nobody to serve at node {node}.") for node in unknown]
    faults = [fault(FaultKind.ORDER, text) for text in _order_faults(instance, route)]
    load = 0
    for node in route:
        load += int(instance.load[node])
        if load > instance.capacity:
            faults.append(fault(FaultKind.LOAD, f"The load after node {node} is {load}, above {instance.capacity}."))
    blamed = _blamed_time_rule(instance, route) if not faults else []
    return faults + [fault(kind, f"No times keep this rule together with those before it ({kind}).") for kind in blamed]


def _order_faults(instance: Instance, route: Route) -> list[str]:
    drop_of = dict(zip(instance.pickup.tolist(), instance.drop.tolist(), strict=True))
    aboard: set[int] = set()
    faults = []
    for node in route:
        if node in drop_of:
            aboard.add(drop_of[node])
        elif node in aboard:
            aboard.remove(node)
        else:
            faults.append(f"Node {node} drops somebody who is not aboard.")
    return faults + [f"Nobody alights at node {node}." for node in sorted(aboard)]


def _blamed_time_rule(instance: Instance, route: Route) -> list[FaultKind]:
    rules = TimeRules.WINDOWS
    stages = ((FaultKind.WINDOWS, rules), (FaultKind.RIDE, TimeRules.RIDE), (FaultKind.DURATION, TimeRules.DURATION))
    for kind, added in stages:
        rules |= added
        if not has_times(instance, route, rules=rules):
            return [kind]
    return []


def _coverage(instance: Instance, routes: list[Route]) -> list[Fault]:
    visits = Counter(node for route in routes for node in route)
    faults = []
    for node in (*instance.pickup.tolist(), *instance.drop.tolist()):
        if visits[node] == 0:
            faults.append(Fault(kind=FaultKind.UNSERVED, route=-1, text=f"Node {node} is not served."))
        elif visits[node] > 1:
            text = f"Node {node} is served {visits[node]} times."
            faults.append(Fault(kind=FaultKind.TWICE, route=-1, text=text))
    return faults
