"""Random numbers inside kernels: Marsaglia's xorshift on one int64 register, so that a search is repeatable.

Marsaglia (2003), https://doi.org/10.18637/jss.v008.i14, the triple (13, 7, 17).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solver.kernels.jit import bare_inlined

_LOW_57 = (1 << 57) - 1
_LOW_31 = (1 << 31) - 1
_LOW_53 = (1 << 53) - 1
_UNIT = 1.0 / (1 << 53)


@bare_inlined
def roll(reg: NDArray[np.int64], at: int) -> int:
    """Advance the register ``reg[at]`` (never 0) and return it: any int64 but 0."""
    x: int = reg[at]
    x ^= x << 13
    x ^= (x >> 7) & _LOW_57
    x ^= x << 17
    reg[at] = x
    return x


@bare_inlined
def below(reg: NDArray[np.int64], at: int, bound: int) -> int:
    """A whole number from 0 to ``bound - 1``, for ``0 < bound < 2**31``."""
    number: int = (((roll(reg, at) >> 32) & _LOW_31) * bound) >> 31
    return number


@bare_inlined
def unit(reg: NDArray[np.int64], at: int) -> float:
    """A number in [0, 1) in steps of 2**-53."""
    number: float = ((roll(reg, at) >> 11) & _LOW_53) * _UNIT
    return number
