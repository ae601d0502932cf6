"""CSV files: what a city's office keeps in Excel, in and out.

``kinds`` says what a file of each kind looks like, ``reading`` turns bytes into records and names every bad row,
``exchange`` does it for the catalogue and writes it out again, ``demand`` does both for requests. Nothing is stored
here: `dispatch.catalogue` takes rows in.
"""

from __future__ import annotations

from dispatch.store.csv_io.demand import read_requests, stored_requests, write_requests
from dispatch.store.csv_io.exchange import export_csv, read_catalog, write_private
from dispatch.store.csv_io.kinds import CsvKind
from dispatch.store.csv_io.reading import BadRow, BadRows, ImportReport, bad_row_text

__all__ = [
    "BadRow",
    "BadRows",
    "CsvKind",
    "ImportReport",
    "bad_row_text",
    "export_csv",
    "read_catalog",
    "read_requests",
    "stored_requests",
    "write_private",
    "write_requests",
]
