"""The real application on the memory store."""

from collections.abc import AsyncIterator

import pytest
from booking.main import application
from booking.settings import Settings
from booking.usecases.register_dealer import register_dealer
from booking_builders import THE_DAY_BEFORE, a_dealer
from booking_desk import DeskClient
from booking_journeys import Desk
from chassis.clock import MovableClock
from chassis.testing_http import LocalIssuer, MemoryRuntime, client_of
from fastapi import FastAPI


@pytest.fixture
async def runtime() -> MemoryRuntime:
    """SH001 and BE001 are registered; it is three days before the reference day."""
    runtime = MemoryRuntime(clock=MovableClock(THE_DAY_BEFORE))
    desk = Desk(runtime.store)
    await desk.do(lambda unit: register_dealer(unit, a_dealer()))
    return runtime


@pytest.fixture
def issuer() -> LocalIssuer:
    return LocalIssuer()


@pytest.fixture
def app(runtime: MemoryRuntime, issuer: LocalIssuer) -> FastAPI:
    return application(Settings(), runtime=runtime, tokens=issuer.tokens())


@pytest.fixture
async def desk(app: FastAPI, issuer: LocalIssuer) -> AsyncIterator[DeskClient]:
    """An advisor of SH001 who is also its manager."""
    async with client_of(app) as http:
        yield DeskClient(http, issuer.bearer("advisor", "manager"))
