"""Where compiled kernels are kept: a fresh place for every change of source, and always a writable one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np

import solver
from solver.insertion import warm_up
from solver.kernels.insertion import best_places, timed_places
from solver.kernels.jit import cache_directory, sources_digest
from solver.kernels.refusal import refusals
from solver.units import s_from_ticks, tick_array, ticks_from_s


def test_any_edit_changes_the_digest(tmp_path: Path) -> None:
    """Content and name both count; other files do not."""
    (tmp_path / "one.py").write_text("x = 1\n")
    first = sources_digest(tmp_path)
    (tmp_path / "note.txt").write_text("nothing")
    assert sources_digest(tmp_path) == first
    (tmp_path / "one.py").write_text("x = 2\n")
    second = sources_digest(tmp_path)
    (tmp_path / "one.py").rename(tmp_path / "two.py")
    assert len({first, second, sources_digest(tmp_path)}) == 3


def test_cache_goes_to_the_first_writable_place(tmp_path: Path) -> None:
    """Named folder, XDG_CACHE_HOME, HOME, temporary folder, in this order; unusable ones are passed over."""
    xdg, home, blocked = tmp_path / "xdg", tmp_path / "home", tmp_path / "file"
    blocked.write_text("not a folder")
    named = {"NUMBA_CACHE_DIR": str(tmp_path / "numba"), "XDG_CACHE_HOME": str(xdg)}
    assert cache_directory(named, digest="d").is_relative_to(tmp_path / "numba")
    assert cache_directory({"XDG_CACHE_HOME": str(xdg), "HOME": str(home)}, digest="d").is_relative_to(xdg)
    assert cache_directory({"XDG_CACHE_HOME": str(blocked), "HOME": str(home)}, digest="d").is_relative_to(home)
    assert cache_directory({"XDG_CACHE_HOME": "", "HOME": str(home)}, digest="d").is_relative_to(home)
    nowhere = cache_directory({"HOME": ""}, digest="d")
    assert os.access(nowhere, os.W_OK)
    assert nowhere.stat().st_mode & 0o077 == 0


TOLD = """
import solver.insertion
from solver.kernels.insertion import best_places, timed_places
from solver.kernels.refusal import refusals
solver.insertion.warm_up()
print(solver.insertion.__file__)
for kernel in (best_places, timed_places, refusals):
    print(len(kernel.stats.cache_hits), len(kernel.stats.cache_misses))
"""


def test_compiled_code_is_found_wherever_the_package_stands(tmp_path: Path) -> None:
    """A copy of the package in another folder compiles nothing that has been compiled before."""
    warm_up()
    copied = tmp_path / "solver"
    shutil.copytree(Path(solver.__file__).parent, copied, ignore=shutil.ignore_patterns("__pycache__"))
    environment = {**os.environ, "PYTHONPATH": str(tmp_path), "PYTHONSAFEPATH": "1"}
    asked = [sys.executable, "-c", TOLD]
    answer = subprocess.run(asked, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True).stdout
    assert answer.splitlines() == [str(copied / "insertion.py"), "1 0", "1 0", "1 0"]


def test_after_warm_up_no_kernel_is_compiled_again() -> None:
    """The tiny problem has the array types of every other: a second call adds no signature."""
    warm_up()
    before = [len(k.signatures) for k in (best_places, timed_places, refusals)]
    warm_up()
    assert before == [1, 1, 1]


def test_ticks_round_to_the_nearest() -> None:
    """A quarter-second tick: 1.1 s is 4.4 ticks, so 4; 1.125 s is 4.5, so 5."""
    assert ticks_from_s(1.1, tick_s=0.25) == 4
    assert ticks_from_s(1.125, tick_s=0.25) == 5
    assert tick_array(np.array([1.1, 1.125]), tick_s=0.25).tolist() == [4, 5]
    assert s_from_ticks(5, tick_s=0.25) == 1.25
