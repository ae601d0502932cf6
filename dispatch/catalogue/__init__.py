"""Edits of the catalogue by people, by a program or by a file: validated, judged, journaled, all or nothing.

``commands`` says what each noun asks for before it is edited, ``guard`` judges an edit by the promises of coming days,
``turns`` keeps one vehicle to one shift at a time.
"""

from __future__ import annotations

from dispatch.catalogue.commands import Catalogue
from dispatch.catalogue.guard import IfTaken

__all__ = ["Catalogue", "IfTaken"]
