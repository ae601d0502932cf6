"""Interrupted, a search ends with the best plan so far; interrupted again, it is given up."""

from __future__ import annotations

import signal

import numpy as np
import pytest

from benchmarks.engines.engine import Task
from benchmarks.engines.registry import own_engine
from benchmarks.generate import Recipe, generate_cordeau
from benchmarks.instances.read import parse_instance
from benchmarks.interrupt import first_interrupt
from benchmarks.score import judge
from solver.stop import StepLimit
from tests.benchmarks.instance_cases import FILE


def test_the_first_interrupt_is_noted_and_the_second_one_raises(capsys: pytest.CaptureFixture[str]) -> None:
    """Between both somebody is told what is going on; afterwards interrupts do what they did before."""
    before = signal.getsignal(signal.SIGINT)
    with first_interrupt() as asked:
        assert not asked.is_set()
        signal.raise_signal(signal.SIGINT)
        assert asked.is_set()
        assert "best plan so far" in capsys.readouterr().err
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before


@pytest.mark.parametrize("engine", ["lns", "routing"])
def test_an_interrupted_engine_has_a_plan(engine: str) -> None:
    """Interrupted at once, with steps for hours left: the first plan serves everybody."""
    text = generate_cordeau(recipe=Recipe.A_2003, requests=8, rng=np.random.default_rng(3))
    instance = parse_instance(text, FILE)
    task = Task(bound=StepLimit(10**12), seed=1, threads=2, interrupted=lambda: True)
    found = own_engine(engine).run(instance, task)
    assert judge(instance, found.routes).feasible
