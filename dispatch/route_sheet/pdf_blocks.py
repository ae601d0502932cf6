"""The rows of a printed sheet as reportlab flowables, each a block that stays on one page.

Sizes are points (1/72 inch). Black and white throughout: boarding is a filled chip, alighting an outlined one, so
that a photocopy reads the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor, black, white
from reportlab.lib.enums import TA_CENTER, TA_LEFT, TA_RIGHT
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Paragraph, Table, TableStyle

from dispatch.model.plan import Task
from dispatch.model.times import clock_text
from dispatch.model.wording import Lang, say
from dispatch.route_sheet.fonts import Font
from dispatch.route_sheet.glyphs import pieces
from dispatch.route_sheet.sheet import BreakRow, DepotRow, SheetRow, SheetRun, SheetVisit, StopRow
from dispatch.route_sheet.words import total_texts

NUMBER_W, TIME_W, STOP_W, ABOARD_W, ACTUAL_W = 9 * mm, 26 * mm, 114 * mm, 17 * mm, 20 * mm
COLUMNS = (NUMBER_W, TIME_W, STOP_W, ABOARD_W, ACTUAL_W)
WIDTH = sum(COLUMNS)
CHIP_W, PROMISE_W = 13 * mm, 41 * mm
PERSON_W = STOP_W - CHIP_W - PROMISE_W - 3 * mm
QUIET, SHADE, LINE = HexColor("#444444"), HexColor("#eeeeee"), HexColor("#777777")
SYMBOL = {Task.BOARD: "▲", Task.ALIGHT: "▽"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ink:
    """Font and language of one sheet."""

    font: Font
    lang: Lang

    def line(self, text: str, *, size: float, align: int = TA_LEFT, colour: object = black) -> Flowable:
        """A paragraph that wraps anywhere a Japanese line may; characters the font lacks are boxed."""
        style = ParagraphStyle(
            "line",
            fontName=self.font.name,
            fontSize=size,
            leading=size * 1.22,
            alignment=align,
            textColor=colour,
            wordWrap="CJK",
        )
        return Paragraph(self.markup(text), style)

    def markup(self, text: str) -> str:
        """``text`` in reportlab's inline markup."""
        runs = pieces(text, font=self.font.characters)
        return "".join(
            f'<font backColor="#dddddd">{escape(run.text)}</font>' if run.boxed else escape(run.text) for run in runs
        )


def blocks_of(run: SheetRun, *, ink: Ink) -> list[Flowable]:
    """The rows of a run, its totals last; or the one line that says nothing is booked."""
    if not run.rows:
        return [_band(clock_text(run.start_s), say("sheet.nothing_booked", ink.lang), ink=ink)]
    return [*(_row(row, ink=ink) for row in run.rows), _totals(run, ink=ink)]


def heading(*, ink: Ink) -> Flowable:
    """The column titles, repeated on every page."""
    titles = [say(f"sheet.column.{name}", ink.lang) for name in ("number", "time", "stop", "aboard", "actual")]
    table = Table([[ink.line(title, size=8.5) for title in titles]], colWidths=COLUMNS)
    table.setStyle(
        TableStyle(
            [
                ("BACKGROUND", (0, 0), (-1, -1), SHADE),
                ("LINEABOVE", (0, 0), (-1, 0), 1.2, black),
                ("LINEBELOW", (0, 0), (-1, 0), 1.2, black),
                ("TOPPADDING", (0, 0), (-1, -1), 2),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
                ("LEFTPADDING", (0, 0), (-1, -1), 4),
                ("RIGHTPADDING", (0, 0), (-1, -1), 2),
            ]
        )
    )
    return table


def notice(text: str, *, ink: Ink) -> Flowable:
    """A framed line across the page."""
    table = Table([[ink.line(text, size=9.5)]], colWidths=[WIDTH], splitInRow=1)
    table.setStyle(TableStyle([("BOX", (0, 0), (-1, -1), 1, black), ("BOTTOMPADDING", (0, 0), (-1, -1), 5)]))
    return table


def _row(row: SheetRow, *, ink: Ink) -> Flowable:
    if isinstance(row, StopRow):
        return _stop(row, ink=ink)
    if isinstance(row, BreakRow):
        minutes = (row.end_s - row.start_s) // 60
        text = say("sheet.row.break", ink.lang, minutes=minutes, end=clock_text(row.end_s))
        return _band(clock_text(row.start_s), text, ink=ink)
    return _depot(row, ink=ink)


def _depot(row: DepotRow, *, ink: Ink) -> Flowable:
    key = "sheet.row.depot_leave" if row.leaving else "sheet.row.depot_return"
    return _band(clock_text(row.at_s), say(key, ink.lang, place=row.place.name), ink=ink)


def _band(time: str, text: str, *, ink: Ink) -> Flowable:
    """A shaded row without riders: depot, break. It too has a box for the actual time."""
    cells = ["", ink.line(time, size=15, align=TA_RIGHT), ink.line(text, size=12), "", ""]
    table = Table([cells], colWidths=COLUMNS)
    table.setStyle(
        TableStyle([*_frame(), ("BACKGROUND", (0, 0), (-2, -1), SHADE), ("VALIGN", (0, 0), (-1, -1), "MIDDLE")])
    )
    return table


def _stop(row: StopRow, *, ink: Ink) -> Flowable:
    time = [ink.line(clock_text(row.start_s), size=21, align=TA_RIGHT)]
    if clock_text(row.leave_s) != clock_text(row.start_s):
        leave = say("sheet.row.leave", ink.lang, clock=clock_text(row.leave_s))
        time.append(ink.line(leave, size=9.5, align=TA_RIGHT, colour=QUIET))
    place = [ink.line(row.place.name, size=13)]
    place.extend(ink.line(text, size=9, colour=QUIET) for text in row.place.details)
    aboard = [
        flowable
        for use in row.aboard
        for flowable in (
            ink.line(use.kind, size=8.5, align=TA_CENTER, colour=QUIET),
            ink.line(f"{use.used} / {use.places}", size=13, align=TA_CENTER),
        )
    ]
    visits = [_visit(visit, row=row, ink=ink) for visit in row.visits]
    cells = [ink.line(str(row.number), size=13, align=TA_CENTER), time, [*place, *visits], aboard, ""]
    # a stop taller than a page is the only row that may be cut: `pages` asks for it
    table = Table([cells], colWidths=COLUMNS, splitInRow=1)
    table.setStyle(TableStyle(_frame()))
    return table


def _visit(visit: SheetVisit, *, row: StopRow, ink: Ink) -> Flowable:
    person = [ink.line(visit.name, size=13)]
    if visit.kana:
        person.append(ink.line(say("sheet.visit.kana", ink.lang, kana=visit.kana), size=9.5))
    person.extend(ink.line(text, size=11) for text in (visit.party, *(f"◆{aid}" for aid in visit.aids)))
    person.extend(ink.line(say("sheet.visit.note", ink.lang, note=note), size=10.5) for note in visit.notes)
    promise = [ink.line(visit.promised, size=10)]
    if visit.payment:
        promise.append(ink.line(visit.payment, size=11.5))
    if clock_text(visit.start_s) != clock_text(row.start_s):
        promise.append(ink.line(say("sheet.visit.at", ink.lang, clock=clock_text(visit.start_s)), size=10))
    if visit.phone:
        promise.append(ink.line(say("sheet.visit.phone", ink.lang, phone=visit.phone), size=10))
    number = say("sheet.visit.reservation", ink.lang, id=visit.reservation_id)
    promise.append(ink.line(number, size=8.5, colour=QUIET))
    table = Table(
        [[_chip(visit.task, ink=ink), person, promise]], colWidths=[CHIP_W, PERSON_W, PROMISE_W], splitInRow=1
    )
    table.setStyle(
        TableStyle(
            [
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LEFTPADDING", (0, 0), (-1, -1), 2),
                ("RIGHTPADDING", (0, 0), (-1, -1), 2),
                ("LEFTPADDING", (-1, 0), (-1, -1), 6),
                ("TOPPADDING", (0, 0), (-1, -1), 3),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 1),
            ]
        )
    )
    table.hAlign = "LEFT"
    return table


def _chip(task: Task, *, ink: Ink) -> Flowable:
    boards = task is Task.BOARD
    text = SYMBOL[task] + say(f"sheet.task.{task}", ink.lang)
    label = ink.line(text, size=11, align=TA_CENTER, colour=white if boards else black)
    table = Table([[label]], colWidths=[CHIP_W - 6])
    table.setStyle(
        TableStyle(
            [
                ("BOX", (0, 0), (-1, -1), 1, black),
                ("BACKGROUND", (0, 0), (-1, -1), black if boards else white),
                ("LEFTPADDING", (0, 0), (-1, -1), 0),
                ("RIGHTPADDING", (0, 0), (-1, -1), 0),
                ("TOPPADDING", (0, 0), (-1, -1), 0),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
            ]
        )
    )
    return table


def _totals(run: SheetRun, *, ink: Ink) -> Flowable:
    parts = total_texts(run.totals, lang=ink.lang)
    return notice("　".join((say("sheet.total.title", ink.lang), *parts)), ink=ink)


def _frame() -> list[tuple[object, ...]]:
    return [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LINEBELOW", (0, 0), (-1, -1), 0.6, LINE),
        ("BOX", (-1, 0), (-1, -1), 0.9, black),
        ("LEFTPADDING", (0, 0), (-1, -1), 4),
        ("RIGHTPADDING", (0, 0), (-1, -1), 4),
        ("TOPPADDING", (0, 0), (-1, -1), 3),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 5),
    ]
