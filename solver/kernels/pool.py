"""Remember the routes of good plans, the cheapest order for each set of requests, for recombination."""

from __future__ import annotations

from solver.kernels.field import NODE_HASH, VEHICLE_KIND, Field
from solver.kernels.jit import bare_kernel
from solver.kernels.lane import (
    FLEET_ROW,
    HEAD_COST,
    HEAD_LENGTH,
    NODE,
    POOL_COST,
    POOL_KEY,
    POOL_KIND,
    POOL_LENGTH,
    POOL_VISITS,
    REG_TRIED,
    Lane,
)


@bare_kernel
def remember_routes(field: Field, lane: Lane) -> None:
    """Put the present routes of the vehicles just changed into the pool.

    A place in the pool is found from the set of requests; another set that was there before is forgotten.
    """
    requests = field.near.shape[0]
    for k in range(lane.reg[REG_TRIED]):
        v = lane.tried[k]
        row = 2 * v + lane.fleet[v, FLEET_ROW]
        n, tour = lane.head[row, HEAD_LENGTH], lane.tour[row]
        if n == 2:
            continue
        kind = field.vehicle[v, VEHICLE_KIND]
        key = field.node[2 * requests + v, NODE_HASH]
        for i in range(1, n - 1):
            if tour[i, NODE] < requests:
                key ^= field.node[tour[i, NODE], NODE_HASH]
        slot = (key >> 17) & (lane.pool.shape[0] - 1)
        entry = lane.pool[slot]
        if entry[POOL_KEY] == key and entry[POOL_COST] <= lane.head[row, HEAD_COST]:
            continue
        entry[POOL_KEY] = key
        entry[POOL_KIND] = kind
        entry[POOL_COST] = lane.head[row, HEAD_COST]
        entry[POOL_LENGTH] = n - 2
        for i in range(1, n - 1):
            entry[POOL_VISITS + i - 1] = tour[i, NODE]
