"""Commands about what was promised: the ledger of a day."""

from __future__ import annotations

import typer

from api.commands.figures import Row, show_json, show_rows, waiting
from api.commands.frame import DateOption, JsonOption, ServiceOption, day_of, open_desk, service_of
from api.commands.speech import tell, terminal_lang
from dispatch.model.happened import NOT_YET
from dispatch.model.times import clock_text
from dispatch.model.wording import say


def promises(date: DateOption, service: ServiceOption = "", as_json: JsonOption = False) -> None:
    from api.schemas.progress import LedgerEntryOut
    from dispatch.progress.promises import Standing

    day, desk = day_of(date), open_desk()
    known, lang = service_of(desk, service), terminal_lang()
    with waiting(tell("summing_up")):
        entries = desk.promises(service_id=known, day=day)
    counts = {one.value: sum(entry.standing is one for entry in entries) for one in Standing}
    if as_json:
        rows = [LedgerEntryOut.of(entry, lang).model_dump(mode="json") for entry in entries]
        show_json({"date": day.isoformat(), **counts, "promises": rows})
        return
    lines: list[Row] = [
        {
            "reservation_id": entry.trip.id,
            "vehicle_id": entry.vehicle_id,
            "promised": f"{_clock(entry.trip.promise.pickup_earliest_s)}–{_clock(entry.trip.promise.pickup_latest_s)}"
            f" → {_clock(entry.trip.promise.arrival_latest_s)}",
            "scheduled": _pair(entry.scheduled.pickup_s, entry.scheduled.arrival_s),
            "estimated": _pair(entry.estimated.pickup_s, entry.estimated.arrival_s),
            "actual": _pair(entry.actual.pickup_s, entry.actual.arrival_s),
            "standing": say(f"standing.{entry.standing}", lang),
            "why": say(f"why.{entry.why}", lang),
        }
        for entry in entries
    ]
    if lines:
        show_rows(lines, title=tell("promises_title", date=day.isoformat()), as_json=False)
    typer.echo(tell("promises", **counts))


def _pair(pickup_s: int, arrival_s: int) -> str:
    return "" if pickup_s == arrival_s == NOT_YET else f"{_clock(pickup_s)} → {_clock(arrival_s)}"


def _clock(second_s: int) -> str:
    return "…" if second_s == NOT_YET else clock_text(second_s)
