"""The first dealer's counter over HTTP, on a store in memory."""

from typing import Any

from chassis.testing_http import LocalIssuer, MemoryRuntime, client_of
from contracts.reception import AuthorisationRequested
from contracts.workshop import QualityCheckPassed, VehicleReady, WorkFinished
from reception.domain.delivery import DELIVERY_CHECKS
from reception.main import build
from reception.settings import Settings
from reception_builders import NINE, a_draft
from reception_counter import TheCounter
from reception_requests import LINE, QUESTIONNAIRE, STATIONS

ISSUER = LocalIssuer()
WALK_IN = {
    "customer": {"name": "Li Wei", "phone": "13800138000"},
    "vehicle": {"vin": "JT1234567890ABCDE", "plate": "沪A12345", "model": "AE100"},
    "intent": "PAID_REPAIR",
    "concern": "It squeals when braking.",
}
CHECKS = {"confirmed": list(DELIVERY_CHECKS)}


class Door:
    """The first dealer's counter over HTTP; what other services announce is told to the same store."""

    def __init__(self, **settings: Any) -> None:
        self.others = TheCounter()
        self.runtime = MemoryRuntime(store=self.others.store)
        self.runtime.clock.move(NINE)
        app = build(Settings(clock="manual", **settings), runtime=self.runtime, tokens=ISSUER.tokens())
        self.client = client_of(app)
        self.sent = 0

    async def get(self, path: str, role: str = "advisor", dealer: str = "SH001") -> Any:
        return await self.client.get(f"/dealers/{dealer}{path}", headers=ISSUER.bearer(role))

    async def post(
        self, path: str, body: dict[str, Any], role: str = "advisor", key: str = "", dealer: str = "SH001"
    ) -> Any:
        self.sent += 1
        headers = {**ISSUER.bearer(role), "Idempotency-Key": key or f"command-{self.sent}"}
        return await self.client.post(f"/dealers/{dealer}{path}", json=body, headers=headers)

    async def checks_in(self, visit: str) -> None:
        answers = [await self.post(f"/visits/{visit}/greeting", {"advisor": "bo"})]
        answers.append(await self.post(f"/visits/{visit}/questionnaire", QUESTIONNAIRE))
        for station, seen in STATIONS.items():
            answers.append(await self.post(f"/visits/{visit}/walk-around/stations/{station}", seen))
        answers.append(await self.post(f"/visits/{visit}/walk-around/signature", {"signature": "signatures/1"}))
        assert [answer.status_code for answer in answers] == [200] * len(answers), answers[-1].text

    async def checked_in_walk_in(self) -> str:
        visit = (await self.post("/arrivals", WALK_IN)).json()["visit_id"]
        await self.checks_in(visit)
        return visit

    async def walk_in_with_estimate(self) -> str:
        """A checked-in walk-in whose estimate of two lines waits for the customer."""
        visit = await self.checked_in_walk_in()
        assert (await self.post(f"/visits/{visit}/repair-order", {"lines": [LINE, LINE]})).status_code == 201
        assert (await self.post(f"/visits/{visit}/estimates", {"contingency_percent": 10})).status_code == 201
        return visit

    async def work_done(self, visit: str, *lines: str) -> None:
        hours = a_draft().hours
        for line in lines:
            done = WorkFinished(line_id=line, technician="tim", worked=hours, flat_rate=hours)
            await self.others.hears(done, visit)
        await self.others.hears(QualityCheckPassed(inspector="ines", road_test=False), visit)
        await self.others.hears(VehicleReady(lines=lines), visit)

    async def link_of(self, visit: str) -> str:
        """The path of the customer's link, as crm would open it."""
        answer = await self.post(f"/visits/{visit}/estimates/1/authorisation-request", {})
        assert answer.status_code == 202, answer.text
        asked = self.others.announced(AuthorisationRequested)[-1]
        opened = await self.others.store.sealing.open(asked.link)
        assert opened is not None and "/links/" in opened
        return "/links/" + opened.partition("/links/")[2]
