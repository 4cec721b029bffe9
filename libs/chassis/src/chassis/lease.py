"""Who of a service's processes runs the relay and the timers: one, by a lease on the store's own clock."""

import asyncio
from typing import Any

import structlog
from pymongo import ReturnDocument
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import DuplicateKeyError, PyMongoError

from chassis import failpoints

LEASE_MS = 4_000
RENEW_S = 1.0

log = structlog.get_logger(__name__)


class Lease:
    """Held by one owner at a time. ``fence`` grows with each new holder."""

    def __init__(self, database: AsyncDatabase[Any], name: str, owner: str) -> None:
        self._leases = database["leases"]
        self._name = name
        self._owner = owner
        self.held = asyncio.Event()
        self.fence = 0

    async def keep(self) -> None:
        """Takes the lease when it is free and renews it, for ever. Losing it clears ``held`` at once."""
        while True:
            try:
                async with asyncio.timeout(LEASE_MS / 1000 - RENEW_S):
                    mine = await self._renew()
            except (PyMongoError, TimeoutError) as failed:
                log.warning("lease not renewed", lease=self._name, error=str(failed))
                mine = False
            if mine and not self.held.is_set():
                log.info("lease taken", lease=self._name, fence=self.fence)
                self.held.set()
            elif not mine and self.held.is_set():
                log.warning("lease lost", lease=self._name, fence=self.fence)
                self.held.clear()
            await asyncio.sleep(RENEW_S)

    async def release(self) -> None:
        """Gives it up at once, so that a planned stop makes nobody wait."""
        self.held.clear()
        await self._leases.update_one({"_id": self._name, "owner": self._owner}, {"$set": {"owner": ""}})

    async def _renew(self) -> bool:
        mine = {"$eq": ["$owner", self._owner]}
        free = {"$or": [{"$lte": ["$until", "$$NOW"]}, {"$eq": ["$owner", ""]}]}
        try:
            taken = await self._leases.find_one_and_update(
                {"_id": self._name, "$expr": {"$or": [mine, free]}},
                [
                    {
                        "$set": {
                            "fence": {"$cond": [mine, "$fence", {"$add": [{"$ifNull": ["$fence", 0]}, 1]}]},
                            "owner": self._owner,
                            "until": {"$add": ["$$NOW", LEASE_MS]},
                        }
                    }
                ],
                upsert=False,
                return_document=ReturnDocument.AFTER,
            )
            if taken is None and await self._leases.find_one({"_id": self._name}) is None:
                await self._leases.insert_one({"_id": self._name, "owner": "", "fence": 0})
                return await self._renew()
        except DuplicateKeyError:
            return False
        if taken is None:
            return False
        self.fence = taken["fence"]
        if failpoints.ARMED:
            failpoints.reached("lease-renewed")
        return True
