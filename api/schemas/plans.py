"""The plan of a service day over HTTP: ids only."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, ConfigDict, Field

from api.schemas.moments import MomentOut
from dispatch.model.plan import Plan, PlanReason, Route, Task
from dispatch.model.times import to_moment
from dispatch.planning.outcome import PlanOutcome, Verdict


class VisitOut(BaseModel):
    """One party boards or alights at ``start``."""

    reservation_id: int
    task: Task
    spot: str = Field(examples=["place:CL02"])
    start: MomentOut
    service_s: int


class BreakOut(BaseModel):
    """The driver rests, before the visit of index ``after_visit``."""

    start: MomentOut
    duration_s: int
    after_visit: int


class RouteOut(BaseModel):
    """The visits of one vehicle in one shift, in order."""

    shift_id: str
    vehicle_id: str
    depart: MomentOut
    arrive: MomentOut
    distance_m: int
    visits: list[VisitOut]
    breaks: list[BreakOut]

    @classmethod
    def of(cls, route: Route, day: date) -> RouteOut:
        return cls(
            shift_id=route.shift_id,
            vehicle_id=route.vehicle_id,
            depart=to_moment(day, route.depart_s),
            arrive=to_moment(day, route.arrive_s),
            distance_m=route.distance_m,
            visits=[
                VisitOut(
                    reservation_id=visit.reservation_id,
                    task=visit.task,
                    spot=visit.spot_key,
                    start=to_moment(day, visit.start_s),
                    service_s=visit.service_s,
                )
                for visit in route.visits
            ],
            breaks=[
                BreakOut(start=to_moment(day, rest.start_s), duration_s=rest.duration_s, after_visit=rest.after_visit)
                for rest in route.breaks
            ],
        )


class ProofOut(BaseModel):
    """The independent checker's word on this plan. A stored plan has no violations."""

    checked_at: MomentOut
    problem_digest: str
    visits_checked: int
    violations: list[str]


class PlanOut(BaseModel):
    """One version of the plan of a service day."""

    date: date
    version: int
    reason: PlanReason
    made_at: MomentOut
    engine: str
    seed: int
    iterations: int
    seconds: float
    digest: str
    rules_digest: str
    travel_digest: str
    wait_over_s: int = Field(
        description="By how much the longest wait aboard exceeds the rules, seconds: 0 unless a trip was called off"
        " without which no plan keeps to them."
    )
    proof: ProofOut
    routes: list[RouteOut]

    @classmethod
    def of(cls, plan: Plan) -> PlanOut:
        proof = plan.proof
        return cls(
            date=plan.date,
            version=plan.version,
            reason=plan.reason,
            made_at=plan.made_at,
            engine=plan.engine,
            seed=plan.seed,
            iterations=plan.iterations,
            seconds=plan.seconds,
            digest=plan.digest,
            rules_digest=plan.rules_digest,
            travel_digest=plan.travel_digest,
            wait_over_s=plan.wait_over_s,
            proof=ProofOut(
                checked_at=proof.checked_at,
                problem_digest=proof.problem_digest,
                visits_checked=proof.visits_checked,
                violations=list(proof.violations),
            ),
            routes=[RouteOut.of(route, plan.date) for route in plan.routes],
        )


class ReplanIn(BaseModel):
    """How long the search may take; without a value, as long as the service rules say."""

    model_config = ConfigDict(extra="forbid")

    seconds: float | None = Field(default=None, ge=0.1, le=600, allow_inf_nan=False)


class ReplanOut(BaseModel):
    """What came of a re-plan, and the plan in force afterwards.

    ``riders_retimed`` and ``stops_changed`` say whom the new plan disturbs; both are 0 when nothing was found.
    """

    verdict: Verdict
    before_m: int
    after_m: int
    gain_m: int
    riders_retimed: int
    stops_changed: int
    iterations: int
    seconds: float
    plan: PlanOut

    @classmethod
    def of(cls, outcome: PlanOutcome) -> ReplanOut:
        return cls(
            verdict=outcome.verdict,
            before_m=outcome.before_m,
            after_m=outcome.after_m,
            gain_m=outcome.gain_m,
            riders_retimed=outcome.disturbance.riders,
            stops_changed=outcome.disturbance.stops,
            iterations=outcome.iterations,
            seconds=outcome.seconds,
            plan=PlanOut.of(outcome.plan),
        )
