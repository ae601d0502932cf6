"""CSV files: what a city's office keeps in Excel, in and out.

``kinds`` says what a file of each kind looks like, ``reading`` turns bytes into records and names every bad row,
``exchange`` takes them into the store and writes them out again, ``demand`` does both for requests.
"""

from __future__ import annotations

from dispatch.store.csv_io.demand import read_requests, stored_requests, write_requests
from dispatch.store.csv_io.exchange import export_csv, import_csv, write_private
from dispatch.store.csv_io.kinds import CsvKind
from dispatch.store.csv_io.reading import BadRow, BadRows, ImportReport, bad_row_text

__all__ = [
    "BadRow",
    "BadRows",
    "CsvKind",
    "ImportReport",
    "bad_row_text",
    "export_csv",
    "import_csv",
    "read_requests",
    "stored_requests",
    "write_private",
    "write_requests",
]
