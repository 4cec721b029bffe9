"""/dealers/{dealer_id}/visits/{visit_id}: greeting, leaving ungreeted, questionnaire, walk-around (R1, R3, R5)."""

from typing import Annotated

from contracts.values import Plate, StaffId, Vin
from fastapi import APIRouter
from pydantic import ConfigDict, Field, StringConstraints
from starlette.responses import Response

from reception.api.answers import VisitAnswer
from reception.api.bodies import Body, Code, Reference, Short, VehicleBody
from reception.api.door import Counter, Dealer, Network, Visit
from reception.domain.visit import Resolution
from reception.domain.waiting import LeaveReason
from reception.domain.walk_around import Damage, Spot, Station, View
from reception.storage.collections import VISITS
from reception.usecases.greet_customer import GreetCustomer
from reception.usecases.greet_customer import greet_customer as greet
from reception.usecases.leave_queue import LeaveQueue, ReturnToQueue
from reception.usecases.leave_queue import leave_queue as leave
from reception.usecases.leave_queue import return_to_queue as come_back
from reception.usecases.record_questionnaire import RecordQuestionnaire
from reception.usecases.record_questionnaire import record_questionnaire as record
from reception.usecases.resolve_mismatch import ResolveMismatch
from reception.usecases.resolve_mismatch import resolve_mismatch as resolve
from reception.usecases.see_station import SeeStation
from reception.usecases.see_station import see_station as see
from reception.usecases.sign_walk_around import SignWalkAround
from reception.usecases.sign_walk_around import sign_walk_around as sign

router = APIRouter(prefix="/dealers/{dealer_id}/visits/{visit_id}", tags=["check-in"])


class GreetingBody(Body):
    """Who greets the customer, and so owns the visit."""

    advisor: StaffId = Field(examples=["anna"])


@router.post("/greeting", response_model=VisitAnswer, summary="Greet the customer (R1)")
async def greet_customer(dealer_id: Dealer, visit_id: Visit, body: GreetingBody, call: Counter) -> Response:
    """Ends the wait and records how long it was; so does the questioning or the first station where nobody greeted;
    but a walk-in that the dealer's app goes on with waits for the greeting.

    409 `already-greeted`: the first greeting stands · `customer-left`: post `…/return` first.
    """
    wanted = GreetCustomer(visit_id, body.advisor)
    return await call.perform(VISITS, visit_id, lambda unit: greet(unit, wanted), VisitAnswer.of)


class DepartureBody(Body):
    """Why he is taken out of the queue."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"reason": "CALLED_AWAY"}]})

    reason: LeaveReason


@router.post("/departure", response_model=VisitAnswer, summary="The customer left before the greeting (R1)")
async def leave_queue(dealer_id: Dealer, visit_id: Visit, body: DepartureBody, call: Counter) -> Response:
    """He stands in the queue no more; how long he had waited is recorded. A second click changes nothing.

    409 `customer-attended`: he was greeted, or has his repair order · `customer-left`: for another reason ·
    `queue-over`: it ended at midnight.
    """
    wanted = LeaveQueue(visit_id, body.reason)
    return await call.perform(VISITS, visit_id, lambda unit: leave(unit, wanted), VisitAnswer.of)


class ReturnBody(Body):
    """Nothing to say: he waits again."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{}]})


@router.post("/return", response_model=VisitAnswer, summary="Who left is back, or had not gone (R1)")
async def return_to_queue(dealer_id: Dealer, visit_id: Visit, body: ReturnBody, call: Counter) -> Response:
    """The same day: he waits again, and what he had waited before counts on. A second click changes nothing.

    409 `customer-did-not-leave` · `queue-over`: it ended at midnight.
    """
    wanted = ReturnToQueue(visit_id)
    return await call.perform(VISITS, visit_id, lambda unit: come_back(unit, wanted), VisitAnswer.of)


class QuestionnaireBody(Body):
    """Answers by question, each a list of codes; questions and codes are at `/check-lists`."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "version": 2,
                    "answers": {
                        "what": ["NOISE", "BRAKING"],
                        "where": ["FRONT"],
                        "when": ["THIS_WEEK"],
                        "conditions": ["COLD_ENGINE"],
                        "who_drove": ["OWNER"],
                        "how_often": ["SOMETIMES"],
                        "warnings": ["NONE"],
                    },
                    "own_words": "It squeals in the morning.",
                    "plan": "Look at the front brakes.",
                    "read_back": True,
                }
            ]
        }
    )

    version: int = Field(1, ge=1, le=1000, description="By which was asked; `/check-lists` has the current one")
    answers: dict[Code, Annotated[list[Code], Field(max_length=20)]] = Field(max_length=20)
    own_words: Annotated[str, StringConstraints(max_length=2000, strip_whitespace=True)] = Field(
        "", description="The customer's exact words; needed where he is unsure. Kept sealed."
    )
    plan: Annotated[str, StringConstraints(max_length=1000)] = Field("", description="What the advisor proposes")
    read_back: bool = Field(description="The answers were read back and confirmed; needed before the repair order")


@router.post("/questionnaire", response_model=VisitAnswer, summary="Record the questioning (R3)")
async def record_questionnaire(dealer_id: Dealer, visit_id: Visit, body: QuestionnaireBody, call: Counter) -> Response:
    """May be taken again until there is a repair order. 422 `questionnaire-answers-invalid` names each fault.

    409 `customer-left`: post `…/return` first.
    """
    wanted = RecordQuestionnaire(
        visit_id=visit_id,
        version=body.version,
        answers={question: tuple(codes) for question, codes in body.answers.items()},
        own_words=body.own_words,
        plan=body.plan,
        read_back=body.read_back,
    )
    return await call.perform(VISITS, visit_id, lambda unit: record(unit, wanted), VisitAnswer.of)


class SpotBody(Body):
    """A place on the vehicle's outline, in per cent from its upper left corner."""

    view: View
    x: int = Field(ge=0, le=100)
    y: int = Field(ge=0, le=100)


class DamageBody(Body):
    """A damage the car came with."""

    position: Short
    note: Annotated[str, StringConstraints(max_length=500)] = ""
    photo: Reference | None = Field(None, description="Where the photo is kept, for example as `/photos` answered it")
    spot: SpotBody | None = Field(None, description="Its place on the vehicle's outline")

    def damage(self) -> Damage:
        spot = Spot(self.spot.view, self.spot.x, self.spot.y) if self.spot else None
        return Damage(self.position, self.note, self.photo, spot)


class StationBody(Body):
    """What was seen at a station. The VIN is read at the left front wing, the plate at the front."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"odometer_km": 20113, "fuel_percent": 40},
                {"vin_seen": "JT1234567890ABCDE"},
                {
                    "plate_seen": "沪A12345",
                    "damages": [{"position": "bumper left", "note": "scratch 4 cm", "photo": "camera/17"}],
                },
            ]
        }
    )

    findings: list[Annotated[str, StringConstraints(min_length=1, max_length=300)]] = Field([], max_length=30)
    damages: list[DamageBody] = Field([], max_length=30)
    odometer_km: int | None = Field(None, ge=0, le=9_999_999)
    fuel_percent: int | None = Field(None, ge=0, le=100)
    vin_seen: Vin | None = None
    plate_seen: Plate | None = None


@router.post("/walk-around/stations/{station}", response_model=VisitAnswer, summary="See the next station (R5)")
async def see_station(
    dealer_id: Dealer, visit_id: Visit, station: Station, body: StationBody, call: Counter
) -> Response:
    """Clockwise from the left front door. `stopped` in the answer: VIN or plate differ from the order.

    404 `photo-unknown`. 409 `station-out-of-order` (`details.expected`: a station, or `SIGNATURE`) ·
    `check-in-stopped` · `walk-around-completed` · `customer-left`: post `…/return` first.
    422 `seen-identity-missing`.
    """
    wanted = SeeStation(
        visit_id=visit_id,
        station=station,
        findings=tuple(body.findings),
        damages=tuple(damage.damage() for damage in body.damages),
        odometer_km=body.odometer_km,
        fuel_percent=body.fuel_percent,
        vin_seen=body.vin_seen,
        plate_seen=body.plate_seen,
    )
    return await call.perform(VISITS, visit_id, lambda unit: see(unit, wanted), VisitAnswer.of)


class ResolutionBody(Body):
    """The vehicle as it holds from now on, and how the difference was cleared."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "vehicle": {"vin": "JT1234567890ABCDE", "plate": "沪A12345", "model": "AE100"},
                    "how": "ORDER_CORRECTED",
                }
            ]
        },
    )

    vehicle: VehicleBody
    how: Resolution = Field(examples=["ORDER_CORRECTED"])


@router.post("/mismatch-resolution", response_model=VisitAnswer, summary="Clear a difference of VIN or plate (R5)")
async def resolve_mismatch(
    dealer_id: Dealer, visit_id: Visit, body: ResolutionBody, call: Counter, policy: Network
) -> Response:
    """The check-in goes on. With another VIN than ordered, the visit is no rework any more (W9). Without `odometer_km`
    it stays as it was read.

    409 `check-in-not-stopped`: there is nothing to clear · `vin-not-read`: a VIN that nobody read off the car.
    """
    wanted = ResolveMismatch(dealer_id, visit_id, body.vehicle.vehicle(), body.how)
    return await call.perform(VISITS, visit_id, lambda unit: resolve(unit, wanted, policy), VisitAnswer.of)


class SignatureBody(Body):
    """The customer's signature under the walk-around."""

    signature: Reference = Field(description="Where the signature is kept", examples=["signatures/4711"])


@router.post("/walk-around/signature", response_model=VisitAnswer, summary="Sign the walk-around (R5)")
async def sign_walk_around(dealer_id: Dealer, visit_id: Visit, body: SignatureBody, call: Counter) -> Response:
    """409 `walk-around-incomplete` (`details.missing`) · `check-in-stopped` · `walk-around-completed` ·
    `customer-left`: post `…/return` first.
    """
    wanted = SignWalkAround(visit_id, body.signature)
    return await call.perform(VISITS, visit_id, lambda unit: sign(unit, wanted), VisitAnswer.of)
