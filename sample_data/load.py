"""Load the sample city and plan its demo day: ``python -m sample_data.load``.

Run again, it changes nothing that people have done since: the city is left as it is, calls taken before are not taken
again, and a load that was interrupted is finished. While a demo day lies ahead there is one; once it is past, the next
service day becomes the new one.

A second load only looks whether all is there. Desk, solver and printing take two seconds to import and are imported by
the functions that need them.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import Progress
from rich.status import Status
from rich.table import Table

from dispatch.installation import Settings, open_store
from dispatch.model.actor import SYSTEM_ACTOR
from dispatch.model.errors import OdekakeError
from dispatch.model.rules import ServiceRules
from dispatch.model.times import Clock, ManualClock, SystemClock, local_date
from dispatch.model.wording import Lang, say
from dispatch.store.protocol import Store
from maps.errors import MapsError
from sample_data import tables
from sample_data.city import is_loaded, load_city, rules_are_current
from sample_data.demo import CALL_PREFIX, demo_day, demo_wishes
from sample_data.demo_log import CallLog, CallsTaken
from sample_data.tables import SERVICE_ID

if TYPE_CHECKING:
    from dispatch.desk import Desk

PLAN_FILE = "plan.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """The demo day, what came of its calls, and how many rules its plan breaks (none, unless something is wrong)."""

    day: date
    calls: CallsTaken
    findings: int


def load(desk: Desk, clock: ManualClock, settings: Settings, *, console: Console) -> Loaded:
    """Load city and demo day; ``clock`` is the clock of ``desk`` and stands at the present moment.

    The calls are put through propose and accept in the order in which they were made, then the day is planned again
    under those promises, checked and written to ``settings.out_dir``.
    """
    store = desk.store
    with _busy(console, "demo.city"):
        load_city(store, clock=clock)
    rules = tables.sample_rules()
    day = current_demo_day(store, rules, clock)
    calls = _take_calls(desk, clock, rules, day=day, console=console)
    if not _plan_file(settings, day).exists():
        with _busy(console, "demo.planning", date=day.isoformat()):
            desk.replan(service_id=SERVICE_ID, day=day, actor=SYSTEM_ACTOR)
    with _busy(console, "demo.writing"):
        findings = desk.check(service_id=SERVICE_ID, day=day)
        if not _written(store, settings, day):
            _write_files(desk, settings, day=day)
    return Loaded(day=day, calls=calls, findings=len(findings))


def is_complete(store: Store, settings: Settings, *, clock: Clock) -> bool:
    """Say whether an earlier load has done everything that `load` would do now."""
    rules = tables.sample_rules()
    if not (is_loaded(store) and rules_are_current(store, rules, clock=clock)):
        return False
    day = current_demo_day(store, rules, clock)
    log = CallLog.read(store, day)
    settled = all(log.is_settled(wish) for wish in demo_wishes(day, rules=rules, clock=clock))
    return settled and _written(store, settings, day)


def current_demo_day(store: Store, rules: ServiceRules, clock: Clock) -> date:
    """The first day from today on that has calls of the demo, also unfinished ones; else the next service day."""
    today, fresh = local_date(clock.now()), demo_day(rules, clock)
    ahead = (today + timedelta(days=days) for days in range((fresh - today).days))
    return next((day for day in ahead if _has_demo(store, day)), fresh)


def _has_demo(store: Store, day: date) -> bool:
    return any(request.wish.call_id.startswith(CALL_PREFIX) for request in store.requests(SERVICE_ID, day))


def _take_calls(desk: Desk, clock: ManualClock, rules: ServiceRules, *, day: date, console: Console) -> CallsTaken:
    from sample_data.demo_calls import CallTaker

    wishes = demo_wishes(day, rules=rules, clock=clock)
    with Progress(console=console, transient=True) as progress:
        bar = progress.add_task(_line("demo.calls"), total=len(wishes))
        return CallTaker(desk, clock, day=day).take(wishes, after_each=lambda: progress.advance(bar))


def _write_files(desk: Desk, settings: Settings, *, day: date) -> None:
    from dispatch.plan_files import write_day_files

    state = desk.day_state(service_id=SERVICE_ID, day=day)
    write_day_files(desk.store, state, desk.travel_times(service_id=SERVICE_ID, day=day), settings.out_dir)


def _written(store: Store, settings: Settings, day: date) -> bool:
    """Say whether the files show the plan in force."""
    file = _plan_file(settings, day)
    if not file.exists():
        return False
    shown = json.loads(file.read_text(encoding="utf-8"))
    version = store.day_state(SERVICE_ID, day).plan.version
    return bool(shown["service_id"] == SERVICE_ID and shown["version"] == version)


def _plan_file(settings: Settings, day: date) -> Path:
    """The file written last, once the day has been re-planned and checked."""
    return settings.out_dir / day.isoformat() / PLAN_FILE


def show(desk: Desk, loaded: Loaded, settings: Settings, *, console: Console) -> None:
    """Print what was loaded and the figures of the plan, in Japanese and English."""
    from dispatch.report import day_summary, summary_rows

    state = desk.day_state(service_id=SERVICE_ID, day=loaded.day)
    summary = day_summary(state, desk.travel_times(service_id=SERVICE_ID, day=loaded.day))
    table = Table(title=_both("demo.title", date=loaded.day.isoformat()), show_header=False)
    for justify in ("left", "left", "right"):
        table.add_column(justify=justify, overflow="fold")  # a narrow terminal gets more lines, and every word
    rows = zip(summary_rows(summary, lang=Lang.JA), summary_rows(summary, lang=Lang.EN), strict=True)
    for (label, value), (english_label, _) in rows:
        table.add_row(label, english_label, value)
    console.print(table)
    calls = loaded.calls
    console.print(_both("demo.calls_taken", booked=calls.booked, refused=calls.refused, cancelled=calls.cancelled))
    console.print(_both("demo.findings" if loaded.findings else "demo.checked", count=loaded.findings))
    console.print(_both("demo.files", folder=str(settings.out_dir / loaded.day.isoformat())))


def _busy(console: Console, key: str, **values: str | int) -> Status:
    """A moving line for the time in which something is done; nothing where the output is no terminal."""
    return console.status(_line(key, **values))


def _line(key: str, **values: str | int) -> str:
    return " / ".join(say(key, lang, **values) for lang in Lang)


def _both(key: str, **values: str | int) -> str:
    return "\n".join(say(key, lang, **values) for lang in Lang)


def main() -> int:
    """Load into the installation that the environment names; 0 when the plan of the demo day breaks no rule."""
    console = Console(markup=False, highlight=False)
    settings, clock = Settings.from_env(), ManualClock(SystemClock().now())
    try:
        store = open_store(settings)
        if is_complete(store, settings, clock=clock):
            day = current_demo_day(store, tables.sample_rules(), clock)
            console.print(_both("demo.ready", date=day.isoformat()))
            return 0
        with _busy(console, "demo.starting"):
            from dispatch.bootstrap import bootstrap

            desk = bootstrap(settings, clock=clock)
        loaded = load(desk, clock, settings, console=console)
        show(desk, loaded, settings, console=console)
    except OdekakeError as error:
        console.print(_both(f"error.{error.code}.cause", **error.values), style="red")
        console.print(_both(f"error.{error.code}.action", **error.values))
        return 1
    except MapsError as error:
        console.print(f"{error.cause}\n{error.action}", style="red")
        return 1
    return 1 if loaded.findings else 0


if __name__ == "__main__":
    sys.exit(main())
