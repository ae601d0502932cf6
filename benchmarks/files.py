"""Writing and reading the files of the benchmarks: whole or not at all, readable by their owner only.

A place where nothing can be written is told as an error of the settings, and told before anything is measured for it.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

from benchmarks.errors import SettingsError

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"

FOLDER_MODE = 0o700


def write_whole(path: Path, text: str) -> None:
    """Replace ``path`` by ``text`` in one step; a reader sees the old file or the new one. Mode 0600.

    A link is followed. What is no file (a terminal, a pipe, ``/dev/null``) is written to and stays what it is.

    Raises
    ------
    SettingsError
        Nothing can be written there.
    """
    with _told_of(path):
        if _is_device(path):
            path.write_text(text, encoding="utf-8")
            return
        target = path.resolve()
        draft = _draft_beside(target)
        try:
            draft.write_text(text, encoding="utf-8")
            draft.replace(target)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise


def check_writable(path: Path) -> None:
    """See to it that `write_whole` will find a place at ``path``: what is there stays as it is.

    Raises
    ------
    SettingsError
        Nothing can be written there.
    """
    with _told_of(path):
        if path.is_dir():
            raise IsADirectoryError
        if not _is_device(path):
            _draft_beside(path.resolve()).unlink()


def own_folder(path: Path) -> None:
    """Make the folder, readable by its owner only, where there is none yet.

    Raises
    ------
    SettingsError
        There can be none.
    """
    with _told_of(path):
        path.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)


def kept_lines(path: Path) -> list[str]:
    """The lines of a file that an interruption may have cut off within a letter; none where there is no file.

    Such a line is no text: it is read all the same, so that the others are found.
    """
    return path.read_text(encoding="utf-8", errors="replace").splitlines() if path.exists() else []


def _is_device(path: Path) -> bool:
    return path.exists() and not path.is_file() and not path.is_dir()


def _draft_beside(target: Path) -> Path:
    """Return a new empty file in the folder of ``target``, for a part of whose name there is always room."""
    target.parent.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=target.parent, prefix=".draft-")
    os.close(handle)
    return Path(draft)


@contextmanager
def _told_of(path: Path) -> Iterator[None]:
    """Whatever the system refuses inside is an error that names ``path``."""
    try:
        yield
    except OSError as fault:
        cause = f"Nothing can be written there ({type(fault).__name__})."
        action = "Name a place where files can be written."
        raise SettingsError(code="not_writable", item=str(path), cause=cause, action=action) from fault


def one_line(value: Json) -> str:
    """Return ``value`` as one line of JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(", ", ": "))


def pages(value: Json) -> str:
    """Return ``value`` as indented JSON with a newline at the end."""
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"
