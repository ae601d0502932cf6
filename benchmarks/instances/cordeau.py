"""Dial-a-ride files of Cordeau & Laporte (2003), https://doi.org/10.1016/S0191-2615(02)00045-0, and Cordeau
(2006), https://doi.org/10.1287/opre.1060.0283.

Header ``vehicles count duration capacity ride``, then one line per node: ``id x y service load earliest latest``.
The first set states twice the number of requests as its count and ends after the last drop; the second states
the number of requests and repeats the depot as a last line. So the lines are counted, and the header must agree
with one reading of it. Times and costs are Euclidean distances.
"""

from __future__ import annotations

from benchmarks.instances.assemble import Fleet, Source, assemble, distances
from benchmarks.instances.instance import Family, Instance
from benchmarks.instances.table import Node, Row, check_pair, node

COLUMNS = ("id", "x", "y", "service", "load", "earliest", "latest")


def read_cordeau(rows: list[Row], source: Source) -> Instance:
    """Return the instance.

    Raises
    ------
    InstanceError
        Names the line and what is wrong with it.
    """
    header = rows[0]
    vehicles = header.whole(0, "the number of vehicles", least=1)
    count = header.whole(1, "the number of requests", least=1)
    duration, ride = header.number(2, "the route duration"), header.number(4, "the ride limit")
    if duration < 0 or ride < 0:
        raise header.fault("negative_limit", f"The limits {duration:g} and {ride:g} may not be negative.")
    capacity = header.whole(3, "the capacity", least=1)
    requests = _requests(rows, count)
    nodes = [node(row, place=place, columns=COLUMNS) for place, row in enumerate(rows[1:])]
    pairs = [(i, i + requests) for i in range(1, requests + 1)]
    for pick, drop in pairs:
        check_pair(nodes[pick], nodes[drop], ids=(pick, drop), capacity=capacity)
    end = len(nodes) - 1 if len(nodes) == 2 * requests + 2 else 0
    _check_depots(nodes, end)
    fleet = Fleet(vehicles_max=vehicles, capacity=capacity, max_ride=ride, max_duration=duration, start=0, end=end)
    return assemble(source, Family.CORDEAU, nodes, pairs, fleet, distances(nodes))


def _requests(rows: list[Row], count: int) -> int:
    lines = len(rows) - 1
    requests = (lines - 1) // 2
    if lines < 3 or count not in (requests, 2 * requests):
        cause = (
            f"{lines} node lines follow, but the header ({count}) asks for {count + 1} or {count + 2} "
            f"(count of visits) or {2 * count + 1} or {2 * count + 2} (count of requests)."
        )
        raise rows[-1].fault("wrong_number_of_lines", cause)
    return requests


def _check_depots(nodes: list[Node], end: int) -> None:
    first, last = nodes[0], nodes[end]
    if first.load != 0 or last.load != 0:
        raise (first if first.load else last).row.fault("wrong_load", "The depot takes no load.")
    if (first.earliest, first.latest) != (last.earliest, last.latest):
        raise last.row.fault("depots_differ", "The two depot lines have different windows.")
