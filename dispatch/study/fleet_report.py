"""The figures of a fleet study as a table (CSV) and a picture (PNG). The same figures give the same bytes."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Sequence
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties

from dispatch.model.wording import Lang, say
from dispatch.route_sheet.fonts import font_file
from dispatch.study.fleet import FleetFigures

CSV_FILE, PNG_FILE = "fleet.csv", "fleet.png"
FILE_MODE, FOLDER_MODE = 0o600, 0o700
BLUE, ORANGE = "#0072B2", "#D55E00"
"""Two colours that also people with colour-blindness tell apart (Okabe and Ito)."""


def write_fleet_report(figures: Sequence[FleetFigures], folder: Path, *, lang: Lang = Lang.JA) -> tuple[Path, Path]:
    """Write ``fleet.csv`` and ``fleet.png`` into ``folder`` (made with mode 0700; the files have 0600)."""
    folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    table, picture = folder / CSV_FILE, folder / PNG_FILE
    _write(table, fleet_csv(figures).encode())
    _write(picture, fleet_png(figures, lang=lang))
    return table, picture


def fleet_csv(figures: Sequence[FleetFigures]) -> str:
    """One line per fleet; one column per reason of refusal that occurs anywhere, in the order of the alphabet."""
    reasons = sorted({reason for one in figures for reason, _ in one.refused})
    text = io.StringIO()
    writer = csv.DictWriter(text, [*_row(figures[0]), *(f"refused_{r}" for r in reasons)], lineterminator="\n")
    writer.writeheader()
    for one in figures:
        counts = dict(one.refused)
        writer.writerow(_row(one) | {f"refused_{reason}": str(counts.get(reason, 0)) for reason in reasons})
    return text.getvalue()


def _row(one: FleetFigures) -> dict[str, str]:
    return {
        "vehicles": str(one.vehicles),
        "days": str(one.days),
        "requests": str(one.requests),
        "served": str(one.served),
        "served_share": f"{one.served_share:.4f}",
        "rides": str(one.rides),
        "wait_p50_s": str(one.wait_p50_s),
        "wait_p90_s": str(one.wait_p90_s),
        "ride_over_direct": f"{one.ride_over_direct:.3f}",
        "distance_km": f"{one.distance_m / 1000:.1f}",
        "vehicle_hours": f"{one.on_road_s / 3600:.1f}",
    }


def fleet_png(figures: Sequence[FleetFigures], *, lang: Lang) -> bytes:
    """Three small charts over the number of vehicles: share served, wait, kilometres a ride."""
    figure = Figure(figsize=(12, 4), dpi=100, layout="constrained")
    FigureCanvasAgg(figure)
    share, wait, distance = figure.subplots(1, 3)
    words = _Words(lang)
    vehicles = [one.vehicles for one in figures]
    share.plot(vehicles, [100 * one.served_share for one in figures], color=BLUE, marker="o")
    share.set_ylim(0, 105)
    minutes = ((one.wait_p50_s / 60, one.wait_p90_s / 60) for one in figures)
    halves, nines = zip(*minutes, strict=True)
    wait.plot(vehicles, halves, color=BLUE, marker="o", label=say("fleet.curve.wait_p50", lang))
    wait.plot(vehicles, nines, color=ORANGE, marker="s", linestyle="--", label=say("fleet.curve.wait_p90", lang))
    wait.legend(prop=words.font)
    wait.set_ylim(bottom=0)
    distance.plot(vehicles, [one.distance_m / 1000 / max(1, one.rides) for one in figures], color=BLUE, marker="o")
    distance.set_ylim(bottom=0)
    for name, chart in (("share", share), ("wait", wait), ("distance", distance)):
        words.label(chart, name, vehicles)
    image = io.BytesIO()
    figure.savefig(image, format="png", metadata={"Software": "odekake"})
    return image.getvalue()


class _Words:
    """Titles and axes in one language, in a font that has its characters."""

    def __init__(self, lang: Lang) -> None:
        self._lang = lang
        self.font = FontProperties(fname=str(font_file()), size=11)

    def label(self, chart: Axes, name: str, vehicles: Sequence[int]) -> None:
        chart.set_title(say(f"fleet.title.{name}", self._lang), fontproperties=self.font)
        chart.set_xlabel(say("fleet.axis.vehicles", self._lang), fontproperties=self.font)
        chart.set_ylabel(say(f"fleet.axis.{name}", self._lang), fontproperties=self.font)
        chart.set_xticks(vehicles)
        chart.grid(visible=True, alpha=0.3)


def _write(path: Path, content: bytes) -> None:
    """Replace the file as a whole, readable by its owner only."""
    part = path.with_suffix(f"{path.suffix}.part")
    part.unlink(missing_ok=True)
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    part.replace(path)
