"""After the warm-up a search compiles nothing more."""

from __future__ import annotations

import gc
import sys

import numpy as np
import pytest
from numba.core.dispatcher import Dispatcher

from solver.params import SolveParams
from solver.problem import frozen
from solver.solve import solve
from solver.stop import StepLimit, Stop
from solver.warm_up import warm_up, without_collector
from solver.weights import Objective
from tests.solver.solver_cases import Size, random_problem


def _versions() -> dict[str, int]:
    """How many compiled versions each kernel has that Python has called."""
    rooms = [module for name, module in sys.modules.items() if name.startswith("solver.kernels.")]
    kernels = {kernel for room in rooms for kernel in vars(room).values() if isinstance(kernel, Dispatcher)}
    return {f"{kernel.__module__}.{kernel.__name__}": len(kernel.signatures) for kernel in kernels}


def test_search_and_fleet_reduction_are_ready_after_warm_up() -> None:
    """A day with every rule, one with dear vehicles, and one whose working time costs, are searched and recombined by
    the versions that the warm-up made."""
    warm_up()
    ready = _versions()
    day = random_problem(np.random.default_rng(3), Size(requests=8, vehicles=3, breaks=3))
    paid = day._replace(objective=Objective(working_time=1))
    for problem in (day, day._replace(vehicle_cost=np.full(3, 10**6)), paid):
        solve(frozen(problem), params=SolveParams(), stop=Stop((StepLimit(4_000),)))
    assert _versions() == ready


def _interrupted() -> None:
    with without_collector():
        assert not gc.isenabled()
        raise InterruptedError


def test_the_collector_is_back_after_compiling_also_when_that_failed() -> None:
    """It rests inside; afterwards it is as it was: on, or off where the caller had switched it off."""
    for was_on, switch in ((True, gc.enable), (False, gc.disable)):
        switch()
        try:
            with pytest.raises(InterruptedError):
                _interrupted()
            assert gc.isenabled() is was_on
        finally:
            gc.enable()
