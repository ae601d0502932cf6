"""Command line options that several commands share, and their bounds."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

from benchmarks.errors import SettingsError

MOST_SEEDS = 10_000
"""In one range: more is a slip of the keyboard."""


def positive_seconds(word: str) -> float:
    """Return a number of seconds above 0 (for argparse)."""
    seconds = float(word)
    if not 0 < seconds < 1e6:
        raise argparse.ArgumentTypeError(f"{word} is not above 0 (and below a million)")
    return seconds


def count(word: str) -> int:
    """Return a whole number from 1 up (for argparse)."""
    number = int(word)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{word} is below 1")
    return number


def seed(word: str) -> int:
    """Return a seed, 0 to 2**31 - 1 (for argparse)."""
    number = int(word)
    if not 0 <= number < 2**31:
        raise argparse.ArgumentTypeError(f"{word} is not within 0 to {2**31 - 1}")
    return number


def seeds(word: str) -> tuple[int, ...]:
    """Return seeds written ``1,2,3`` or ``1-10``, each once (for argparse)."""
    found: dict[int, None] = {}
    for part in word.split(","):
        first, dash, last = part.partition("-")
        try:
            begin, end = seed(first), seed(last if dash else first)
        except ValueError:
            raise argparse.ArgumentTypeError(f"{word} is neither like 1,2,3 nor like 1-10") from None
        if end < begin:
            raise argparse.ArgumentTypeError(f"{part} names no seed")
        if end - begin >= MOST_SEEDS:
            raise argparse.ArgumentTypeError(f"{part} are more than {MOST_SEEDS} seeds")
        found |= dict.fromkeys(range(begin, end + 1))
    return tuple(found)


def add_json(parser: argparse.ArgumentParser) -> None:
    """Add ``--json``."""
    parser.add_argument("--json", action="store_true", help="print one JSON value and nothing else")


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """Instances found under a path, in the order of their names."""

    paths: tuple[Path, ...]

    @classmethod
    def under(cls, path: Path) -> Files:
        """Return the file itself, or every ``*.txt`` below a folder.

        Raises
        ------
        SettingsError
            There is no such file or folder, or nothing in it.
        """
        paths = [path] if path.is_file() else sorted(path.rglob("*.txt"))
        if not paths:
            cause = "It is no file and no folder with *.txt files in it."
            raise SettingsError(code="no_instances", item=str(path), cause=cause, action="Name another path.")
        return cls(paths=tuple(paths))
