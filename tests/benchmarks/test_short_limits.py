"""A limit of a few steps ends either engine, also where it is met before the engine has taken the start plan over."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.generate import Recipe, generate_cordeau
from benchmarks.instances.convert import to_problem
from benchmarks.instances.read import parse_instance
from solver.checker import check
from solver.params import Engine, SolveParams
from solver.rules import Rule
from solver.solve import solve
from solver.stop import StepLimit, Stop


@pytest.mark.parametrize("engine", Engine)
@pytest.mark.parametrize("steps", [1, 50, 200])
def test_a_few_steps_end_the_search(engine: Engine, steps: int) -> None:
    """Eight requests: RoutingModel meets a limit of 50 while it restores its start, and comes back."""
    text = generate_cordeau(recipe=Recipe.A_2006, requests=8, rng=np.random.default_rng(3))
    problem = to_problem(parse_instance(text, Path("eight.txt")))
    result = solve(problem, params=SolveParams(engine=engine), stop=Stop((StepLimit(steps),)))
    assert {violation.rule for violation in check(problem, result.solution)} <= {Rule.MANDATORY}
    assert result.steps >= steps
