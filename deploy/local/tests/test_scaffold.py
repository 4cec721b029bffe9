"""A new service is a folder: it is rendered, runs its own tests, and nothing has to be told of it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from sevenstep import workspace
from sevenstep.scaffold import UnusableName, render, with_service


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """So much of a checkout as a new service touches."""
    root = workspace.root()
    shutil.copytree(root / "deploy" / "template", tmp_path / "deploy" / "template")
    shutil.copy(root / "deploy" / "compose.yaml", tmp_path / "deploy")
    shutil.copy(root / "pyproject.toml", tmp_path)
    (tmp_path / "deploy" / "local").mkdir()
    (tmp_path / "services").mkdir()
    return tmp_path


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": str(folder / "services" / "tires" / "src")}
    command = [sys.executable, "-m", *words]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.slow
def test_a_rendered_service_passes_its_own_tests_and_the_linter(copy: Path):
    folder = render("tires", copy)
    tests = run(copy, "pytest", "-q", "-p", "no:cacheprovider", "-c", "pyproject.toml", str(folder / "tests"))
    assert tests.returncode == 0, tests.stdout
    assert "7 passed" in tests.stdout
    for check in (["check"], ["format", "--check"]):
        said = run(copy, "ruff", *check, "--no-cache", str(folder))
        assert said.returncode == 0, said.stdout


def test_a_rendered_service_is_found_by_its_folder_and_keeps_no_trace_of_the_template(copy: Path):
    folder = render("tires", copy)
    assert workspace.service_folders(copy) == workspace.runnable_services(copy) == ["tires"]
    texts = [path.read_text() for path in folder.rglob("*") if path.is_file()]
    assert not any("newservice" in text.lower() for text in texts)
    assert (folder / "README.md").read_text().startswith("# tires\n")


def test_a_rendered_service_is_in_the_compose_file_on_a_port_of_its_own(copy: Path):
    render("tires", copy)
    services = yaml.safe_load((copy / "deploy" / "compose.yaml").read_text())["services"]
    assert services["tires"]["build"]["args"] == {"SERVICE": "tires"}
    assert services["tires"]["environment"]["SEVENSTEP_MONGO_DATABASE"] == "tires"
    ports = [port for service in services.values() for port in service.get("ports", [])]
    assert len(set(ports)) == len(ports)


def test_a_compose_file_of_another_form_is_left_alone():
    assert with_service("services: {}\n", "tires") == "services: {}\n"


@pytest.mark.parametrize(
    "name", ["Tires", "win-ter", "class", "9lives", "a", "contracts", "demo", "keys", "x y", "../up"]
)
def test_a_name_that_would_be_in_the_way_is_refused(copy: Path, name: str):
    with pytest.raises(UnusableName):
        render(name, copy)
    assert list((copy / "services").iterdir()) == []


def test_a_service_is_not_rendered_over_another(copy: Path):
    folder = render("tires", copy)
    (folder / "README.md").write_text("mine")
    with pytest.raises(UnusableName, match="taken"):
        render("tires", copy)
    assert (folder / "README.md").read_text() == "mine"
