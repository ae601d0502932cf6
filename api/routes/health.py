"""Whether this process can serve: for whoever supervises it. Says nothing about the installation's secrets."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from api.context import context_of
from api.routes.documented import problems

router = APIRouter(tags=["health"])


class Health(BaseModel):
    """``ok`` when the database answers and the kernels are compiled."""

    status: Literal["ok"] = "ok"
    version: str = Field(description="Version of the program.", examples=["0.1.0"])
    schema_version: str = Field(description="Version of the database schema.")
    services: int = Field(ge=0)


@router.get("/healthz", summary="Is the service well?", responses=problems())
def healthz(request: Request) -> Health:
    """Reads the database once. Kernels are compiled before the first call is taken, so an answer means ready."""
    context = context_of(request)
    return Health(
        version=context.version, schema_version=context.schema_version, services=len(context.desk.store.services())
    )
