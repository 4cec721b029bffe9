"""What the door by hand answers when it does not do what was asked, and who is to try again."""

from collections.abc import Awaitable, Callable

from pymongo.errors import PyMongoError
from starlette.requests import Request
from starlette.responses import Response

TRIES = 10


class Refused(Exception):
    """A status and nothing else."""


class Overtaken(Exception):
    """Somebody else changed it meanwhile: to be done again from the start."""


def repeated(do: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
    """Whoever was overtaken reads again and decides again."""

    async def done(request: Request) -> Response:
        for _ in range(TRIES):
            try:
                return await do(request)
            except Overtaken:
                continue
            except PyMongoError as failed:
                if not failed.has_error_label("TransientTransactionError"):
                    raise
        raise Refused(503)

    return done


async def refused(_: Request, error: Exception) -> Response:
    return Response(b"", error.args[0])
