"""Errors of the benchmarks.

::

    BenchmarkError
    ├── InstanceError     a file of an instance is unknown, cut off or contradicts itself
    ├── SolutionError     a file with routes cannot be read
    ├── BestKnownError    a file with best-known values cannot be read, or lacks an instance
    └── SettingsError     the command line asks for something that does not exist

Each carries ``code`` (stable), ``item`` (file and line, or the option), ``cause`` and ``action``. An infeasible
solution is not an error: it is a value (`benchmarks.score.Judgement`).
"""

from __future__ import annotations

from pathlib import Path


class BenchmarkError(Exception):
    """Base of the package. Its text reads ``code: item: cause action``."""

    def __init__(self, *, code: str, item: str, cause: str, action: str) -> None:
        super().__init__(f"{code}: {item}: {cause} {action}")
        self.code = code
        self.item = item
        self.cause = cause
        self.action = action


class InstanceError(BenchmarkError):
    """A file of an instance cannot be used. Lines count from 1; line 0 is the file as a whole."""

    def __init__(self, *, code: str, path: Path, line: int, cause: str) -> None:
        item = f"{path}:{line}" if line else str(path)
        super().__init__(code=code, item=item, cause=cause, action="Correct the file or fetch it again.")
        self.path = path
        self.line = line


class SolutionError(BenchmarkError):
    """A file with routes cannot be read."""


class BestKnownError(BenchmarkError):
    """A file with best-known values cannot be used."""


class SettingsError(BenchmarkError):
    """An option names something that does not exist here."""
