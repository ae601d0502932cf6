"""The driver's route sheet: composed from a plan, drawn as HTML or as a PDF.

A projection: it reads and never decides. Personal data (names, phones, homes) are joined here and nowhere else.
"""

from dispatch.route_sheet.compose import route_sheets
from dispatch.route_sheet.html import render_sheet_html
from dispatch.route_sheet.pdf import render_sheet_pdf
from dispatch.route_sheet.sheet import RouteSheet

__all__ = ["RouteSheet", "render_sheet_html", "render_sheet_pdf", "route_sheets"]
