"""Answers what the stack and its command line ask of every service."""

import os

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

clock = {"now": os.environ.get("SEVENSTEP_CLOCK_START", "")}
letters = {"d1": {"id": "d1", "type": "hello.said.v1", "consumer": "hello", "reason": "no such greeting"}}


async def ready(request: Request) -> JSONResponse:
    return JSONResponse({"process": os.environ["SEVENSTEP_PROCESS"], "pid": os.getpid()})


async def settings(request: Request) -> JSONResponse:
    return JSONResponse({name: value for name, value in os.environ.items() if name.startswith("SEVENSTEP_")})


async def tell(request: Request) -> JSONResponse:
    if request.method == "PUT":
        clock.update(await request.json())
    return JSONResponse(clock)


async def dead_letters(request: Request) -> JSONResponse:
    return JSONResponse({"items": list(letters.values())})


async def dead_letter(request: Request) -> JSONResponse:
    found = letters.get(request.path_params["id"])
    return JSONResponse(found or {"detail": "No such dead letter."}, 200 if found else 404)


async def drop(request: Request) -> JSONResponse:
    return JSONResponse({"dropped": letters.pop(request.path_params["id"])["id"], **await request.json()})


app = Starlette(
    routes=[
        Route("/health/ready", ready),
        Route("/settings", settings),
        Route("/ops/clock", tell, methods=["GET", "PUT"]),
        Route("/ops/deadletters", dead_letters),
        Route("/ops/deadletters/{id}", dead_letter),
        Route("/ops/deadletters/{id}/drop", drop, methods=["POST"]),
    ]
)
