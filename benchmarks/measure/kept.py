"""Finished days of long measurements, one line of JSON each: an interrupted command goes on where it was.

As in `benchmarks.measure.cells`, a day is found again only while everything that its figures depend on is the same, and
a line that was cut off is measured again.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType

from benchmarks.files import Json, kept_lines, one_line, own_folder

DIGEST_LENGTH = 12


class KeptDays:
    """The days kept in one file (folder 0700, file 0600); ``version`` stands for all code that they depend on."""

    def __init__(self, path: Path, *, version: str) -> None:
        own_folder(path.parent)
        self._path, self._version = path, version
        self._kept = dict(_read(path))

    def found(self, key: str) -> tuple[Mapping[str, Json], ...]:
        """Return the figures kept under ``key``, once, or nothing."""
        full = f"{self._version} {key}"
        return (self._kept[full],) if full in self._kept else ()

    def keep(self, key: str, figures: Mapping[str, Json]) -> None:
        """Store a finished day before the next is begun."""
        full = f"{self._version} {key}"
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(handle, "a", encoding="utf-8") as file:
            if self._path.read_bytes()[-1:] not in (b"", b"\n"):
                file.write("\n")
            file.write(one_line({"key": full, "figures": dict(figures)}) + "\n")
            file.flush()
            os.fsync(file.fileno())
        self._kept[full] = figures


def code_digest(*packages: ModuleType) -> str:
    """Return a digest of every Python file of the packages."""
    digest = hashlib.sha256()
    files = [path for package in packages for folder in package.__path__ for path in Path(folder).rglob("*.py")]
    for path in sorted(files):
        digest.update(path.name.encode("utf-8") + b"\0" + path.read_bytes())
    return digest.hexdigest()[:DIGEST_LENGTH]


def _read(path: Path) -> list[tuple[str, Mapping[str, Json]]]:
    found: list[tuple[str, Mapping[str, Json]]] = []
    for line in kept_lines(path):
        try:
            day = json.loads(line)
            found.append((str(day["key"]), dict(day["figures"])))
        except (ValueError, KeyError, TypeError):
            continue
    return found
