"""The ways to change a plan, and how often each is taken: as often as it has paid off.

Adaptive weights after Ropke & Pisinger (2006), https://doi.org/10.1287/trsc.1050.0135, section 3.4; what counts here is
not a score by kinds of success but the cost saved per request put back, since the ways differ much in their work.
"""

from __future__ import annotations

from solver.kernels.dice import below, roll
from solver.kernels.field import FIGURE_DEMANDS, Field
from solver.kernels.jit import bare_entry, bare_kernel
from solver.kernels.lane import (
    ARM_GAIN,
    ARM_SHARE,
    ARM_WHOLE,
    ARM_WORK,
    ARMS,
    REG_ARM,
    REG_BANK,
    REG_DICE,
    REG_LEARNED,
    REG_LEAST,
    REG_SCORE,
    Lane,
)
from solver.kernels.operators import ruin_any, ruin_dear, ruin_related, ruin_route, ruin_strings

RELATED_FEW, RELATED, RELATED_MANY, SOON, STRINGS_SHORT, STRINGS, STRINGS_LONG, ROUTE, DEAR, ANY, TAILS, REGRET = range(
    12
)

RELATED_SIZES = ((1, 4), (4, 8), (8, 16), (3, 10), (3, 8))
"""Fewest and most requests of the ways that take related ones: few, some, many, near in time, and before REGRET."""

STRING_SIZES = ((3, 4), (6, 7), (12, 12))
"""Longest string and mean number of requests of the three ways that take strings."""

LEARN_AFTER = 2000
"""Iterations after which the shares are set anew."""

MEMORY = 0.7
"""Part of the old share that stays."""

LEAST = 0.02
"""Share of a way that never pays."""

MOST_OF_ROUTE = 30


@bare_kernel
def draw_arm(lane: Lane) -> int:
    """A way by lot, by its share; it is noted in REG_ARM."""
    lot, arm = (roll(lane.reg, REG_DICE) >> 8) & (ARM_WHOLE - 1), 0
    while arm < ARMS - 1 and lot >= lane.arm[arm, ARM_SHARE]:
        lot -= lane.arm[arm, ARM_SHARE]
        arm += 1
    lane.reg[REG_ARM] = arm
    return arm


@bare_kernel
def ruin(field: Field, lane: Lane, arm: int) -> None:
    """Take requests out in the way ``arm``; every way but TAILS is one."""
    reg = lane.reg
    served = field.figure[FIGURE_DEMANDS] - reg[REG_BANK]
    if served == 0:
        return
    if arm <= SOON or arm == REGRET:
        fewest, most = RELATED_SIZES[min(arm, SOON + 1)]
        near = field.soon if arm == SOON else field.near
        ruin_related(field, lane, near, min(served, fewest + below(reg, REG_DICE, most - fewest + 1)))
    elif arm <= STRINGS_LONG:
        longest, mean = STRING_SIZES[arm - STRINGS_SHORT]
        ruin_strings(field, lane, longest, mean)
    elif arm == ROUTE:
        ruin_route(field, lane, MOST_OF_ROUTE)
    elif arm == DEAR:
        ruin_dear(field, lane, 2 + below(reg, REG_DICE, 5))
    else:
        ruin_any(field, lane, 1 + below(reg, REG_DICE, 4))


@bare_entry
def learn(lane: Lane, work: int) -> None:
    """Note what the way in REG_ARM brought; now and then set all shares by it.

    Only what goes below the least score since the shares were set counts: going up and down again is heat.
    """
    reg, arm = lane.reg, lane.arm
    if reg[REG_LEARNED] == 0:
        reg[REG_LEAST] = reg[REG_SCORE]
    elif reg[REG_SCORE] < reg[REG_LEAST]:
        arm[reg[REG_ARM], ARM_GAIN] += reg[REG_LEAST] - reg[REG_SCORE]
        reg[REG_LEAST] = reg[REG_SCORE]
    arm[reg[REG_ARM], ARM_WORK] += work
    reg[REG_LEARNED] += 1
    if reg[REG_LEARNED] < LEARN_AFTER:
        return
    reg[REG_LEARNED] = 0
    total = 0.0
    for k in range(ARMS):
        total += arm[k, ARM_GAIN] / max(1, arm[k, ARM_WORK])
    for k in range(ARMS):
        rate = arm[k, ARM_GAIN] / max(1, arm[k, ARM_WORK])
        new = rate / total if total > 0.0 else 1.0 / ARMS
        old = arm[k, ARM_SHARE] / ARM_WHOLE
        share = MEMORY * old + (1.0 - MEMORY) * (LEAST + (1.0 - LEAST * ARMS) * new)
        arm[k, ARM_SHARE] = int(share * ARM_WHOLE)
        arm[k, ARM_GAIN] = 0
        arm[k, ARM_WORK] = 0
