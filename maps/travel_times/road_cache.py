"""Keep a road network on disk, so that a start does not read the extract again."""

from __future__ import annotations

import contextlib
import os
import tempfile
import zipfile
from pathlib import Path

import numpy as np

from maps.travel_times.road_network import RoadNetwork

FORMAT = 1
"""Part of the key: raise it whenever the arrays of `RoadNetwork` or their meaning change."""

KEPT = 4
"""Networks kept in one folder; the oldest go first."""


class RoadCache:
    """A folder with one ``.npz`` file per network (files 0600, folder 0700); an unreadable one is ignored.

    Parameters
    ----------
    folder : Path
        Created when it is absent.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def _file(self, key: str) -> Path:
        return self._folder / f"roads-{FORMAT}-{key}.npz"

    def load(self, key: str) -> tuple[RoadNetwork, ...]:
        """Return the network kept under this key, as a tuple of one; empty when there is none to be read."""
        try:
            with self._file(key).open("rb") as file, np.load(file, allow_pickle=False) as arrays:
                return (RoadNetwork(**{field: arrays[field] for field in RoadNetwork._fields}),)
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            return ()

    def save(self, key: str, network: RoadNetwork) -> None:
        """Keep the network under this key; a folder that cannot be written loses speed, nothing else."""
        with contextlib.suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle, part = tempfile.mkstemp(dir=self._folder, suffix=".part")  # mode 0600
            with os.fdopen(handle, "wb") as file:
                np.savez(file, **network._asdict())
            Path(part).replace(self._file(key))
            self._drop_oldest()

    def _drop_oldest(self) -> None:
        files = sorted(self._folder.glob("roads-*.npz"), key=lambda file: file.stat().st_mtime_ns)
        for file in files[:-KEPT]:
            file.unlink(missing_ok=True)
