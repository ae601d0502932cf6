"""The driver's route sheet: composed from a plan, drawn as HTML or (in `dispatch.route_sheet.pdf`) as a PDF.

A projection: it reads and never decides. Personal data (names, phones, homes) are joined here and nowhere else.
"""

from dispatch.route_sheet.compose import route_sheets
from dispatch.route_sheet.html import render_sheet_html
from dispatch.route_sheet.sheet import RouteSheet

__all__ = ["RouteSheet", "render_sheet_html", "route_sheets"]
