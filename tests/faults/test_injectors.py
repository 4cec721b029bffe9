"""How a fault is held: it is always healed, and one without effect is no success."""

import ast
import os
import subprocess
import sys
import time
from pathlib import Path
from random import Random
from typing import Any, cast

import pytest
from cluster import Cluster
from injectors import Fault, NotProven, held, prove
from injectors_matrix import FAULTS, QUICK, some_fault
from injectors_service import FAKETIME, wrong_clock

NO_CLUSTER = cast(Cluster, None)


class Recorded(Fault):
    id = "X"
    describe = "does nothing"

    def __init__(self, *given: Any, effect: bool = True, fails: bool = False) -> None:
        super().__init__(*given)
        self.effect, self.fails = effect, fails
        self.story: list[str] = []

    async def inject(self) -> None:
        self.story.append("inject")
        if self.fails:
            raise ConnectionError

    async def proof(self) -> str:
        prove(self.effect, "nothing happened")
        return "seen"

    async def heal(self) -> None:
        self.story.append("heal")


async def test_a_fault_is_injected_proven_and_healed() -> None:
    fault = Recorded(NO_CLUSTER, Random(1))
    told = await held(fault, 0.01)
    assert (told.id, told.proof, fault.story) == ("X", "seen", ["inject", "heal"])


async def test_a_fault_that_had_no_effect_fails_the_run_and_is_healed() -> None:
    fault = Recorded(NO_CLUSTER, Random(1), effect=False)
    with pytest.raises(NotProven, match="nothing happened"):
        await held(fault, 0.01)
    assert fault.story == ["inject", "heal"]


async def test_a_fault_that_could_not_be_done_is_healed() -> None:
    fault = Recorded(NO_CLUSTER, Random(1), fails=True)
    with pytest.raises(ConnectionError):
        await held(fault, 0.01)
    assert fault.story == ["inject", "heal"]


def test_the_matrix_is_whole() -> None:
    named = {name.partition("-")[0] for name in FAULTS}
    assert named >= {*(f"K{n}" for n in range(1, 7)), *(f"M{n}" for n in range(1, 8)), "N1", "N2", "N3", "D1", "D3"}
    assert named >= {"S2", "S3", "S4", "S5"}
    assert set(QUICK) <= set(FAULTS)


def test_every_fault_of_the_source_is_in_the_matrix() -> None:
    made = {made.__name__ for made in FAULTS.values() if isinstance(made, type)}
    for source in Path(__file__).parent.glob("injectors_*.py"):
        for node in ast.parse(source.read_text()).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                assert node.name in made, node.name


@pytest.mark.parametrize("library", sorted({FAKETIME, None}, key=str))
def test_a_process_can_be_started_with_a_wrong_clock_with_and_without_libfaketime(library: Path | None) -> None:
    said = "import time; from chassis.clock import system_now; print(time.time(), system_now().timestamp())"
    inside = str(Path(__file__).with_name("inside"))
    environment = {**os.environ, "PYTHONPATH": inside, **wrong_clock(-120, library)}
    told = subprocess.run([sys.executable, "-c", said], env=environment, capture_output=True, text=True, check=True)
    for clock in told.stdout.split():
        assert float(clock) - time.time() == pytest.approx(-120, abs=30)


def test_a_seed_repeats_its_choice() -> None:
    def chosen(seed: int) -> list[tuple[str, float]]:
        chance = Random(seed)
        found = [some_fault(NO_CLUSTER, chance, ("N2", "N3-late", "S1-kill", "D1-replay")) for _ in range(20)]
        return [(fault.id, seconds) for fault, seconds in found]

    assert chosen(7) == chosen(7)
    assert chosen(7) != chosen(8)
