"""The route sheet as an A4 PDF: pages first, then ink, so that every page can say how many there are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass
from io import BytesIO

from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Table, TableStyle

from dispatch.model.times import clock_text
from dispatch.model.wording import say
from dispatch.route_sheet.fonts import japanese_font
from dispatch.route_sheet.glyphs import losses
from dispatch.route_sheet.pdf_blocks import QUIET, WIDTH, Ink, blocks_of, heading, notice
from dispatch.route_sheet.sheet import RouteSheet, SheetRun

PAGE_W, PAGE_H = A4
LEFT = (PAGE_W - WIDTH) / 2
TOP, BOTTOM = PAGE_H - 10 * mm, 15 * mm
FOOT = 8 * mm
BODY_H = TOP - BOTTOM


@dataclass(frozen=True, slots=True, kw_only=True)
class _Page:
    """Blocks of one run, from the top of the page down."""

    blocks: tuple[Flowable, ...]


def render_sheet_pdf(sheet: RouteSheet) -> bytes:
    """The sheet as a PDF; the same sheet gives the same bytes.

    Each run starts on a new page; header and column titles are repeated on every page; a row is never cut unless it
    is taller than a page; a character the font lacks is printed as its code point and a line at the top warns.

    Raises
    ------
    SetupError
        ``font_missing`` when the Japanese font is not installed.
    """
    ink = Ink(font=japanese_font(), lang=sheet.lang)
    pages = [page for run in sheet.runs for page in _pages(sheet, run, ink=ink)]
    target = BytesIO()
    canvas = Canvas(target, pagesize=A4, invariant=True, pageCompression=1, lang=sheet.lang)
    canvas.setTitle(f"{say('sheet.title', sheet.lang)} {sheet.vehicle} {sheet.date.isoformat()}")
    for number, page in enumerate(pages, start=1):
        _draw(canvas, page, foot=_foot(number, pages=len(pages), ink=ink))
    canvas.save()
    return target.getvalue()


def _pages(sheet: RouteSheet, run: SheetRun, *, ink: Ink) -> Iterator[_Page]:
    """Fill pages from the top: head and column titles, then blocks while they fit."""
    head = (_head(sheet, run, ink=ink), heading(ink=ink))
    room_h = BODY_H - sum(_height(block) for block in head)
    waiting = [*_warnings(sheet, ink=ink), *blocks_of(run, ink=ink)]
    taken: list[Flowable] = []
    free_h = room_h
    while waiting:
        block = waiting.pop(0)
        height = _height(block)
        if height <= free_h:
            taken.append(block)
            free_h -= height
        elif taken:
            waiting.insert(0, block)
            yield _Page(blocks=(*head, *taken))
            taken, free_h = [], room_h
        else:
            waiting[:0] = _cut(block, height=room_h)
    yield _Page(blocks=(*head, *taken))


def _height(block: Flowable) -> float:
    return float(block.wrap(WIDTH, PAGE_H * 1000)[1])


def _cut(block: Flowable, *, height: float) -> list[Flowable]:
    parts: Sequence[Flowable] = block.split(WIDTH, height)
    if len(parts) < 2:
        raise ValueError("a row of the sheet is taller than a page and cannot be cut")
    return list(parts)


def _head(sheet: RouteSheet, run: SheetRun, *, ink: Ink) -> Flowable:
    lang = sheet.lang
    hours = say("sheet.hours", lang, start=clock_text(run.start_s), end=clock_text(run.end_s))
    vehicle = f"{sheet.vehicle}　{sheet.plate}".strip()
    version = f"{say('sheet.version', lang, version=sheet.plan_version)}　{sheet.made_at}"
    phone = say("sheet.service_phone", lang, phone=sheet.service_phone) if sheet.service_phone else ""
    cells = [
        [
            ink.line(f"{say('sheet.title', lang)}　{sheet.date_text}", size=16),
            ink.line(sheet.service_name, size=11, align=TA_RIGHT),
        ],
        [
            ink.line(f"{say('sheet.vehicle', lang)}　{vehicle}", size=14),
            ink.line(phone, size=11, align=TA_RIGHT),
        ],
        [
            ink.line(f"{say('sheet.driver', lang)}　{run.driver}　　{hours}", size=12),
            ink.line(version, size=9.5, align=TA_RIGHT, colour=QUIET),
        ],
    ]
    table = Table(cells, colWidths=[WIDTH * 0.6, WIDTH * 0.4])
    table.setStyle(
        TableStyle(
            [
                ("VALIGN", (0, 0), (-1, -1), "BOTTOM"),
                ("LEFTPADDING", (0, 0), (-1, -1), 0),
                ("RIGHTPADDING", (0, 0), (-1, -1), 0),
                ("TOPPADDING", (0, 0), (-1, -1), 0),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 4),
            ]
        )
    )
    return table


def _warnings(sheet: RouteSheet, *, ink: Ink) -> list[Flowable]:
    lost = losses(_texts(sheet), font=ink.font.characters)
    between = say("sheet.glyphs.between", sheet.lang)
    lines = [
        say(key, sheet.lang, codes=between.join(codes))
        for key, codes in (("sheet.glyphs.missing", lost.missing), ("sheet.glyphs.variant", lost.variants))
        if codes
    ]
    return [notice(line, ink=ink) for line in lines]


def _texts(node: object) -> Iterator[str]:
    """Every text of the sheet."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, tuple):
        for item in node:
            yield from _texts(item)
    elif is_dataclass(node):
        for field in fields(node):
            yield from _texts(getattr(node, field.name))


def _foot(number: int, *, pages: int, ink: Ink) -> Flowable:
    private = ink.line(say("sheet.keep_private", ink.lang), size=8.5, colour=QUIET)
    page = ink.line(say("sheet.page", ink.lang, page=number, pages=pages), size=11, align=TA_RIGHT)
    return Table([[private, page]], colWidths=[WIDTH * 0.7, WIDTH * 0.3])


def _draw(canvas: Canvas, page: _Page, *, foot: Flowable) -> None:
    y = TOP
    for block in page.blocks:
        y -= _height(block)
        block.drawOn(canvas, LEFT, y)
    _height(foot)
    foot.drawOn(canvas, LEFT, FOOT)
    canvas.showPage()
