"""The services of this installation."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field

from api.context import CallDep, context_of
from api.routes.documented import problems
from api.schemas.figures import RefusalFigures
from api.schemas.moments import ServiceDay
from dispatch.model.catalog import Service

everywhere = APIRouter(tags=["services"])
router = APIRouter(tags=["services"])

FirstDay = Annotated[ServiceDay, Query(alias="from", description="First service day.", examples=["2026-11-01"])]
LastDay = Annotated[ServiceDay, Query(alias="to", description="Last service day.", examples=["2026-11-30"])]


class ServiceOut(BaseModel):
    """One service of one municipality."""

    id: str = Field(examples=["shimotsuke"])
    name_ja: str
    name_en: str
    municipality_code: str
    phone: str
    boundary: list[list[list[float]]] = Field(description="Rings of [lat, lon].")

    @classmethod
    def of(cls, service: Service) -> ServiceOut:
        return cls.model_validate(service, from_attributes=True)


@everywhere.get("/services", summary="All services", responses=problems())
def list_services(request: Request) -> list[ServiceOut]:
    """Every service of this installation."""
    return [ServiceOut.of(service) for service in context_of(request).desk.store.services()]


@router.get("", summary="One service", responses=problems())
def read_service(call: CallDep) -> ServiceOut:
    """The service and its boundary."""
    return ServiceOut.of(call.desk.store.service(call.service))


@router.get("/refusals", summary="Requests by outcome and reason", responses=problems())
def count_refusals(call: CallDep, first: FirstDay, last: LastDay) -> RefusalFigures:
    """How many asked, how many were refused and why: the share refused is 予約不成立率. Each demand counts once."""
    return RefusalFigures.of(call.desk.refusals(service_id=call.service, first=first, last=last))
