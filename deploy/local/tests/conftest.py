"""A tiny checkout of two services to try the stack with; the stack's tests are not about real ones."""

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sevenstep import loopback, workspace

TINY_SERVICE = Path(__file__).parent / "tiny" / "main.py"


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """This process and its children work in a checkout with `hello` and `world`, and `quiet`, which has no main.py."""
    (tmp_path / "deploy").symlink_to(workspace.root() / "deploy")
    for name in ("hello", "quiet", "world"):
        package = tmp_path / "services" / name / "src" / name
        package.mkdir(parents=True)
        (package / "__init__.py").touch()
        if name != "quiet":
            shutil.copy(TINY_SERVICE, package / "main.py")
    sources = [str(path) for path in sorted(tmp_path.glob("services/*/src"))]
    monkeypatch.setenv("SEVENSTEP_ROOT", str(tmp_path))
    monkeypatch.setenv("SEVENSTEP_BUILD", str(tmp_path / "build"))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(sources))
    monkeypatch.setenv("STACK_TEST_MARK", str(tmp_path))  # children inherit it, so that they can be found by it
    return tmp_path


@pytest.fixture
def marked(checkout: Path) -> Callable[[], list[int]]:
    """Tells the numbers of all processes of this machine that were started in this checkout."""
    return lambda: [int(folder.name) for folder in Path("/proc").iterdir() if _carries(folder, str(checkout))]


def _carries(folder: Path, mark: str) -> bool:
    try:
        return folder.name.isdigit() and f"STACK_TEST_MARK={mark}\0".encode() in (folder / "environ").read_bytes()
    except OSError:
        return False


@pytest.fixture
def until() -> Callable[..., bool]:
    """Waits until a condition holds, at most `seconds`; whether it does."""

    def wait(condition: Callable[[], bool], seconds: float = 10.0) -> bool:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if condition():
                return True
            time.sleep(0.02)
        return False

    return wait


@pytest.fixture
def said_by() -> Callable[..., dict[str, str]]:
    """The JSON that an address answers."""

    def ask(url: str, path: str = "/health/ready") -> dict[str, str]:
        with loopback.client() as client:
            return client.get(f"{url}{path}").json()

    return ask
