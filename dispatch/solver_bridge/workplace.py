"""What every use case works with: storage, the clock and the travel times."""

from __future__ import annotations

from dataclasses import dataclass

from dispatch.model.times import Clock
from dispatch.solver_bridge.travel import TravelBooks
from dispatch.store.protocol import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Workplace:
    """Passed to every use case; `dispatch.bootstrap` makes the one of a running system."""

    store: Store
    clock: Clock
    travel: TravelBooks
