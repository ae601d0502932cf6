"""Between the lanes of a search and the columns of a recombination."""

from __future__ import annotations

from collections import Counter

import numpy as np

from solver.kernels.field import (
    FIGURE_PLACES,
    FIGURE_TERMS,
    NODE_FIXED,
    NODE_NEXT_OPTION,
    NODE_OPTION_COST,
    NODE_OUTBOUND,
    NODE_PLACE,
    NODE_WEIGHT,
    VEHICLE_COST,
    VEHICLE_KIND,
    VEHICLE_LOCKED,
    Field,
)
from solver.kernels.lane import (
    FLEET_ROW,
    HEAD_LENGTH,
    POOL_COST,
    POOL_KIND,
    POOL_LENGTH,
    POOL_VISITS,
    REG_BEST_COST,
    REG_BEST_LEFT,
    REG_BEST_PROMISED,
    Lane,
)
from solver.kernels.plans import load_plan
from solver.kernels.route_terms import terms_of_best
from solver.problem import Int64
from solver.recombine import Column, Demand


def pool_columns(lanes: tuple[Lane, ...]) -> list[Column]:
    """Every route that the lanes remember."""
    found = []
    for lane in lanes:
        for row in lane.pool[lane.pool[:, POOL_LENGTH] > 0].tolist():
            visits = tuple(row[POOL_VISITS : POOL_VISITS + row[POOL_LENGTH]])
            found.append(Column(kind=row[POOL_KIND], cost=row[POOL_COST], visits=visits))
    return found


def best_quality(lane: Lane) -> tuple[int, int, int]:
    """How good the best plan of ``lane`` is: promised requests left out, all left out, score. Less is better."""
    promised, left, score = map(int, lane.reg[[REG_BEST_PROMISED, REG_BEST_LEFT, REG_BEST_COST]])
    return promised, left, score


def present_lengths(lane: Lane) -> Int64:
    """(V,) positions of each route of the present plan, both places of the vehicle included: 2 = it stands still."""
    rows = 2 * np.arange(len(lane.fleet)) + lane.fleet[:, FLEET_ROW]
    lengths: Int64 = lane.head[rows, HEAD_LENGTH]
    return lengths


def best_columns(field: Field, lane: Lane) -> list[Column]:
    """The used routes of the best plan of ``lane``."""
    return [
        Column(
            kind=int(field.vehicle[v, VEHICLE_KIND]),
            cost=_route_cost(field, v, row[:length]) + _terms(field, lane, v),
            visits=tuple(row[1 : length - 1]),
        )
        for v, (row, length) in enumerate(zip(lane.best.tolist(), lane.best_length.tolist(), strict=True))
        if length > 2
    ]


def _route_cost(field: Field, vehicle: int, nodes: list[int]) -> int:
    requests = len(field.near)
    drops = [node for node in nodes if requests <= node < 2 * requests]
    places = field.node[nodes, NODE_PLACE]
    legs = places[:-1] * field.figure[FIGURE_PLACES] + places[1:]
    return int(
        field.arc[legs + 1].sum() + field.vehicle[vehicle, VEHICLE_COST] + field.node[drops, NODE_OPTION_COST].sum()
    )


def _terms(field: Field, lane: Lane, vehicle: int) -> int:
    return terms_of_best(field, lane, vehicle) if field.figure[FIGURE_TERMS] else 0


def demand_of(field: Field) -> Demand:
    """What a recombination of routes on ``field`` has to meet."""
    requests = len(field.near)
    kinds = field.vehicle[:, VEHICLE_KIND].tolist()
    heads, number = np.unique(_least_of_ring(field.node[:requests, NODE_NEXT_OPTION]), return_inverse=True)
    outbound = field.node[heads, NODE_OUTBOUND]
    return Demand(
        requests=requests,
        number=number.reshape(-1),
        weight=field.node[heads, NODE_WEIGHT],
        outbound=np.where(outbound >= 0, number.reshape(-1)[outbound], -1),
        fleet=dict(Counter(kinds)),
        bound=frozenset(kind for kind, locked in zip(kinds, field.vehicle[:, VEHICLE_LOCKED], strict=True) if locked),
        staying=frozenset(number.reshape(-1)[field.node[:requests, NODE_FIXED] > 0].tolist()),
    )


def _least_of_ring(following: Int64) -> Int64:
    """(R,) the least request that meets the same demand as each."""
    least, at = np.arange(len(following)), following.copy()
    while (at != np.arange(len(following))).any():
        least = np.minimum(least, at)
        at = np.where(at == np.arange(len(following)), at, following[at])
    return least


def load_columns(field: Field, lane: Lane, columns: list[Column]) -> bool:
    """Make the columns the present plan of ``lane``; False when one breaks a rule of time."""
    vehicles, first = len(field.vehicle), 2 * len(field.near)
    stops, length = np.zeros(lane.best.shape, dtype=np.int64), np.full(vehicles, 2, dtype=np.int64)
    stops[:, 0], stops[:, 1] = first + np.arange(vehicles), first + vehicles + np.arange(vehicles)
    free = {kind: np.flatnonzero(field.vehicle[:, VEHICLE_KIND] == kind).tolist() for kind in {c.kind for c in columns}}
    for column in columns:
        v = free[column.kind].pop(0)
        length[v] = len(column.visits) + 2
        stops[v, 1 : length[v]] = [*column.visits, first + vehicles + v]
    return load_plan(field, lane, stops, length)
