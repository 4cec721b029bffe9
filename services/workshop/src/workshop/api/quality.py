"""…/jobs/{visit}: self-check, quality check, wash, cleanliness check (W7)."""

from typing import Annotated

from chassis.access import command
from chassis.commands import Call
from contracts.values import DealerId, LineId, TechnicianHours, VisitId
from fastapi import APIRouter, Depends
from pydantic import Field
from starlette.responses import Response

from workshop.api.job_answers import JobAnswer
from workshop.api.words import AT_THE_CAR, INSPECTORS, Body, Code, Hours, example
from workshop.api.work import answered
from workshop.usecases.check_cleanliness import CheckCleanliness
from workshop.usecases.check_cleanliness import check_cleanliness as inspect_cleanliness
from workshop.usecases.check_quality import CheckQuality
from workshop.usecases.check_quality import check_quality as inspect
from workshop.usecases.self_check import SelfCheck
from workshop.usecases.self_check import self_check as check_oneself
from workshop.usecases.wash_vehicle import WashVehicle
from workshop.usecases.wash_vehicle import wash_vehicle as wash

router = APIRouter(prefix="/dealers/{dealer_id}/jobs/{visit_id}", tags=["quality"])
HANDS = ("technician", "inspector", "dispatcher", "advisor")
"""Washing and the last look are done by whoever is free."""

PASSED = {
    "inspector": "ines",
    "passed": True,
    "road_test": True,
    "checked": ["work-as-ordered", "no-leaks", "no-tools-left", "fault-gone", "no-fault-codes"],
}
FAILED = {"inspector": "ines", "passed": False, "lines": ["L1"], "reason": "Wheel nuts loose", "rework_hours": 0.5}


class SelfCheckBody(Body):
    """Who checked his own work."""

    model_config = example({"technician": "sean"})

    technician: Code


class QualityCheckBody(Body):
    """Passed: `checked` names every item of the job's check list, `road_test` where the list asks for one.
    Failed: `lines` to be reworked, `reason`, and `rework_hours` expected for each."""

    model_config = example(PASSED, FAILED)

    inspector: Code
    passed: bool
    road_test: bool = False
    checked: Annotated[tuple[Code, ...], Field(max_length=100)] = ()
    lines: Annotated[tuple[LineId, ...], Field(max_length=100)] = ()
    reason: Annotated[str, Field(max_length=400)] = ""
    rework_hours: Hours = 0

    def order(self, visit_id: str) -> CheckQuality:
        return CheckQuality(
            visit_id=visit_id,
            inspector=self.inspector,
            passed=self.passed,
            road_test=self.road_test,
            checked=self.checked,
            lines=self.lines,
            reason=self.reason,
            rework=TechnicianHours.of(self.rework_hours),
        )


class WashBody(Body):
    """Who washed the vehicle."""

    model_config = example({"by": "wang"})

    by: Code


class CleanlinessBody(Body):
    """Whether it is clean; if not, it is washed again."""

    model_config = example({"clean": True})

    clean: bool


@router.post("/self-check", response_model=JobAnswer, summary="The technician's own check (W7, first stage)")
async def self_check(
    dealer_id: DealerId, visit_id: VisitId, body: SelfCheckBody, call: Annotated[Call, Depends(command(*AT_THE_CAR))]
) -> Response:
    """By everybody who worked on the job, when all lines are finished. 409 `work-unfinished`."""
    order = SelfCheck(visit_id, body.technician)
    return await answered(call, visit_id, lambda unit: check_oneself(unit, order))


@router.post("/quality-check", response_model=JobAnswer, summary="The inspector's check (W7, second stage)")
async def check_quality(
    dealer_id: DealerId, visit_id: VisitId, body: QualityCheckBody, call: Annotated[Call, Depends(command(*INSPECTORS))]
) -> Response:
    """By somebody who did none of the work. 409 `inspector-did-the-work`, `self-check-missing`; 422
    `check-list-incomplete`, `road-test-missing`, `failure-needs-lines-and-reason`."""
    return await answered(call, visit_id, lambda unit: inspect(unit, body.order(visit_id)))


@router.post("/wash", response_model=JobAnswer, summary="The vehicle was washed (W7)")
async def wash_vehicle(
    dealer_id: DealerId, visit_id: VisitId, body: WashBody, call: Annotated[Call, Depends(command(*HANDS))]
) -> Response:
    """409 `quality-not-passed`."""
    order = WashVehicle(visit_id, body.by)
    return await answered(call, visit_id, lambda unit: wash(unit, order))


@router.post("/cleanliness-check", response_model=JobAnswer, summary="The last look: ready for pickup (W7)")
async def check_cleanliness(
    dealer_id: DealerId, visit_id: VisitId, body: CleanlinessBody, call: Annotated[Call, Depends(command(*HANDS))]
) -> Response:
    """Clean: the vehicle is announced as ready. Not clean: wash it again. 409 `not-washed`."""
    order = CheckCleanliness(visit_id, body.clean)
    return await answered(call, visit_id, lambda unit: inspect_cleanliness(unit, order))
