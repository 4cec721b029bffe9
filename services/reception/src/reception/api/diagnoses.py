"""/dealers/{dealer_id}/visits/{visit_id}/diagnosis: how the cause was looked for, and who was asked (R6)."""

from typing import Annotated, Self

from chassis.access import command
from chassis.commands import Call
from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from starlette.responses import Response

from reception.api.bodies import Body
from reception.api.door import Counter, Dealer, Reader, Visit
from reception.domain.diagnosis import Diagnosis, Examination, Reading, SupportRequest
from reception.storage.collections import DIAGNOSES, VISITS
from reception.usecases.diagnose import AskSupport, Examine, ask_support, examine

router = APIRouter(prefix="/dealers/{dealer_id}/visits/{visit_id}", tags=["diagnosis"])

Finder = Annotated[Call, Depends(command("advisor", "technician"))]
Word = Annotated[str, StringConstraints(max_length=60, strip_whitespace=True)]
Words = Annotated[str, StringConstraints(max_length=600, strip_whitespace=True)]


class ReadingBody(Body):
    """A trouble code, or a measured value."""

    device: Word
    code: Word = ""
    value: Word = ""
    unit: Word = ""


class ExaminationBody(Body):
    """One look for the cause."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "reproduced": True,
                    "with_customer": True,
                    "road_test": True,
                    "readings": [{"device": "OBD", "code": "P0301"}],
                    "cause": "Ignition coil of cylinder 1",
                }
            ]
        },
    )

    reproduced: bool = False
    with_customer: bool = False
    road_test: bool = False
    readings: list[ReadingBody] = Field([], max_length=100)
    cause: Words = Field("", description="Empty: it stays open")
    explained: bool = Field(False, description="The customer knows why it takes long")


class DiagnosisOut(BaseModel):
    """All examinations and what was asked; `cause` as found last, empty while it is open."""

    visit_id: str
    cause: str
    examinations: list[Examination]
    requests: list[SupportRequest]

    @classmethod
    def of(cls, diagnosis: Diagnosis) -> Self:
        return cls(
            visit_id=diagnosis.visit_id,
            cause=diagnosis.cause,
            examinations=diagnosis.examinations,
            requests=diagnosis.requests,
        )


@router.post("/diagnosis", response_model=DiagnosisOut, summary="Look for the cause (R6)")
async def examine_vehicle(dealer_id: Dealer, visit_id: Visit, body: ExaminationBody, call: Finder) -> Response:
    """Readings and codes of the devices are kept with who looked and when."""
    readings = tuple(Reading(one.device, one.code, one.value, one.unit) for one in body.readings)
    wanted = Examine(
        visit_id, body.reproduced, body.with_customer, body.road_test, readings, body.cause, body.explained
    )
    return await call.perform(DIAGNOSES, visit_id, lambda unit: examine(unit, wanted), DiagnosisOut.of)


class QuestionBody(Body):
    """What headquarters' technicians are asked; no customer's name."""

    question: Annotated[str, StringConstraints(min_length=1, max_length=1000, strip_whitespace=True)] = Field(
        examples=["P0301 comes back after coil and plug were changed: what else?"]
    )


@router.post("/support-requests", response_model=DiagnosisOut, summary="Ask for technical support (R6)")
async def request_support(dealer_id: Dealer, visit_id: Visit, body: QuestionBody, call: Counter) -> Response:
    """With all codes that were read. 409 `cause-found`: nobody has to be asked."""
    wanted = AskSupport(visit_id, call.derived_id(), body.question)
    return await call.perform(DIAGNOSES, visit_id, lambda unit: ask_support(unit, wanted), DiagnosisOut.of)


@router.get("/diagnosis", response_model=DiagnosisOut, summary="How the cause was looked for (R6)")
async def read_diagnosis(dealer_id: Dealer, visit_id: Visit, look: Reader) -> DiagnosisOut:
    """With headquarters' answers. Empty before anybody looked."""
    diagnosis = await look.unit.find(DIAGNOSES, visit_id)
    if diagnosis is None:
        visit = await look.unit.get(VISITS, visit_id)
        return DiagnosisOut(visit_id=visit.visit_id, cause="", examinations=[], requests=[])
    return DiagnosisOut.of(diagnosis)
