"""What every route of reception shares: who may come in, path parameters, the network's policy."""

from typing import Annotated

from chassis.access import Look, command, reader
from chassis.commands import Call
from chassis.texts import Words, words
from contracts.values import DealerId, VisitId
from fastapi import Depends, Path
from starlette.requests import Request

from reception.domain.policy import Policy


async def policy_of(request: Request) -> Policy:
    """The network's settings, as the composition root read them."""
    return request.app.state.policy


Counter = Annotated[Call, Depends(command("advisor"))]
"""A command of the counter: the advisor's, or his dealer's app's."""

CashDesk = Annotated[Call, Depends(command("advisor", "cashier"))]
"""A command that the cashier may give too."""

Reader = Annotated[Look, Depends(reader("advisor", "agent", "cashier", "manager"))]
"""Those who deal with the customer: what they read holds opened personal values."""

Spoken = Annotated[Words, Depends(words)]
"""Texts in the caller's language (X4)."""

Network = Annotated[Policy, Depends(policy_of)]

Dealer = Annotated[DealerId, Path(description="The dealer's code", examples=["SH001"])]
Visit = Annotated[VisitId, Path(description="The visit's id, as the booking or the arrival answered it")]
