"""Generated instances: readable, like the published ones, and the same for the same seed."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.errors import SettingsError
from benchmarks.generate import DAY, Recipe, generate_cordeau
from benchmarks.instances import routes_of, to_problem
from benchmarks.instances.read import parse_instance
from benchmarks.score import judge
from solver.construction import construct
from tests.benchmarks.instance_cases import FILE


@pytest.mark.parametrize("recipe", list(Recipe))
def test_generated_instances_can_be_read_and_solved(recipe: Recipe) -> None:
    """Twenty requests of every recipe are read back, none of them impossible, and the judge likes the greedy plan."""
    text = generate_cordeau(recipe=recipe, requests=20, rng=np.random.default_rng(5))
    instance = parse_instance(text, FILE)
    problem = to_problem(instance)
    assert instance.n_requests == 20
    assert bool(problem.mandatory.all())
    solution = construct(problem)
    faults = judge(instance, routes_of(instance, solution)).faults
    assert len(faults) == 2 * len(solution.unserved)


@pytest.mark.parametrize("recipe", list(Recipe))
def test_half_of_the_requests_are_bound_at_the_drop(recipe: Recipe) -> None:
    """Outbound requests have a window at the drop only, inbound ones at the pick-up only."""
    text = generate_cordeau(recipe=recipe, requests=11, rng=np.random.default_rng(0))
    instance = parse_instance(text, FILE)
    bound = (instance.latest - instance.earliest) < DAY
    assert bound[instance.pickup].tolist() == [False] * 5 + [True] * 6
    assert bound[instance.drop].tolist() == [True] * 5 + [False] * 6


def test_same_seed_same_text() -> None:
    """The text depends on the generator's state and on nothing else."""
    texts = [generate_cordeau(recipe=Recipe.A_2003, requests=9, rng=np.random.default_rng(k)) for k in (1, 1, 2)]
    assert texts[0] == texts[1] != texts[2]


def test_one_request_is_too_few() -> None:
    """Outbound and inbound need a request each."""
    with pytest.raises(SettingsError, match="too_few_requests"):
        generate_cordeau(recipe=Recipe.A_2003, requests=1, rng=np.random.default_rng(0))
