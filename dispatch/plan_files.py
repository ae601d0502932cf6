"""The files of a planned day: ``out/<date>/`` with ``plan.json``, ``map.html`` and two sheets per vehicle.

``out/`` holds one folder per date and nothing else. Every file is replaced as a whole, ``plan.json`` last: whoever
sees its version number has the sheets of that version. Sheets of vehicles no longer on duty are removed. Folders are
0700 and files 0600, because sheets hold personal data; ``plan.json`` and ``map.html`` carry ids only.

Who asks for the map alone gets no sheet with names. A folder never mixes versions, though: what it holds of an earlier
one is written anew as well. A folder belongs to the service that ``plan.json`` names; another one does not touch it.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Container
from dataclasses import dataclass
from datetime import date
from enum import Enum, auto
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

from dispatch.model.day_state import DayState
from dispatch.model.errors import NotFound, SetupError
from dispatch.model.wording import Lang
from dispatch.plan_json import plan_json
from dispatch.plan_map import plan_map
from dispatch.route_sheet import render_sheet_html, route_sheets
from dispatch.route_sheet.pdf import render_sheet_pdf
from dispatch.store.protocol import Store
from maps.travel_times.protocol import TravelTimes

PLAN_FILE, MAP_FILE = "plan.json", "map.html"
SHEET_SUFFIXES = (".pdf", ".html")
NO_VERSION = 0  # of the plan of a day that nobody has touched
STAGING_PREFIX = ".writing-"
DAY_FOLDER = re.compile(r"\d{4}-\d\d-\d\d")


class Part(Enum):
    """What can be asked for besides ``plan.json``, which is always written."""

    MAP = auto()
    SHEETS = auto()


EVERYTHING = frozenset(Part)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Mark:
    """Whose files a folder holds, and of which plan version."""

    service_id: str
    version: int


_UNMARKED = _Mark(service_id="", version=-1)


def write_day_files(
    store: Store,
    state: DayState,
    travel: TravelTimes,
    out_dir: Path,
    *,
    lang: Lang = Lang.JA,
    parts: frozenset[Part] = EVERYTHING,
) -> tuple[Path, ...]:
    """Write files of the day into ``out_dir/<date>``; returns their paths, ``plan.json`` first.

    Raises
    ------
    NotFound
        ``no_plan``: nobody has booked on this day yet, so there is nothing to print.
    SetupError
        ``out_of_another_service`` when the folder of this date holds files of another service; they stay.
        ``out_not_writable`` when the folder cannot be written; files of an earlier run are then still whole.
    """
    if state.plan.version == NO_VERSION:
        raise NotFound("no_plan", date=state.date.isoformat())
    folder = out_dir / state.date.isoformat()
    mark = _mark_of(folder)
    if mark.service_id not in ("", state.service_id):
        raise SetupError("out_of_another_service", folder=str(folder), service_id=mark.service_id)
    if mark.version != state.plan.version:
        parts |= _parts_in(folder)
    contents = _contents(store, state, travel, lang=lang, parts=parts)
    try:
        out_dir.mkdir(mode=0o700, parents=True, exist_ok=True)  # a folder that was there keeps its owner's mode
        folder.mkdir(mode=0o700, exist_ok=True)
        folder.chmod(0o700)
        _replace_all(folder, contents)
        if Part.SHEETS in parts:
            _remove_others(folder, keep=contents)
    except OSError as error:
        raise SetupError("out_not_writable", folder=str(out_dir), reason=error.strerror or str(error)) from error
    return tuple(folder / name for name in contents)


def expired_day_files(out_dir: Path, *, service_id: str, before: date) -> tuple[Path, ...]:
    """The folders that `remove_day_files` would remove, in order of their days."""
    found = sorted(out_dir.iterdir()) if out_dir.is_dir() else []
    folders = [folder for folder in found if folder.is_dir() and not folder.is_symlink() and _is_day(folder, before)]
    return tuple(folder for folder in folders if _mark_of(folder).service_id in ("", service_id))


def remove_day_files(out_dir: Path, *, service_id: str, before: date) -> tuple[date, ...]:
    """Remove the folders of days earlier than ``before``, whose sheets hold names; returns these days in order.

    Anything in ``out_dir`` that is not the folder of a date, or is that of another service, is left alone.

    Raises
    ------
    SetupError
        ``out_not_writable``.
    """
    expired = expired_day_files(out_dir, service_id=service_id, before=before)
    try:
        for folder in expired:
            shutil.rmtree(folder)
    except OSError as error:
        raise SetupError("out_not_writable", folder=str(out_dir), reason=error.strerror or str(error)) from error
    return tuple(date.fromisoformat(folder.name) for folder in expired)


def _mark_of(folder: Path) -> _Mark:
    """What ``plan.json`` says; unmarked when there is none, or none of ours."""
    try:
        document = json.loads((folder / PLAN_FILE).read_text(encoding="utf-8"))
        return _Mark(service_id=str(document["service_id"]), version=int(document["version"]))
    except (OSError, ValueError, LookupError, TypeError):
        return _UNMARKED


def _parts_in(folder: Path) -> frozenset[Part]:
    names = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
    sheets = {name for name in names if name.endswith(SHEET_SUFFIXES)} - {MAP_FILE}
    return frozenset({Part.MAP} if MAP_FILE in names else ()) | frozenset({Part.SHEETS} if sheets else ())


def _is_day(folder: Path, before: date) -> bool:
    return DAY_FOLDER.fullmatch(folder.name) is not None and folder.name < before.isoformat()


def _contents(
    store: Store, state: DayState, travel: TravelTimes, *, lang: Lang, parts: frozenset[Part]
) -> dict[str, bytes]:
    """Name and bytes of every file; all of them exist before the first is written."""
    contents = {PLAN_FILE: plan_json(state).encode()}
    if Part.MAP in parts:
        contents[MAP_FILE] = plan_map(store, state, travel, lang=lang).encode()
    for sheet in route_sheets(store, state, lang=lang) if Part.SHEETS in parts else ():
        stem = _stem(sheet.vehicle_id)
        contents[f"{stem}.pdf"] = render_sheet_pdf(sheet)
        contents[f"{stem}.html"] = render_sheet_html(sheet).encode()
    return contents


def _stem(vehicle_id: str) -> str:
    """A file name for a vehicle that is no path and never that of the map; different ids give different names."""
    safe = quote(vehicle_id, safe="").replace(".", "%2E")
    is_map = safe.lower() == Path(MAP_FILE).stem
    return f"%{ord(safe[0]):02X}{safe[1:]}" if is_map else safe


def _replace_all(folder: Path, contents: dict[str, bytes]) -> None:
    """Write beside the old files, then move each over its predecessor; ``plan.json``, the first, goes last."""
    with TemporaryDirectory(prefix=STAGING_PREFIX, dir=folder) as staging:
        for name, content in contents.items():
            _write_private(Path(staging) / name, content)
        for name in reversed(contents):
            (Path(staging) / name).replace(folder / name)


def _write_private(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _remove_others(folder: Path, *, keep: Container[str]) -> None:
    for path in folder.iterdir():
        if path.suffix in SHEET_SUFFIXES and path.name not in keep and path.name != MAP_FILE:
            path.unlink(missing_ok=True)
