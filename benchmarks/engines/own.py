"""Our own engines, behind `solver.solve.solve`."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import benchmarks
import solver
from benchmarks.engines.engine import LeftOut, Run, Task
from benchmarks.instances import Instance, routes_of, to_problem
from solver.incumbent import Improvement
from solver.params import Engine, SolveParams
from solver.result import SolveResult
from solver.solve import solve
from solver.stop import Interrupt, Stop
from solver.validation import impossible_requests
from solver.warm_up import warm_up

DIGEST_LENGTH = 12
NOT_FOUND = "No place was found for it."


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnEngine:
    """An engine of `solver.solve`. RoutingModel runs on one thread whatever the task says."""

    kind: Engine

    @property
    def name(self) -> str:
        return self.kind.value

    @property
    def version(self) -> str:
        return source_digest()

    def run(self, instance: Instance, task: Task) -> Run:
        _warm()
        return _run(instance, task, SolveParams(engine=self.kind, threads=task.threads, seed=task.seed, reasons_max=0))


@cache
def _warm() -> None:
    """Compile or load every kernel once in this process, outside any measurement."""
    warm_up()


@cache
def source_digest() -> str:
    """Return a digest of all code that a result of our own depends on: the solver and the reading of instances."""
    digest = hashlib.sha256()
    for package, pattern in ((solver, "**/*.py"), (benchmarks, "instances/*.py"), (benchmarks, "engines/*.py")):
        for folder in sorted(package.__path__):
            for path in sorted(Path(folder).glob(pattern)):
                digest.update(path.name.encode("utf-8") + b"\0" + path.read_bytes())
    return digest.hexdigest()[:DIGEST_LENGTH]


def _run(instance: Instance, task: Task, params: SolveParams) -> Run:
    problem = to_problem(instance)
    complete_at: list[float] = []

    def note(improvement: Improvement) -> None:
        if improvement.quality.unserved == 0:
            complete_at.append(improvement.seconds)

    stop = Stop(limits=(task.bound, Interrupt(task.interrupted)))
    wall, cpu = time.perf_counter(), time.process_time()
    result = solve(problem, params=params, stop=stop, on_improvement=note)
    wall_s, cpu_s = time.perf_counter() - wall, time.process_time() - cpu
    return Run(
        routes=routes_of(instance, result.solution),
        first_s=tuple(complete_at[:1]),
        left_out=_left_out(instance, result),
        wall_s=wall_s,
        cpu_s=cpu_s,
        steps=result.steps,
    )


def _left_out(instance: Instance, result: SolveResult) -> tuple[LeftOut, ...]:
    hopeless = {one.request: one.cause for one in impossible_requests(to_problem(instance))} if result.unserved else {}
    return tuple(
        LeftOut(
            pickup=int(instance.pickup[left.request]),
            drop=int(instance.drop[left.request]),
            reason=hopeless.get(left.request, NOT_FOUND),
        )
        for left in result.unserved
    )
