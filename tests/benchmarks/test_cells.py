"""Long measurements: what is finished is never measured again, what changed is."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from benchmarks.engines.engine import NOTHING, Run, Task
from benchmarks.generate import Recipe, generate_cordeau
from benchmarks.instances import Instance, routes_of, to_problem
from benchmarks.instances.read import parse_instance
from benchmarks.measure.cells import STATE_FILE, CellBook, Key, Result
from benchmarks.measure.sweep import Cell, sweep
from solver.construction import construct
from solver.stop import StepLimit, TimeLimit
from tests.benchmarks.instance_cases import FILE

TASK = Task(bound=TimeLimit(1.0), seed=1, threads=2)


@dataclass
class GreedyEngine:
    """Greedy insertion as an engine; counts how often it is asked."""

    name: str = "greedy"
    version: str = "1"
    asked: list[str] = field(default_factory=list)

    def run(self, instance: Instance, task: Task) -> Run:
        self.asked.append(f"{instance.name} {task.seed}")
        routes = routes_of(instance, construct(to_problem(instance)))
        return replace(NOTHING, routes=routes, first_s=(0.25,), steps=task.seed)


def _instance(seed: int) -> Instance:
    text = generate_cordeau(recipe=Recipe.A_2003, requests=6, rng=np.random.default_rng(seed))
    return parse_instance(text, Path(f"g{seed}.txt"))


def _cells(engine: GreedyEngine, *seeds: int) -> list[Cell]:
    return [Cell(instance=_instance(0), engine=engine, task=replace(TASK, seed=seed)) for seed in seeds]


def test_finished_cells_are_read_back_as_they_were(tmp_path: Path) -> None:
    """A second book on the same folder gives equal results without asking the engine again."""
    engine = GreedyEngine()
    first = sweep(_cells(engine, 1, 2), CellBook(tmp_path))
    again = sweep(_cells(engine, 1, 2, 3), CellBook(tmp_path))
    assert again[:2] == first
    assert engine.asked == ["g0 1", "g0 2", "g0 3"]
    assert [result.steps for result in again] == [1, 2, 3]


def test_every_part_of_the_key_counts() -> None:
    """Another instance, engine, version, time, seed or number of threads is another cell."""
    instance, engine = _instance(0), GreedyEngine()
    others = [
        Key.of(_instance(1), engine, TASK),
        Key.of(instance, replace(engine, name="other"), TASK),
        Key.of(instance, replace(engine, version="2"), TASK),
        Key.of(instance, engine, replace(TASK, bound=TimeLimit(2.0))),
        Key.of(instance, engine, replace(TASK, bound=StepLimit(1))),
        Key.of(instance, engine, replace(TASK, seed=2)),
        Key.of(instance, engine, replace(TASK, threads=1)),
    ]
    keys = {Key.of(instance, engine, TASK), *others}
    assert len(keys) == 1 + len(others)


def test_a_line_cut_off_costs_one_cell(tmp_path: Path) -> None:
    """After an interruption in the middle of a line, that cell is measured again and all others are kept."""
    engine = GreedyEngine()
    sweep(_cells(engine, 1, 2), CellBook(tmp_path))
    file = tmp_path / STATE_FILE
    file.write_bytes(file.read_bytes()[:-40])
    sweep(_cells(engine, 1, 2), CellBook(tmp_path))
    sweep(_cells(engine, 1, 2), CellBook(tmp_path))
    assert engine.asked == ["g0 1", "g0 2", "g0 2"]


def test_a_line_cut_off_within_a_letter_hides_no_other(tmp_path: Path) -> None:
    """Names of instances may be in any script: what is left of a letter is no text, the cells before it are found."""
    engine = GreedyEngine()
    sweep(_cells(engine, 1), CellBook(tmp_path))
    with (tmp_path / STATE_FILE).open("ab") as file:
        file.write('{"key": "お'.encode()[:-1])
    sweep(_cells(engine, 1), CellBook(tmp_path))
    assert engine.asked == ["g0 1"]


def test_the_state_is_private(tmp_path: Path) -> None:
    """Only the owner may read the kept cells."""
    sweep(_cells(GreedyEngine(), 1), CellBook(tmp_path / "state"))
    assert (tmp_path / "state").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "state" / STATE_FILE).stat().st_mode & 0o777 == 0o600


def test_results_are_judged_not_believed(tmp_path: Path) -> None:
    """An engine that returns half a plan gets an infeasible result that says what is missing."""

    class LazyEngine(GreedyEngine):
        def run(self, instance: Instance, task: Task) -> Run:
            run = super().run(instance, task)
            return replace(run, routes=run.routes[1:])

    (result,) = sweep(_cells(LazyEngine(), 1), CellBook(tmp_path))
    assert isinstance(result, Result)
    assert not result.feasible
    assert result.faults == ("unserved",)
    assert FILE.name not in result.instance
