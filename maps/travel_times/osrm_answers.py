"""Reading the answers of an OSRM server: what is not as its documentation says is `RouterUnavailable`."""

from __future__ import annotations

from typing import NoReturn, TypeVar

import httpx
import numpy as np
from pydantic import BaseModel, ConfigDict, ValidationError

from maps.errors import PointOffNetwork, RouterUnavailable
from maps.geo import Float64, LatLon

NO_ROAD_CODES = frozenset({"NoSegment", "NoRoute", "NoTable"})


class Answer(BaseModel):
    """What every answer has; ``code`` is ``Ok`` or the name of the failure."""

    model_config = ConfigDict(frozen=True)

    code: str
    message: str = ""


class Waypoint(BaseModel):
    """A point moved to the nearest road; ``distance`` says how far, metres."""

    distance: float


class TableAnswer(Answer):
    """``/table``: seconds and metres, row = source; null where there is no way."""

    durations: list[list[float | None]]
    distances: list[list[float | None]]
    sources: list[Waypoint]


class Line(BaseModel):
    """A GeoJSON line: longitude first."""

    coordinates: list[tuple[float, float]]


class Way(BaseModel):
    """One route of ``/route``."""

    geometry: Line


class RouteAnswer(Answer):
    """``/route``: at least one way."""

    routes: list[Way]


Known = TypeVar("Known", TableAnswer, RouteAnswer)


def away(reason: str) -> RouterUnavailable:
    """Return the error for a router that cannot be used, with the reason found."""
    return RouterUnavailable(
        cause=f"The road router (OSRM) cannot be used: {reason}.",
        action="Check that it is running and its address in the settings, or choose another source of travel times.",
    )


def read_table(response: httpx.Response, *, rows: int, columns: int) -> tuple[Float64, Float64, Float64]:
    """Return seconds ``(rows, columns)``, metres ``(rows, columns)`` and metres to the road ``(rows,)``."""
    answer = _read(response, TableAnswer)
    matrices = (answer.durations, answer.distances)
    sizes = {(len(matrix), *{len(row) for row in matrix}) for matrix in matrices}
    if sizes != {(rows, columns)} or len(answer.sources) != rows:
        raise away(f"asked for a table of {rows} x {columns}, it sent another size")
    seconds, metres = (np.array(matrix, dtype=np.float64) for matrix in matrices)  # null becomes nan
    if np.isnan(seconds).any() or np.isnan(metres).any():
        _no_road("it knows no way between two of the points")
    if (seconds < 0).any() or (metres < 0).any():
        raise away("it sent a negative time or distance")
    return seconds, metres, np.array([source.distance for source in answer.sources])


def read_line(response: httpx.Response) -> tuple[LatLon, ...]:
    """Return the points of the first way."""
    answer = _read(response, RouteAnswer)
    if not answer.routes:
        raise away("it sent no route")
    return tuple(LatLon(lat, lon) for lon, lat in answer.routes[0].geometry.coordinates)


def _read(response: httpx.Response, kind: type[Known]) -> Known:
    """Return the answer, or raise what its code says; OSRM sends failures as JSON with status 400."""
    try:
        code = Answer.model_validate_json(response.content)
        if code.code in NO_ROAD_CODES:
            _no_road(code.message or code.code)
        if code.code != "Ok":
            raise away(f"it answered {code.code} {code.message}".rstrip())
        return kind.model_validate_json(response.content)
    except ValidationError as error:
        raise away(f"status {response.status_code}, and the answer is not OSRM's") from error


def _no_road(reason: str) -> NoReturn:
    raise PointOffNetwork(
        cause=f"The road router (OSRM) found no road for a point: {reason}.",
        action="Correct the point, or give the router an extract that covers it.",
    )
