"""How long to wait before looking at a day again that somebody else has just changed.

Those who try again at once meet again: the quickest wins every time and the slowest starves. A random pause lets them
pass one after the other; it grows, for the more there are, the more room they need (after Metcalfe and Boggs, Ethernet,
CACM 19(7), 1976).
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

Pause: TypeAlias = Callable[[int], None]
"""Waits before the attempt that follows the given number of failed ones (1 or more)."""

FIRST_S = 0.01
LONGEST_S = 0.2


def no_pause(failed: int) -> None:
    """Try again at once: where nobody else is at work, as in a study."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RandomPause:
    """A pause drawn evenly from 0 to 10 ms, doubled with every failed attempt, at most 0.2 s."""

    dice: random.Random
    sleep: Callable[[float], None]

    def __call__(self, failed: int) -> None:
        self.sleep(self.dice.uniform(0.0, min(FIRST_S * 2 ** (failed - 1), LONGEST_S)))
