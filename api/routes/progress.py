"""The running day: reports from the road, the ledger of promises, alerts."""

from __future__ import annotations

from fastapi import APIRouter

from api.context import CallDep
from api.phones import phone_of
from api.routes.documented import problems
from api.schemas.moments import DayPath
from api.schemas.progress import AlertOut, BreachIn, BreachOut, EventsIn, LedgerEntryOut, ReceiptOut
from dispatch.progress.reports import Batch

router = APIRouter(prefix="/days/{date}", tags=["progress"])


@router.post("/events", summary="Report what happened", responses=problems(409))
def report_events(call: CallDep, day: DayPath, sent: EventsIn) -> list[ReceiptOut]:
    """Take reports, each for itself; the answer says what became of each, in the order sent.

    Reports may be repeated, late and in any order: the same ``event_id`` is the same report. One that contradicts the
    others is kept and marked, and counts as soon as what was missing has been reported. Only what names something
    unknown is refused.
    """
    batch = Batch(
        service_id=call.service,
        day=day,
        forms=tuple(one.to_form() for one in sent.events),
        clock_off_s=sent.clock_off_s(call.desk.clock.now()),
    )
    return [ReceiptOut.of(one, call.lang) for one in call.desk.report(batch=batch, actor=call.actor)]


@router.get("/promises", summary="The ledger of promises", responses=problems())
def list_promises(call: CallDep, day: DayPath) -> list[LedgerEntryOut]:
    """Every promise of the day, how it stands and why: ids only, no names.

    Kept, at risk, breached, open, unreported (its time is over, and nothing was reported of it) or released.
    """
    entries = call.desk.promises(service_id=call.service, day=day)
    return [LedgerEntryOut.of(one, call.lang) for one in entries]


@router.get("/alerts", summary="Promises at risk", responses=problems())
def list_alerts(call: CallDep, day: DayPath) -> list[AlertOut]:
    """The latest first, each with the rider's phone and what can be done."""
    return [
        AlertOut.of(one, phone=phone_of(call, one.entry.trip), lang=call.lang)
        for one in call.desk.alerts(service_id=call.service, day=day)
    ]


@router.post("/breaches", summary="Declare what can no longer be kept", responses=problems(409))
def declare_breaches(call: CallDep, day: DayPath, declared: BreachIn) -> list[BreachOut]:
    """Look for promises that have become impossible, with other vehicles and in any order; declare them, by the least.

    Empty when every promise can still be kept. Each breach is journaled with its cause, and the plan that keeps all
    other promises is published with it.
    """
    late = call.desk.declare_breaches(service_id=call.service, day=day, actor=call.actor, cause=declared.cause)
    return [BreachOut.of(one, day) for one in late]
