"""Latencies in milliseconds, summed up."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from benchmarks.files import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Latency:
    """``p50_ms`` and ``p99_ms`` are the smallest measured values not below that share of all (nearest rank)."""

    count: int
    p50_ms: float
    p99_ms: float
    max_ms: float

    @classmethod
    def of(cls, measured_ms: Sequence[float]) -> Latency:
        """Return the figures of at least one measurement."""
        ranked = sorted(measured_ms)

        def quantile(share: float) -> float:
            return ranked[max(0, math.ceil(share * len(ranked)) - 1)]

        return cls(count=len(ranked), p50_ms=quantile(0.5), p99_ms=quantile(0.99), max_ms=ranked[-1])

    def as_json(self) -> dict[str, Json]:
        """Return the figures as JSON."""
        return {"count": self.count, "p50_ms": self.p50_ms, "p99_ms": self.p99_ms, "max_ms": self.max_ms}

    def cells(self) -> list[str]:
        """Return the figures as they stand in a table, in the order of `COLUMNS`."""
        return [str(self.count), *(f"{value:.2f}" for value in (self.p50_ms, self.p99_ms, self.max_ms))]


COLUMNS = ("count", "p50 ms", "p99 ms", "max ms")


@dataclass(frozen=True, slots=True)
class Stopwatch:
    """Collects how long things took, in milliseconds."""

    measured_ms: list[float] = field(default_factory=list)

    @contextmanager
    def lap(self) -> Iterator[None]:
        """Measure what happens inside, also when it raises."""
        began = time.perf_counter()
        try:
            yield
        finally:
            self.measured_ms.append(1000 * (time.perf_counter() - began))
