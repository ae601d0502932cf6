"""Small instances for the tests of the benchmarks, and the three file forms written out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from hypothesis import strategies as st

from benchmarks.instances.instance import Instance
from benchmarks.instances.read import parse_instance

FILE = Path("case.txt")
DAY = 400


@dataclass(frozen=True)
class CaseNode:
    """A node in thousandths of a unit of place and tenths of a unit of time, so that text is exact."""

    x_milli: int
    y_milli: int
    load: int
    earliest_tenths: int
    latest_tenths: int
    service_tenths: int

    @property
    def place(self) -> str:
        return f"{self.x_milli / 1000} {self.y_milli / 1000}"

    @property
    def window(self) -> str:
        return f"{self.earliest_tenths / 10} {self.latest_tenths / 10}"

    @property
    def service(self) -> str:
        return f"{self.service_tenths / 10}"


@dataclass(frozen=True)
class Case:
    """``nodes``: the depot, then the pick-ups, then the drops in the same order."""

    nodes: tuple[CaseNode, ...]
    vehicles: int
    capacity: int
    max_ride: int
    max_duration: int

    @property
    def requests(self) -> int:
        return (len(self.nodes) - 1) // 2


def cordeau_text(case: Case, *, last_depot: bool, count_of_visits: bool) -> str:
    """The case as a file of Cordeau, in any of its readings."""
    count = 2 * case.requests if count_of_visits else case.requests
    nodes = [*case.nodes, case.nodes[0]] if last_depot else case.nodes
    header = f"{case.vehicles} {count} {case.max_duration} {case.capacity} {case.max_ride}"
    return "\n".join([header, *(f"{i} {n.place} {n.service} {n.load} {n.window}" for i, n in enumerate(nodes))]) + "\n"


def li_lim_text(case: Case) -> str:
    """The case as a file of Li & Lim; it has no limit on rides and durations."""
    return f"{case.vehicles} {case.capacity} 1\n" + "".join(_partnered_lines(case))


def sartori_text(case: Case, minutes: list[list[int]]) -> str:
    """The case as a file of Sartori & Buriol, with these travel times."""
    head = f"NAME: case\nTYPE: PDPTW\nSIZE: {len(case.nodes)}\nCAPACITY: {case.capacity}\nNODES\n"
    edges = "".join(" ".join(map(str, row)) + "\n" for row in minutes)
    return head + "".join(_partnered_lines(case)) + "EDGES\n" + edges + "EOF\n"


def _partnered_lines(case: Case) -> list[str]:
    lines = []
    for place, node in enumerate(case.nodes):
        pick = place - case.requests if place > case.requests else 0
        drop = place + case.requests if 0 < place <= case.requests else 0
        lines.append(f"{place} {node.place} {node.load} {node.window} {node.service} {pick} {drop}\n")
    return lines


def instance_of(case: Case) -> Instance:
    """The case as the program reads it from a file of Cordeau."""
    return parse_instance(cordeau_text(case, last_depot=True, count_of_visits=False), FILE)


@st.composite
def cases(draw: st.DrawFn, *, requests: int = 3) -> Case:
    """Cases whose routes are feasible about as often as not: windows of random width, limits near the direct ride."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    loads = rng.integers(1, 3, requests).tolist()
    spots = rng.integers(-10_000, 10_001, (2 * requests + 1, 2))
    ready = rng.integers(100, 1000, requests)
    opens = np.concatenate([[0], ready, ready + rng.integers(0, 300, requests)])
    width = rng.integers(100, 2500, 2 * requests + 1)
    service = rng.integers(0, 30, 2 * requests + 1)
    nodes = [
        CaseNode(int(x), int(y), load, int(first), int(first + wide), int(stay))
        for (x, y), load, first, wide, stay in zip(
            spots, [0, *loads, *(-q for q in loads)], opens, width, service, strict=True
        )
    ]
    nodes[0] = CaseNode(int(spots[0, 0]), int(spots[0, 1]), 0, 0, 10 * DAY, 0)
    return Case(
        nodes=tuple(nodes),
        vehicles=int(rng.integers(1, requests + 1)),
        capacity=int(rng.integers(2, 5)),
        max_ride=int(rng.integers(15, 60)),
        max_duration=int(rng.integers(60, 200)),
    )


@st.composite
def routes(draw: st.DrawFn, *, requests: int) -> tuple[int, ...]:
    """Node ids of a route over some requests, each drop somewhere after its pick-up."""
    chosen = draw(st.lists(st.integers(1, requests), min_size=1, max_size=requests, unique=True))
    route: list[int] = []
    for pick in chosen:
        at = draw(st.integers(0, len(route)))
        route.insert(at, pick)
        route.insert(draw(st.integers(at + 1, len(route))), pick + requests)
    return tuple(route)
