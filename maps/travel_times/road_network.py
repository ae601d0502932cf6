"""Roads as arrays, and the graph that a search runs on.

A way is a run of positions, each at a node; a node is shared by the ways that meet there. Sums of time and
length along the positions make the leg between any two positions of a way a subtraction, so the graph for a
set of points is cut to measure: its vertices are the junctions and the nodes next to those points, and
everything between them is skipped. Lengths and times are whole decimetres and milliseconds, so sums are exact
and results do not depend on their order.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from maps.geo import Float64, LatLon
from maps.travel_times.protocol import Int64

Bool = NDArray[np.bool_]

DM_UNIT = 2.0**-25
"""A path's weight is ``ms + DM_UNIT * dm``: exact in a double while a path takes less than 74 h and is shorter
than 3,355 km. So one search finds the fastest path, the shortest among equally fast ones, and its length."""

SOURCES_AT_ONCE = 64
"""Bounds the memory of a table: a search returns a row over all vertices for each source."""


class RoadNetwork(NamedTuple):
    """Ways (``W``) as runs of positions (``L``) at nodes (``N``); any node can be reached from any other."""

    degrees: Float64  # (N, 2) latitude and longitude
    junction: Bool  # (N,) a way ends here, or several pass
    node: Int64  # (L,) node of the position
    way: Int64  # (L,) way of the position, non-decreasing
    sum_ms: Int64  # (L,) time from the first position of all; only differences within a way mean anything
    sum_dm: Int64  # (L,) length, likewise
    forward: Bool  # (W,) may be driven in the order of its positions
    backward: Bool  # (W,) may be driven against it


class RoadGraph(NamedTuple):
    """The graph over chosen nodes: ``V`` vertices, ``E`` legs without loops or doubles."""

    vertex_of_node: Int64  # (N,), -1 where the node is not a vertex
    weights: csr_array  # (V, V) ms + DM_UNIT * dm
    leg_key: Int64  # (E,) tail * V + head, strictly increasing
    leg_start: Int64  # (E,) position at the tail
    leg_end: Int64  # (E,) position at the head


def graph_over(network: RoadNetwork, *, nodes: Int64) -> RoadGraph:
    """Return the graph whose vertices are the junctions and these nodes."""
    chosen = network.junction.copy()
    chosen[nodes] = True
    size = int(chosen.sum())
    vertex_of_node = np.where(chosen, np.cumsum(chosen) - 1, -1)
    position = np.flatnonzero(chosen[network.node])
    start, end = position[:-1], position[1:]
    way = network.way[start]
    linked = (way == network.way[end]) & (network.node[start] != network.node[end])
    ahead, back = linked & network.forward[way], linked & network.backward[way]
    leg_start = np.concatenate((start[ahead], end[back]))
    leg_end = np.concatenate((end[ahead], start[back]))
    tail, head = vertex_of_node[network.node[leg_start]], vertex_of_node[network.node[leg_end]]
    ms = np.abs(network.sum_ms[leg_end] - network.sum_ms[leg_start])
    dm = np.abs(network.sum_dm[leg_end] - network.sum_dm[leg_start])
    weight, key = ms + DM_UNIT * dm, tail * size + head
    order = np.lexsort((weight, key))
    order = order[np.diff(key[order], prepend=-1) > 0]  # of parallel legs the best one
    weights = csr_array((weight[order], (tail[order], head[order])), shape=(size, size))
    return RoadGraph(vertex_of_node, weights, key[order], leg_start[order], leg_end[order])


def fastest_between(network: RoadNetwork, *, nodes: Int64) -> tuple[Int64, Int64]:
    """Return time (ms) and length (dm) of the fastest path between all pairs of nodes: two ``(P, P)`` int64."""
    graph = graph_over(network, nodes=nodes)
    vertices = graph.vertex_of_node[nodes]
    weight = np.zeros((len(nodes), len(nodes)))
    for first in range(0, len(nodes), SOURCES_AT_ONCE):
        block = slice(first, first + SOURCES_AT_ONCE)
        weight[block] = dijkstra(graph.weights, indices=vertices[block])[:, vertices]
    ms = np.floor(weight)
    return ms.astype(np.int64), np.rint((weight - ms) / DM_UNIT).astype(np.int64)


def fastest_way(network: RoadNetwork, *, origin: int, destination: int) -> tuple[LatLon, ...]:
    """Return the points along the fastest path between two nodes; one point when they are the same."""
    graph = graph_over(network, nodes=np.array([origin, destination]))
    source, target = graph.vertex_of_node[[origin, destination]].tolist()
    before = dijkstra(graph.weights, indices=source, return_predecessors=True)[1]
    vertices = [target]
    while vertices[-1] != source:
        vertices.append(int(before[vertices[-1]]))
    vertices.reverse()
    keys = np.array(vertices[:-1], dtype=np.int64) * graph.weights.shape[0] + np.array(vertices[1:], dtype=np.int64)
    nodes = [origin]
    for leg in np.searchsorted(graph.leg_key, keys):
        start, end = int(graph.leg_start[leg]), int(graph.leg_end[leg])
        step = 1 if end > start else -1
        nodes.extend(network.node[np.arange(start + step, end + step, step)].tolist())
    return tuple(LatLon(*network.degrees[node].tolist()) for node in nodes)
