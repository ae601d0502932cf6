"""Writing and reading the files of the benchmarks: whole or not at all, readable by their owner only."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import TypeAlias

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"

FOLDER_MODE = 0o700


def write_whole(path: Path, text: str) -> None:
    """Replace ``path`` by ``text`` in one step; a reader sees the old file or the new one. Mode 0600."""
    path.parent.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(draft).replace(path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise


def one_line(value: Json) -> str:
    """Return ``value`` as one line of JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(", ", ": "))


def pages(value: Json) -> str:
    """Return ``value`` as indented JSON with a newline at the end."""
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"
