"""The services of this installation."""

from __future__ import annotations

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from api.context import CallDep, context_of
from api.routes.documented import problems
from dispatch.model.catalog import Service

everywhere = APIRouter(tags=["services"])
router = APIRouter(tags=["services"])


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
