"""The rules of the house hold in the source, and each guard bites when its violation is planted."""

from collections.abc import Callable
from pathlib import Path

import pytest
import source_rules as rules

ROOT = Path(__file__).resolve().parents[2]
Guard = Callable[[Path], list[str]]

GUARDS: list[Guard] = [
    rules.rooms_that_are_none,
    rules.imports_beyond_the_room,
    rules.foreign_facts_outside_their_door,
    rules.impurities,
    rules.writes_outside_the_chassis,
    rules.demo_shortcuts,
    rules.libraries_that_know_services,
    rules.domain_nouns_in_the_chassis,
    rules.nameless_modules,
    rules.long_files,
    rules.early_acknowledgements,
]


@pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: guard.__name__)
def test_the_source_keeps_the_rule(guard: Guard) -> None:
    assert guard(ROOT) == []


def test_every_service_is_looked_at() -> None:
    """A guard that finds no files would be content with everything."""
    looked_at = {source.package for source in rules.services(ROOT)}
    assert looked_at == {path.name for path in (ROOT / "services").iterdir() if (path / "pyproject.toml").exists()}
    assert len(looked_at) >= 6


BOOKING = "services/booking/src/booking"
CHASSIS = "libs/chassis/src/chassis"

PLANTED: list[tuple[Guard, str, str]] = [
    (rules.rooms_that_are_none, f"{BOOKING}/managers/appointment.py", ""),
    # domain
    (rules.imports_beyond_the_room, f"{BOOKING}/domain/appointment.py", "import fastapi"),
    (rules.imports_beyond_the_room, f"{BOOKING}/domain/appointment.py", "from pydantic import BaseModel"),
    (rules.imports_beyond_the_room, f"{BOOKING}/domain/appointment.py", "from chassis.clock import system_now"),
    (rules.imports_beyond_the_room, f"{BOOKING}/domain/appointment.py", "from chassis import ids"),
    (rules.imports_beyond_the_room, f"{BOOKING}/domain/appointment.py", "from booking.storage.appointments import X"),
    (rules.imports_beyond_the_room, f"{BOOKING}/domain/appointment.py", "from booking import storage"),
    (rules.imports_beyond_the_room, f"{BOOKING}/domain/appointment.py", "from ..storage import appointments"),
    (rules.imports_beyond_the_room, f"{BOOKING}/domain.py", "import pymongo"),
    (rules.imports_beyond_the_room, f"{BOOKING}/domain/appointment.py", "def f():\n    import workshop.domain.job"),
    # the other rooms
    (rules.imports_beyond_the_room, f"{BOOKING}/usecases/book.py", "from booking.api.appointments import router"),
    (rules.imports_beyond_the_room, f"{BOOKING}/usecases/book.py", "from fastapi import Depends"),
    (rules.imports_beyond_the_room, f"{BOOKING}/usecases/book.py", "from chassis.store_mongo import MongoStore"),
    (rules.imports_beyond_the_room, f"{BOOKING}/usecases/book.py", "from booking.consumers.crm import on_x"),
    (rules.imports_beyond_the_room, f"{BOOKING}/storage/appointments.py", "from booking.usecases.book import book"),
    (rules.imports_beyond_the_room, f"{BOOKING}/storage/appointments.py", "import bson"),
    (rules.imports_beyond_the_room, f"{BOOKING}/projections/day.py", "from booking.usecases.book import book"),
    (rules.imports_beyond_the_room, f"{BOOKING}/consumers/crm.py", "from booking.api.appointments import router"),
    (rules.imports_beyond_the_room, f"{BOOKING}/consumers/crm.py", "import httpx"),
    (rules.imports_beyond_the_room, f"{BOOKING}/api/appointments.py", "from booking.consumers.crm import on_x"),
    (rules.imports_beyond_the_room, f"{BOOKING}/api/appointments.py", "from chassis.store_mongo import MongoStore"),
    (rules.imports_beyond_the_room, f"{BOOKING}/api/appointments.py", "from reception.domain.visit import Visit"),
    (rules.imports_beyond_the_room, f"{BOOKING}/main.py", "import reception.main"),
    (rules.imports_beyond_the_room, f"{BOOKING}/sheets/reader.py", "from booking.storage.appointments import X"),
    # facts of others
    (
        rules.foreign_facts_outside_their_door,
        f"{BOOKING}/usecases/book.py",
        "from contracts.reception import VehicleArrived",
    ),
    (
        rules.foreign_facts_outside_their_door,
        f"{BOOKING}/consumers/crm.py",
        "from contracts.reception import VehicleArrived",
    ),
    # purity
    (rules.impurities, f"{BOOKING}/domain/slots.py", "from datetime import datetime\nx = datetime.now()"),
    (rules.impurities, f"{BOOKING}/domain/slots.py", "import datetime\nx = datetime.datetime.utcnow()"),
    (rules.impurities, f"{BOOKING}/domain/slots.py", "from datetime import date\nx = date.today()"),
    (rules.impurities, f"{BOOKING}/domain/slots.py", "import random"),
    (rules.impurities, f"{BOOKING}/domain/slots.py", "from uuid import uuid4"),
    (rules.impurities, f"{BOOKING}/domain/slots.py", "import time"),
    (rules.impurities, f"{BOOKING}/domain/slots.py", "import os"),
    (rules.impurities, f"{BOOKING}/domain/slots.py", "x = open('rules.json')"),
    (rules.impurities, f"{BOOKING}/domain/slots.py", "async def f(): ..."),
    # drivers
    (rules.writes_outside_the_chassis, f"{BOOKING}/main.py", "from pymongo import AsyncMongoClient"),
    (rules.writes_outside_the_chassis, f"{BOOKING}/api/x.py", "def f():\n    import aiokafka"),
    (rules.writes_outside_the_chassis, "demo/src/demo/player.py", "import pymongo"),
    (rules.demo_shortcuts, "demo/src/demo/player.py", "from contracts.booking import AppointmentHeld"),
    (rules.demo_shortcuts, "demo/src/demo/player.py", "import chassis.clock"),
    (rules.demo_shortcuts, "demo/src/demo/player.py", "from booking.domain import slots"),
    (rules.demo_shortcuts, "demo/src/demo/player.py", "import aiokafka"),
    # libraries
    (rules.libraries_that_know_services, f"{CHASSIS}/app.py", "import booking.main"),
    (rules.libraries_that_know_services, f"{CHASSIS}/app.py", "from contracts.booking import AppointmentHeld"),
    (rules.libraries_that_know_services, "libs/contracts/src/contracts/x.py", "from chassis.ids import new_id"),
    (rules.domain_nouns_in_the_chassis, f"{CHASSIS}/app.py", "def close_repair_order(): ..."),
    (rules.domain_nouns_in_the_chassis, f"{CHASSIS}/app.py", "class AppointmentStore: ..."),
    (rules.domain_nouns_in_the_chassis, f"{CHASSIS}/app.py", "x = 'vehicles'"),
    (rules.domain_nouns_in_the_chassis, f"{CHASSIS}/app.py", "def f(customer_id): ..."),
    (rules.domain_nouns_in_the_chassis, f"{CHASSIS}/unit.py", "role = 'technician'"),
    # names and lengths
    (rules.nameless_modules, f"{BOOKING}/domain/utils.py", ""),
    (rules.nameless_modules, f"{BOOKING}/services/book.py", ""),
    (rules.nameless_modules, "tests/journeys/helpers.py", ""),
    (rules.long_files, f"{BOOKING}/domain/slots.py", "x = 1\n" * 401),
    # acknowledging first
    (rules.early_acknowledgements, f"{CHASSIS}/kafka.py", "c = AIOKafkaConsumer('x', enable_auto_commit=True)"),
    (rules.early_acknowledgements, f"{CHASSIS}/kafka.py", "c = AIOKafkaConsumer('x')"),
    (rules.early_acknowledgements, f"{CHASSIS}/kafka.py", "c = aiokafka.AIOKafkaConsumer('x')"),
    (rules.early_acknowledgements, f"{BOOKING}/consumers/x.py", "@router.subscriber('crm.events')\ndef f(): ..."),
    (rules.early_acknowledgements, f"{CHASSIS}/kafka.py", "settings = dict(enable_auto_commit=wanted)"),
]


def planted(root: Path, file: str, text: str) -> Path:
    """A small street with one violation in it."""
    (root / BOOKING / "sheets").mkdir(parents=True, exist_ok=True)
    (root / BOOKING / "sheets/monday.json").write_text("{}")
    for service in ("booking", "reception", "workshop"):
        (root / f"services/{service}/src/{service}").mkdir(parents=True, exist_ok=True)
    path = root / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return root


@pytest.mark.parametrize(
    ("guard", "file", "text"),
    PLANTED,
    ids=[f"{guard.__name__}-{number}" for number, (guard, _, _) in enumerate(PLANTED)],
)
def test_a_planted_violation_is_found(guard: Guard, file: str, text: str, tmp_path: Path) -> None:
    assert guard(planted(tmp_path, file, text)), f"{guard.__name__} did not see {text!r} in {file}"


def test_every_guard_has_a_planted_violation() -> None:
    assert {guard.__name__ for guard, _, _ in PLANTED} == {guard.__name__ for guard in GUARDS}


CLEAN = {
    f"{BOOKING}/domain/appointment.py": (
        "from datetime import datetime, time\nfrom contracts.booking import AppointmentHeld\n"
        "from contracts.headquarters import OpeningHours\nfrom booking.domain.errors import Refused\n"
        "def f(case, x):\n    case.open(x)\n    return datetime.fromisoformat(x)\n"
    ),
    f"{BOOKING}/consumers/reception.py": (
        "from contracts.reception import VehicleArrived\nfrom chassis.facts import Fact\n"
        "from booking.usecases.arrive import arrive\n"
    ),
    f"{BOOKING}/sheets/reader.py": "from pydantic import TypeAdapter\nfrom booking.domain.slots import Slot\n",
    f"{BOOKING}/usecases/fill_sheet.py": "from booking.sheets.reader import sheet\nfrom booking import sheets\n",
    f"{BOOKING}/main.py": "from chassis.app import service\nfrom booking.api import appointments\n",
    f"{CHASSIS}/kafka.py": '"""Never a customer in here."""\nc = AIOKafkaConsumer("x", enable_auto_commit=False)\n',
    "demo/src/demo/player.py": "import httpx2\nfrom demo.plan import day\n",
}


@pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: guard.__name__)
def test_a_clean_street_is_left_alone(guard: Guard, tmp_path: Path) -> None:
    """A guard that cried at everything would be switched off."""
    for file, text in CLEAN.items():
        planted(tmp_path, file, text)
    assert guard(tmp_path) == []
