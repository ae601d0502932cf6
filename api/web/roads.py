"""Roads closed or slow, at the desk: said once, tried, made, undone."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, ConfigDict, Field

from api.lookup import DayNumber
from api.web.frame import DAY_CHANGED, DeskCall, DeskCallDep
from api.web.hand import effect_lines
from api.web.out import late_lines, people_lines
from api.web.typed import typed_clock
from api.web.views import book_for
from dispatch.model.road import WHOLE
from dispatch.model.times import LAST_SECOND_S
from dispatch.moves.road_works import SLOWEST, Closing, RoadTrial, RoadWork
from dispatch.moves.withdrawal import Accepted

router = APIRouter(prefix="/desk/{service}/{date}/roads", include_in_schema=False)

NOTHING_TOUCHED: Mapping[str, object] = MappingProxyType(
    {"late": [], "effects": [], "stranded": [], "undriven": [], "made_possible": True}
)
"""What a page about taking vehicles off the road has to say, too: of roads, nobody is stranded."""


class RoadFields(BaseModel):
    """What the card sends. A place that is typed is closed around; ``percent`` slows every drive down."""

    model_config = ConfigDict(extra="ignore")

    since: str = Field(default="", max_length=20)
    until: str = Field(default="", max_length=20)
    percent: int = Field(default=WHOLE, ge=WHOLE, le=SLOWEST)
    place: str = Field(default="", max_length=120)
    radius_m: int = Field(default=300, ge=1, le=5_000)
    detour_min: int = Field(default=5, ge=1, le=60)
    accept_breaches: bool = False
    accept_undriven: bool = False

    def work(self, desk_call: DeskCall) -> RoadWork:
        """Raises InvalidInput for a place or a time that cannot be read."""
        book = book_for(desk_call.call, ())
        named = [book.find(self.place)] if self.place.strip() else []
        return RoadWork(
            from_s=typed_clock(self.since) if self.since.strip() else 0,
            until_s=typed_clock(self.until) if self.until.strip() else LAST_SECOND_S,
            percent=self.percent,
            closed=tuple(Closing(centre=ref, radius_m=self.radius_m, detour_s=self.detour_min * 60) for ref in named),
        )

    @property
    def accepted(self) -> Accepted:
        return Accepted(breaches=self.accept_breaches, undriven=self.accept_undriven)


Fields = Annotated[RoadFields, Form()]


@router.get("")
def open_card(desk_call: DeskCallDep) -> HTMLResponse:
    """The card: what is closed, or how slow it is, and from when until when."""
    book = book_for(desk_call.call, ())
    return desk_call.show("roads.html", {"places": [one.label for one in book.public], "fields": RoadFields()})


@router.post("/trial")
def try_roads(desk_call: DeskCallDep, fields: Fields) -> HTMLResponse:
    """What it would do: who is late by how much; nothing is changed."""
    call, work = desk_call.call, fields.work(desk_call)
    trial = call.desk.try_road_work(service_id=call.service, day=desk_call.day, asked=work, actor=call.actor)
    return desk_call.show("roads_trial.html", {"fields": fields, **_outcome(desk_call, trial)})


@router.post("")
def make_roads(desk_call: DeskCallDep, fields: Fields) -> HTMLResponse:
    """Make it; the answer names who has to be called, and the board is asked for anew."""
    call, work = desk_call.call, fields.work(desk_call)
    trial = call.desk.make_road_work(
        service_id=call.service, day=desk_call.day, asked=work, actor=call.actor, accepted=fields.accepted
    )
    values = {"title": "roads.done", **_outcome(desk_call, trial)}
    return desk_call.show("roads_done.html", values, headers=DAY_CHANGED)


@router.post("/{number}/lift")
def lift(desk_call: DeskCallDep, number: DayNumber) -> HTMLResponse:
    """The roads are as usual again; the board is asked for anew."""
    call = desk_call.call
    call.desk.lift_road_work(service_id=call.service, day=desk_call.day, number=number, actor=call.actor)
    return desk_call.show("roads_done.html", {"title": "roads.opened", **NOTHING_TOUCHED}, headers=DAY_CHANGED)


def _outcome(desk_call: DeskCall, trial: RoadTrial) -> dict[str, object]:
    late, effects = late_lines(desk_call, trial.late), effect_lines(desk_call, trial.effects)
    undriven = people_lines(desk_call, trial.undriven)
    return {**NOTHING_TOUCHED, "late": late, "undriven": undriven, "effects": effects}
