"""The route sheet as one self-contained HTML page: large on a phone, A4 in print."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from dispatch.model.plan import Task
from dispatch.model.times import clock_text
from dispatch.model.wording import say
from dispatch.route_sheet.sheet import BreakRow, DepotRow, RouteSheet, SheetRow, StopRow
from dispatch.route_sheet.words import total_texts


def render_sheet_html(sheet: RouteSheet) -> str:
    """The sheet as HTML. Every text is escaped; nothing is loaded from anywhere."""
    return _environment().get_template("route_sheet.html").render(sheet=sheet, lang=sheet.lang)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("dispatch", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(say=say, kind_of=_kind_of, boards=_boards, total_texts=total_texts)
    environment.filters.update(clock=clock_text, dialled=_dialled)
    return environment


def _dialled(phone: str) -> str:
    """The digits a telephone dials, with a leading + if there is one."""
    return "".join(character for character in phone if character in "+0123456789")


def _kind_of(row: SheetRow) -> str:
    match row:
        case StopRow():
            return "stop"
        case BreakRow():
            return "break"
        case DepotRow():
            return "depot"


def _boards(task: Task) -> bool:
    return task is Task.BOARD
