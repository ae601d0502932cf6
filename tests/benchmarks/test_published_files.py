"""The published files themselves, where somebody has them: ``ODEKAKE_BENCHMARK_FILES`` names their folder.

They are not part of the project, so these tests are skipped without them.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from benchmarks.instances import Family, read_instance, routes_of, to_problem
from benchmarks.score import judge
from solver.checker import check
from solver.construction import construct

FOLDER = os.environ.get("ODEKAKE_BENCHMARK_FILES", "")
FILES = sorted(Path(FOLDER).rglob("*.txt")) if FOLDER else []

pytestmark = pytest.mark.skipif(not FILES, reason="ODEKAKE_BENCHMARK_FILES names no folder with published instances")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_published_files_are_read_and_a_greedy_plan_is_judged_alike(path: Path) -> None:
    """Every request can be served; judge and checker agree that a greedy plan lacks nothing but the unserved."""
    instance = read_instance(path)
    problem = to_problem(instance)
    assert bool(problem.mandatory.all())
    solution = construct(problem)
    verdict = judge(instance, routes_of(instance, solution))
    assert len(verdict.faults) == 2 * len(solution.unserved)
    assert len(check(problem, solution)) == len(solution.unserved)
    assert instance.limits_rides == (instance.family is Family.CORDEAU)
