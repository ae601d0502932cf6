"""Reading and writing the tables in ``sample_data/data``: CSV in UTF-8 with LF, read as package resources.

The tables of the catalogue have the format of `dispatch.store.csv_io`: each can be imported as it is.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from importlib.resources import files
from typing import TypeVar

from dispatch.model.catalog import Place, Rider, RiderPlace, Shift, Vehicle
from dispatch.model.demand import HistoricalRequest, parse_historical
from dispatch.model.rules import ServiceRules
from dispatch.model.rules_file import load_rules
from dispatch.store.csv_io import kinds
from dispatch.store.csv_io.kinds import CatalogFile
from dispatch.store.csv_io.reading import read_file
from maps.geo import Boundary, LatLon

SERVICE_ID = "shimotsuke"
TableT = TypeVar("TableT", Place, Rider, RiderPlace, Vehicle, Shift)


def text_of(name: str) -> str:
    """The text of ``sample_data/data/<name>``."""
    return files("sample_data").joinpath("data", name).read_text(encoding="utf-8")


def rows_of(name: str) -> tuple[dict[str, str], ...]:
    """The rows of a CSV table by column."""
    return tuple(csv.DictReader(io.StringIO(text_of(name), newline="")))


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table as CSV text: header, then one line a row, LF at each end."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return out.getvalue()


def sample_rules() -> ServiceRules:
    source = files("sample_data").joinpath("service_rules.toml")
    return load_rules(source.read_text(encoding="utf-8"), source=source.name)


def boundary_rings() -> list[list[list[float]]]:
    """The city boundary as stored with the service: rings of ``[lat, lon]``."""
    rings: list[list[list[float]]] = json.loads(text_of("boundary.json"))
    return rings


def boundary() -> Boundary:
    """The outer ring of the city boundary."""
    return tuple(LatLon(lat, lon) for lat, lon in boundary_rings()[0])


def places() -> tuple[Place, ...]:
    return _catalogue(kinds.PLACES, "places.csv")


def riders() -> tuple[Rider, ...]:
    return _catalogue(kinds.RIDERS, "riders.csv")


def rider_places() -> tuple[RiderPlace, ...]:
    return _catalogue(kinds.RIDER_PLACES, "rider_places.csv")


def vehicles() -> tuple[Vehicle, ...]:
    return _catalogue(kinds.VEHICLES, "vehicles.csv")


def shifts() -> tuple[Shift, ...]:
    return _catalogue(kinds.SHIFTS, "shifts.csv")


def history() -> tuple[HistoricalRequest, ...]:
    """One year of requests in the order in which they were made."""
    return tuple(map(parse_historical, rows_of("requests.csv")))


def demo_requests() -> tuple[HistoricalRequest, ...]:
    """The requests for the demo day (day 0) in the order in which they were made."""
    return tuple(map(parse_historical, rows_of("demo_requests.csv")))


def _catalogue(file: CatalogFile[TableT], name: str) -> tuple[TableT, ...]:
    """The rows of a table in the format that ``odekake import`` takes."""
    return read_file(text_of(name).encode(), file.layout(SERVICE_ID)).good_or_refuse(skip_bad=False)
