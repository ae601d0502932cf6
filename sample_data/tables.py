"""Reading and writing the tables in ``sample_data/data``: CSV in UTF-8 with LF, read as package resources."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import files
from typing import TypeVar

from sqlmodel import SQLModel

from dispatch.model.catalog import PlaceCreate, RiderCreate, RiderPlaceCreate, ShiftCreate, VehicleCreate
from dispatch.model.demand import HistoricalRequest, parse_historical
from dispatch.model.rules import ServiceRules
from dispatch.model.rules_file import load_rules
from dispatch.model.times import parse_clock
from maps.geo import Boundary, LatLon

RowT = TypeVar("RowT", bound=SQLModel)
CLOCK_COLUMNS = ("start", "end", "break_earliest", "break_latest")


def text_of(name: str) -> str:
    """The text of ``sample_data/data/<name>``."""
    return files("sample_data").joinpath("data", name).read_text(encoding="utf-8")


def rows_of(name: str) -> tuple[dict[str, str], ...]:
    """The rows of a CSV table by column."""
    return tuple(csv.DictReader(io.StringIO(text_of(name), newline="")))


def csv_text(columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> str:
    """A table as CSV text: header, then one line a row, LF at each end."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, columns, lineterminator="\n")
    writer.writeheader()
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


def places() -> tuple[PlaceCreate, ...]:
    return _read(PlaceCreate, "places.csv")


def riders() -> tuple[RiderCreate, ...]:
    return _read(RiderCreate, "riders.csv")


def rider_places() -> tuple[RiderPlaceCreate, ...]:
    return _read(RiderPlaceCreate, "rider_places.csv")


def vehicles() -> tuple[VehicleCreate, ...]:
    """Vehicles; the column ``layouts`` holds JSON like ``[[8, 0], [5, 1]]``."""
    return tuple(
        VehicleCreate.model_validate({**row, "layouts": json.loads(row["layouts"])}) for row in rows_of("vehicles.csv")
    )


def shifts() -> tuple[ShiftCreate, ...]:
    """Shifts; clock columns are ``H:MM`` and the break lasts ``break_min`` minutes."""
    return tuple(_shift(row) for row in rows_of("shifts.csv"))


def history() -> tuple[HistoricalRequest, ...]:
    """One year of requests in the order in which they were made."""
    return tuple(map(parse_historical, rows_of("requests.csv")))


def demo_requests() -> tuple[HistoricalRequest, ...]:
    """The requests for the demo day (day 0) in the order in which they were made."""
    return tuple(map(parse_historical, rows_of("demo_requests.csv")))


def _read(model: type[RowT], name: str) -> tuple[RowT, ...]:
    return tuple(model.model_validate(row) for row in rows_of(name))


def _shift(row: Mapping[str, str]) -> ShiftCreate:
    clocks = {f"{column}_s": parse_clock(row[column]) for column in CLOCK_COLUMNS}
    rest = {column: cell for column, cell in row.items() if column not in (*CLOCK_COLUMNS, "break_min")}
    return ShiftCreate.model_validate({**rest, **clocks, "break_duration_s": int(row["break_min"]) * 60})
