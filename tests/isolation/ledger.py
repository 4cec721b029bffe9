"""What was tried: one cell for each route and caller."""

from collections import Counter
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Cell:
    """One request of one caller. ``wrong`` says what should not have happened; empty when all is well."""

    operation: str
    caller: str
    status: int
    wrong: str = ""

    def __str__(self) -> str:
        return f"{self.operation} by {self.caller}: {self.status} {self.wrong}"


@dataclass(repr=False)
class Ledger:
    """``operations``: every route of the live OpenAPI documents, ``of_dealers``: those with a dealer in their path.
    ``stopped``: why the story could not be told on."""

    operations: frozenset[str]
    of_dealers: frozenset[str]
    without_recipe: frozenset[str]
    recipes_without_operation: frozenset[str]
    cells: list[Cell] = field(default_factory=list)
    succeeded: set[str] = field(default_factory=set)
    """Operations whose own cell succeeded on a real object."""
    stopped: str = ""
    seconds: float = 0.0

    def note(self, operation: str, caller: str, status: int, wrong: str = "") -> None:
        self.cells.append(Cell(operation, caller, status, wrong))

    def wrong(self, service: str) -> list[str]:
        return [str(cell) for cell in self.cells if cell.wrong and cell.operation.startswith(f"{service}.")]

    def callers_of(self, operation: str) -> set[str]:
        return {cell.caller for cell in self.cells if cell.operation == operation}

    def __repr__(self) -> str:
        return f"<{self.summary()}>"

    def summary(self) -> str:
        by = Counter(cell.caller for cell in self.cells)
        tried = {cell.operation for cell in self.cells}
        bad = sum(bool(cell.wrong) for cell in self.cells)
        return (
            f"{len(self.cells)} cells ({len(tried)} of {len(self.operations)} operations, {len(by)} kinds of caller) "
            f"in {self.seconds:.0f} s, {bad} wrong"
        )
