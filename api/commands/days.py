"""Commands about one service day: plan it, check it, print it, look at it, sum it up."""

from __future__ import annotations

from typing import Annotated

import typer

from api.commands.figures import Row, filling, show_figures, show_json, show_lines, show_rows, waiting
from api.commands.frame import (
    EXIT_FINDING,
    DateOption,
    JsonOption,
    ServiceOption,
    day_of,
    open_desk,
    service_of,
    settings,
)
from api.commands.speech import both, tell, terminal_lang
from dispatch.model.errors import InvalidInput
from dispatch.model.rules_math import runs_on
from dispatch.model.stop import stops_of
from dispatch.model.wording import say

BY_THE_RULES = 0.0
NO_VERSION = 0  # of the plan of a day that nobody has touched

FirstOption = Annotated[str, typer.Option("--from", metavar="YYYY-MM-DD", help=both("option.first"))]
LastOption = Annotated[str, typer.Option("--to", metavar="YYYY-MM-DD", help=both("option.last"))]
SecondsOption = Annotated[float, typer.Option("--seconds", min=0.0, max=600.0, help=both("option.seconds"))]


def plan(
    date: DateOption, seconds: SecondsOption = BY_THE_RULES, service: ServiceOption = "", as_json: JsonOption = False
) -> None:
    from dispatch.planning.outcome import BY_RULES, Seconds

    day, desk = day_of(date), open_desk()
    effort = BY_RULES if seconds == BY_THE_RULES else Seconds(value=seconds)
    known = service_of(desk, service)
    rules = desk.store.rules(known, day)
    if not runs_on(rules, day) and not desk.day_state(service_id=known, day=day).reservations:
        raise InvalidInput("closed_day", date=day.isoformat())
    search_s = rules.planning.seconds if seconds == BY_THE_RULES else seconds
    with filling(tell("planning"), seconds=search_s):
        outcome = desk.replan(service_id=known, day=day, actor=settings().operator, effort=effort)
    figures: Row = {
        "date": day.isoformat(),
        "version": outcome.plan.version,
        "verdict": outcome.verdict.value if as_json else tell(f"verdict.{outcome.verdict}"),
        "before_m": outcome.before_m,
        "after_m": outcome.after_m,
        "gain_m": outcome.gain_m,
        "iterations": outcome.iterations,
        "seconds": round(outcome.seconds, 3),
        "engine": outcome.engine,
    }
    show_figures(figures, title=tell("plan_title", date=day.isoformat()), as_json=as_json)


def check(date: DateOption, service: ServiceOption = "", as_json: JsonOption = False) -> None:
    day, desk = day_of(date), open_desk()
    known = service_of(desk, service)
    with waiting(tell("checking")):
        findings, state = desk.check(service_id=known, day=day), desk.day_state(service_id=known, day=day)
    rows: list[Row] = [
        {
            "rule": one.rule,
            "shift_id": one.shift_id,
            "reservation_id": one.reservation_id,
            "amount": one.amount,
            "text": one.text,
        }
        for one in findings
    ]
    checked = {
        "version": state.plan.version,
        "stops": sum(len(stops_of(route)) for route in state.plan.routes),
        "promises": len(state.reservations),
    }
    if as_json:
        show_json({"date": day.isoformat(), **checked, "violations": len(rows), "findings": rows})
    elif rows:
        rows = [{**row, "rule": say(f"finding.{row['rule']}", terminal_lang())} for row in rows]
        show_rows(rows, title=tell("violated", date=day.isoformat(), count=len(rows)), as_json=False)
    elif state.plan.version == NO_VERSION:
        typer.echo(tell("nothing_to_check", date=day.isoformat()))
    else:
        typer.echo(tell("clean", date=day.isoformat()))
    if not as_json and state.plan.version != NO_VERSION:
        typer.echo(tell("checked", **checked))
    if rows:
        raise typer.Exit(EXIT_FINDING)


def summary(date: DateOption, service: ServiceOption = "", as_json: JsonOption = False) -> None:
    from api.schemas.figures import DayFigures
    from dispatch.report import day_summary, summary_rows

    day, desk = day_of(date), open_desk()
    known = service_of(desk, service)
    with waiting(tell("summing_up")):
        state = desk.day_state(service_id=known, day=day)
        figures = day_summary(state, desk.travel_times(service_id=known, day=day))
    if as_json:
        show_json(DayFigures.of(state, figures).model_dump(mode="json"))
    else:
        show_lines(summary_rows(figures, lang=terminal_lang()), title=tell("summary_title", date=day.isoformat()))


def refusals(
    first: FirstOption, last: LastOption = "", service: ServiceOption = "", as_json: JsonOption = False
) -> None:
    from api.schemas.figures import RefusalFigures

    desk = open_desk()
    begins = day_of(first)
    ends = day_of(last) if last else begins
    with waiting(tell("summing_up")):
        counted = desk.refusals(service_id=service_of(desk, service), first=begins, last=ends)
    if as_json:
        show_json(RefusalFigures.of(counted).model_dump(mode="json"))
        return
    lang = terminal_lang()
    lines = [(tell("refusals.requests"), str(counted.requests))]
    lines += [(tell(f"refusals.{outcome}"), str(count)) for outcome, count in counted.outcomes]
    lines.append((tell("refusals.refused_share"), f"{counted.share(counted.refused):.1%}"))
    for reason, count in counted.reasons:
        said = say(f"rule.{reason.rule}", lang) if reason.rule else reason.code
        lines.append((tell("refusals.reason", reason=said), f"{count} ({counted.share(count):.1%})"))
    show_lines(lines, title=tell("refusals.title", first=begins.isoformat(), last=ends.isoformat()))
