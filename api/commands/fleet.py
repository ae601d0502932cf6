"""``odekake fleet``: how many vehicles does the city need?"""

from __future__ import annotations

import re
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.figures import Row, counting, show_json, show_rows
from api.commands.frame import JsonOption, ServiceOption, open_desk, read_file, service_of
from api.commands.speech import both, tell, terminal_lang
from dispatch.model.errors import InvalidInput
from dispatch.model.times import local_date
from dispatch.model.wording import say

if TYPE_CHECKING:
    from dispatch.study.fleet import FleetFigures, Sweep

VEHICLES_MAX = 99
SEED_MAX = 2**31 - 1
FEW_DAYS = 10  # starting further processes would take longer than replaying so few
DAYS_MAX = 366

DemandOption = Annotated[Path, typer.Option("--demand", metavar="FILE", dir_okay=False, help=both("option.demand"))]
VehiclesOption = Annotated[str, typer.Option("--vehicles", metavar="2-6", help=both("option.vehicles"))]
DaysOption = Annotated[int, typer.Option("--days", min=1, max=DAYS_MAX, help=both("option.days"))]
OutOption = Annotated[Path, typer.Option("--out", metavar="DIR", file_okay=False, help=both("option.out"))]
SeedOption = Annotated[int, typer.Option("--seed", min=0, max=SEED_MAX, help=both("option.seed"))]


def fleet(  # noqa: PLR0913 - a command has one parameter for each of its options
    demand: DemandOption,
    vehicles: VehiclesOption,
    days: DaysOption,
    out: OutOption,
    seed: SeedOption = 1,
    service: ServiceOption = "",
    as_json: JsonOption = False,
) -> None:
    from dispatch.store.csv_io import read_requests
    from dispatch.study.city import city_of
    from dispatch.study.fleet import Sweep
    from dispatch.study.fleet_report import write_fleet_report

    sizes, requests = sizes_of(vehicles), read_requests(read_file(demand), skip_bad=False).requests
    desk = open_desk()
    city = city_of(desk.store, service_of(desk, service), local_date(desk.clock.now()))
    figures = _swept(Sweep(city=city, demand=requests, sizes=sizes, days=days, seed=seed))
    try:
        written = write_fleet_report(figures, out, lang=terminal_lang())
    except OSError as error:
        raise InvalidInput("file_not_writable", path=str(out)) from error
    if as_json:
        show_json([{**_row(one), "refused": [dict(_reason(reason)) for reason in one.refused]} for one in figures])
        return
    show_rows([_shown(one) for one in figures], title=tell("fleet_title"), as_json=False)
    for one in figures:
        typer.echo(tell("fleet_refused", vehicles=one.vehicles, reasons=_reasons(one)))
    for path in written:
        typer.echo(tell("written", path=str(path)))


def _swept(question: Sweep) -> tuple[FleetFigures, ...]:
    """Replay, with a progress bar over all days of all sizes; on several processes when that pays."""
    from dispatch.study.fleet import InThisProcess, days_of, sweep

    total = len(days_of(question)) * len(question.sizes)
    with counting(tell("replaying")) as progress:
        bar = progress.add_task(tell("replaying"), total=total)

        def on_day(count: int) -> None:
            progress.advance(bar, count)

        if total <= FEW_DAYS:
            return sweep(question, executor=InThisProcess(), on_day=on_day)
        # Fresh processes: a copy of this one would hold locks of threads that it does not have.
        with ProcessPoolExecutor(mp_context=get_context("spawn")) as workers:
            return sweep(question, executor=workers, on_day=on_day)


def _row(one: FleetFigures) -> Row:
    return {
        "vehicles": one.vehicles,
        "days": one.days,
        "requests": one.requests,
        "served": one.served,
        "served_share": round(one.served_share, 4),
        "wait_p50_s": one.wait_p50_s,
        "wait_p90_s": one.wait_p90_s,
        "ride_over_direct": round(one.ride_over_direct, 3),
        "distance_m": one.distance_m,
        "on_road_s": one.on_road_s,
    }


def _shown(one: FleetFigures) -> Row:
    """The same for people, in the units they think in."""
    return {
        "vehicles": one.vehicles,
        "requests": one.requests,
        "served": one.served,
        "served_percent": round(100 * one.served_share, 1),
        "wait_p50_min": round(one.wait_p50_s / 60, 1),
        "wait_p90_min": round(one.wait_p90_s / 60, 1),
        "ride_over_direct": round(one.ride_over_direct, 2),
        "distance_km": round(one.distance_m / 1000),
        "on_road_h": round(one.on_road_s / 3600),
    }


def _reason(counted: tuple[str, int]) -> Row:
    reason, count = counted
    return {"reason": reason, "count": count}


def _reasons(one: FleetFigures) -> str:
    """What a person reads; JSON and CSV keep the codes."""
    told = (f"{say(f'fleet.reason.{reason}', terminal_lang())} {count}" for reason, count in one.refused)
    return "、".join(told) or tell("none")


def sizes_of(text: str) -> tuple[int, ...]:
    """The fleet sizes of ``2-6`` or ``4``. Raises InvalidInput ``bad_vehicle_range``."""
    found = re.fullmatch(r"\s*(\d{1,3})\s*(?:-\s*(\d{1,3})\s*)?", text, flags=re.ASCII)
    first, last = (int(found[1]), int(found[2] or found[1])) if found else (0, 0)
    if not 1 <= first <= last <= VEHICLES_MAX:
        raise InvalidInput("bad_vehicle_range", given=text)
    return tuple(range(first, last + 1))
