"""Roads closed or slow on a day: tried, made, undone."""

from __future__ import annotations

from fastapi import APIRouter

from api.context import CallDep
from api.lookup import DayNumber
from api.routes.documented import problems
from api.schemas.moments import DayPath
from api.schemas.roads import RoadIn, RoadOut, RoadWorkOut

router = APIRouter(prefix="/days/{date}/roads", tags=["days"])


@router.get("", summary="Changes of the roads", responses=problems())
def list_roads(call: CallDep, day: DayPath) -> list[RoadOut]:
    """All of the day by number, the lifted ones included."""
    return [RoadOut.of(one) for one in call.desk.store.roads(call.service, day)]


@router.post("", summary="Close a road, slow hours down", responses=problems(409))
def change_roads(call: CallDep, day: DayPath, asked: RoadIn) -> RoadWorkOut:
    """Try it (``dry_run``), or make it: the plan in force is re-timed, or put together anew, at once.

    Promises that cannot be kept are named first, with the least lateness, and whom nobody can drive any more; both
    need to be accepted.
    """
    work = asked.work(day)
    if asked.dry_run:
        trial = call.desk.try_road_work(service_id=call.service, day=day, asked=work, actor=call.actor)
    else:
        trial = call.desk.make_road_work(
            service_id=call.service, day=day, asked=work, actor=call.actor, accepted=asked.accepted
        )
    return RoadWorkOut.of(trial, day, made=not asked.dry_run)


@router.post("/{number}/lift", summary="Open the roads again", responses=problems(409))
def lift_road(call: CallDep, day: DayPath, number: DayNumber) -> RoadOut:
    """Drives take their usual time again; the plan follows at once."""
    return RoadOut.of(call.desk.lift_road_work(service_id=call.service, day=day, number=number, actor=call.actor))
