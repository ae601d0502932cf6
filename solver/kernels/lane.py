"""What one lane of the search changes: its routes, its queue, its dice, its memory of places.

Every vehicle has two rows of positions. One holds its route in the present plan, the other is where a changed
route is tried; a plan that is accepted turns the rows round, one that is refused leaves no trace.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from solver.kernels.ascent import bench_for
from solver.kernels.field import NODE_WEIGHT, Field
from solver.kernels.tour import (
    ASK_NOT_AFTER,
    ASK_NOT_BEFORE,
    ASK_REQUEST,
    ASK_RULES,
    ASK_SIZE,
    KEEP_ALL,
    LIFTED,
    Work,
    work_for,
)

# Columns of a position. What a search for a place reads stands together.
PLACE = 0
X = 1  # least start of service under windows, travel, ride limits and duration
Y = 2  # greatest
SERVICE = 3
LOAD = 4  # load word when leaving
LEG = 5  # cost of the leg that ends here
PARTNER = 6  # at a drop: position of its pick-up; elsewhere the position itself
LIMIT = 7  # at a drop: ticks it may come after the start of service at the pick-up
NODE = 8
LAG = 9  # from the start of service one position before to reaching this one; where its arc stands with several periods
LOW = 10
HIGH = 11
PUSHED = 12  # scratch: start of service in the route under test, or where the position goes
LATE = 13  # scratch: latest start of service by windows and travel alone
COLUMNS = 16

# Columns of Lane.head, one row per row of positions.
HEAD_LENGTH = 0
HEAD_HASH = 1
HEAD_COST = 2
HEAD_TERMS = 3  # what of HEAD_COST is not driving or the vehicle
HEAD_WORK = 4  # ticks between departure and arrival; 0 without terms
HEADS = 6

# Columns of Lane.fleet.
FLEET_ROW = 0  # 0 or 1: which of the two rows is the present route
FLEET_TRIED = 1  # 1 when the other row holds a changed route
FLEET_CLOSED = 2  # 1 when the vehicle takes no requests
FLEET_AWAY = 3  # 1 while another lane changes the route of the vehicle
FLEETS = 4

# Columns of Lane.queue.
QUEUE_REQUEST = 0
QUEUE_KEY = 1
QUEUE_VEHICLE = 2  # where it went, -1 = nowhere, UNTRIED = its turn did not come
QUEUE_OPTION = 3  # the request that went there: it, or another that meets the same demand
QUEUES = 4
UNTRIED = -2

# Columns of Lane.todo.
TODO_VEHICLE = 0
TODO_KEY = 1
TODO_FOUND = 2  # the key that stood where the answer would stand
TODOS = 3

# Columns of Lane.pool.
POOL_KEY = 0
POOL_KIND = 1
POOL_COST = 2
POOL_LENGTH = 3  # visits; 0 = nothing here
POOL_VISITS = 4  # first of the visits

POOL_BITS = 13

# Columns of Lane.arm, one row per way to change a plan (`solver.kernels.arms`).
ARM_SHARE = 0  # of the draws, in parts of ARM_WHOLE
ARM_GAIN = 1  # cost saved since the shares were set
ARM_WORK = 2  # requests put back since then, and a little per try
ARM_COLUMNS = 4

# Entries of Lane.reg.
REG_DICE = 0
REG_COST = 1  # routes and unevenness of the present plan
REG_SCORE = 2  # REG_COST and the weights of the requests left out
REG_BANK = 3  # how many demands are left out
REG_QUEUE = 4
REG_TRIED = 5  # how many vehicles have a changed route
REG_BEST_PROMISED = 6  # promised requests left out of the best plan
REG_BEST_LEFT = 7
REG_BEST_COST = 8
REG_DELTA = 9  # answer of a search for a place
REG_PICK = 10
REG_DROP = 11
REG_NEW_COST = 12
REG_IMPROVED = 13  # times the best plan was replaced
REG_ACCEPTED = 14
REG_REQUEST = 15  # what a search for a place is about
REG_VEHICLE = 16
REG_ROW = 17
REG_NEW_WEIGHT = 18  # weights of the requests left out of the plan under trial
REG_PRESS = 19  # what one more absence adds to the weight of a request; 0 = absences are not pressed
REG_POOL_BELOW = 20  # the routes of plans with a lower score are remembered
REG_ARM = 21  # the way tried in this iteration
REG_LEARNED = 22  # iterations since the shares of the ways were set
REG_LEAST = 23  # least score since then
REG_FIRST = 24  # cost of the best place of a request over all vehicles,
REG_FIRST_PICK = 25  # and where it is,
REG_FIRST_DROP = 26
REG_CHOSEN = 27  # and on which vehicle, -1 = none
REG_SECOND = 28  # cost of the best place on another vehicle
REG_UNEVEN = 29  # what of REG_COST is unevenness between vehicles
REG_NEW_UNEVEN = 30
REG_OPTION = 31  # the request of the best place: the one asked about, or another that meets the same demand
REG_NEXT = 32  # entry of the queue that is put back next,
REG_NEXT_VEHICLE = 33  # where, -1 = nowhere,
REG_NEXT_OPTION = 34  # which request of those that meet the demand,
REG_NEXT_PICK = 35  # and after which positions
REG_NEXT_DROP = 36
REG_REGRET = 37  # what it would lose by waiting
REGS = 38

CUTS = 6
"""Exchanges of tails that are kept for an exact test."""

CACHE_BITS = 18
NO_POSITION = 1023
"""Stands in a remembered answer for "no place"; so rows have fewer positions."""

UNBOUNDED = 2**42
"""More than any place costs."""


ARMS = 12

ARM_WHOLE = 1 << 20


def new_arms() -> NDArray[np.int64]:
    """Every way as likely as any other, nothing learnt."""
    arm = np.zeros((ARMS, ARM_COLUMNS), dtype=np.int64)
    arm[:, ARM_SHARE] = ARM_WHOLE // ARMS
    return arm


class Lane(NamedTuple):
    """int64 throughout; ``L`` positions per row."""

    tour: NDArray[np.int64]  # (2 * V, L, COLUMNS)
    head: NDArray[np.int64]  # (2 * V, HEADS)
    fleet: NDArray[np.int64]  # (V, FLEETS)
    tried: NDArray[np.int64]  # (V,) vehicles with a changed route
    queue: NDArray[np.int64]  # (R, QUEUES) one request for each demand
    where: NDArray[np.int64]  # (R,) vehicle in the present plan, -1 = left out
    weight: NDArray[np.int64]  # (R,) what not meeting its demand counts now
    gone: NDArray[np.int64]  # (R,) 1 while the request is out of the plan under trial
    bank: NDArray[np.int64]  # (R,) one request for each demand that the present plan does not meet
    best: NDArray[np.int64]  # (V, L) nodes of the best plan
    best_length: NDArray[np.int64]  # (V,)
    reg: NDArray[np.int64]  # (REGS,)
    scratch: NDArray[np.int64]  # (L, COLUMNS)
    todo: NDArray[np.int64]  # (V, TODOS) vehicles that a search for a place has to look at
    cache: NDArray[np.int64]  # (2 << CACHE_BITS,) key and answer side by side
    pool: NDArray[np.int64]  # (1 << POOL_BITS, POOL_VISITS + L) routes of good plans
    work: Work
    ask: NDArray[np.int64]  # (ASK_SIZE,)
    arm: NDArray[np.int64]  # (ARMS, ARM_COLUMNS) how the ways to change a plan have paid off
    cuts: NDArray[np.int64]  # (CUTS, 3) exchanges of tails: cost, where to cut the one and the other route
    bench: NDArray[np.int64]  # (BENCH_ROWS, ..) where times are chosen


def new_lane(field: Field, *, seed: tuple[int, int], room: int) -> Lane:
    """An empty lane with rows of ``room`` positions."""
    vehicles, requests = len(field.vehicle), len(field.near)
    reg = np.zeros(REGS, dtype=np.int64)
    reg[REG_DICE] = np.random.default_rng(seed).integers(1, 2**63 - 1)
    ask = np.zeros(ASK_SIZE, dtype=np.int64)
    ask[ASK_RULES] = KEEP_ALL
    ask[ASK_REQUEST] = -LIFTED
    ask[ASK_NOT_BEFORE], ask[ASK_NOT_AFTER] = -LIFTED, LIFTED
    return Lane(
        tour=np.zeros((2 * vehicles, room, COLUMNS), dtype=np.int64),
        head=np.zeros((2 * vehicles, HEADS), dtype=np.int64),
        fleet=np.zeros((vehicles, FLEETS), dtype=np.int64),
        tried=np.zeros(vehicles, dtype=np.int64),
        queue=np.zeros((requests, QUEUES), dtype=np.int64),
        where=np.full(requests, -1, dtype=np.int64),
        weight=field.node[:requests, NODE_WEIGHT].copy(),
        gone=np.zeros(requests, dtype=np.int64),
        bank=np.zeros(requests, dtype=np.int64),
        best=np.zeros((vehicles, room), dtype=np.int64),
        best_length=np.zeros(vehicles, dtype=np.int64),
        reg=reg,
        scratch=np.zeros((room + 2, COLUMNS), dtype=np.int64),
        todo=np.zeros((vehicles, TODOS), dtype=np.int64),
        cache=np.zeros(2 << CACHE_BITS, dtype=np.int64),
        pool=np.zeros((1 << POOL_BITS, POOL_VISITS + room), dtype=np.int64),
        work=work_for(field.packed, longest=room),
        ask=ask,
        arm=new_arms(),
        cuts=np.zeros((CUTS, 3), dtype=np.int64),
        bench=bench_for(field.packed, room=room),
    )
