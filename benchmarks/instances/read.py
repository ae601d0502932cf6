"""Recognises the family of a file by what stands in it."""

from __future__ import annotations

from pathlib import Path

from benchmarks.errors import InstanceError
from benchmarks.instances.assemble import Source
from benchmarks.instances.cordeau import read_cordeau
from benchmarks.instances.instance import Instance
from benchmarks.instances.li_lim import read_li_lim
from benchmarks.instances.sartori_buriol import read_sartori_buriol
from benchmarks.instances.table import rows_of

WORDS_OF_CORDEAU, WORDS_OF_LI_LIM = 5, 3

_CAUSES: dict[type[Exception], str] = {
    FileNotFoundError: "There is no such file.",
    IsADirectoryError: "It is a folder; one file is needed.",
    PermissionError: "It may not be read.",
    UnicodeDecodeError: "It is no text in UTF-8.",
}


def read_instance(path: Path) -> Instance:
    """Return the instance in a file of any of the three families.

    Raises
    ------
    InstanceError
        The file cannot be opened, is no such file, or is damaged; the line and the cause are named.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")  # a byte order mark is no part of the first word
    except (OSError, UnicodeDecodeError) as fault:
        cause = _CAUSES.get(type(fault), f"It cannot be read ({type(fault).__name__}).")
        raise InstanceError(code="unreadable", path=path, line=0, cause=cause) from fault
    return parse_instance(text, path)


def parse_instance(text: str, path: Path) -> Instance:
    """Return the instance in ``text``; ``path`` gives it a name and stands in errors.

    Raises
    ------
    InstanceError
        As `read_instance`.
    """
    rows = rows_of(text, path)
    if not rows:
        raise InstanceError(code="empty_file", path=path, line=0, cause="There is nothing in it.")
    source, header = Source(name=path.stem, text=text), rows[0]
    if header.words[0].endswith(":"):
        return read_sartori_buriol(rows, source)
    if len(header.words) == WORDS_OF_CORDEAU:
        return read_cordeau(rows, source)
    if len(header.words) == WORDS_OF_LI_LIM:
        return read_li_lim(rows, source)
    raise header.fault("unknown_format", "It begins like no file of Cordeau, Li & Lim, or Sartori & Buriol.")
