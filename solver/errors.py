"""Errors of the solver package.

::

    SolverError
    └── SolverInputError    the problem or the question contradicts itself

Every error carries ``code`` (stable, for a table), ``item`` (what it is about, by index), ``cause`` and
``action``. "No vehicle fits" is not an error: it is a value (`solver.insertion.Ranking`).
"""

from __future__ import annotations


class SolverError(Exception):
    """Base of the package. Its text reads ``code: item: cause action``."""

    def __init__(self, *, code: str, item: str, cause: str, action: str) -> None:
        super().__init__(f"{code}: {item}: {cause} {action}")
        self.code = code
        self.item = item
        self.cause = cause
        self.action = action


class SolverInputError(SolverError):
    """The input contradicts itself; nothing was searched."""
