"""Where things are in the checkout. Services are found by folder; no list of them exists anywhere."""

import os
from pathlib import Path


class WorkspaceNotFound(Exception):
    """The command was run outside a checkout of the project."""

    code = "workspace-not-found"

    def __init__(self) -> None:
        super().__init__("No checkout found. Run inside the repository, or set SEVENSTEP_ROOT to its folder.")


def root() -> Path:
    """The checkout's root folder: SEVENSTEP_ROOT, else the checkout this package is installed from (editable)."""
    given = os.environ.get("SEVENSTEP_ROOT")
    starts = [Path(given)] if given else [Path(__file__).resolve(), Path.cwd()]
    for start in starts:
        for folder in (start, *start.parents):
            if (folder / "deploy" / "local").is_dir() and (folder / "services").is_dir():
                return folder
    raise WorkspaceNotFound


def service_folders(base: Path | None = None) -> list[str]:
    """Names of all services that have a folder with a package: each gets a user, a database and a topic."""
    folder = (base or root()) / "services"
    return sorted(child.name for child in folder.iterdir() if (child / "src" / child.name).is_dir())


def publishers(base: Path | None = None) -> list[str]:
    """Who announces facts by the released schemas: also a service that is still to come, for others listen to it
    already, and a consumer of a topic that does not exist would wait for ever."""
    schemas = (base or root()) / "libs" / "contracts" / "schemas"
    return sorted({path.name.partition(".")[0] for path in schemas.glob("*.v*.json")})


def runnable_services(base: Path | None = None) -> list[str]:
    """Names of the services that can be started, that is, that have a `main.py`."""
    folder = (base or root()) / "services"
    return [name for name in service_folders(base) if (folder / name / "src" / name / "main.py").is_file()]


def build_folder(base: Path | None = None) -> Path:
    """Where stacks keep their state and data; never committed."""
    folder = Path(os.environ.get("SEVENSTEP_BUILD") or (base or root()) / "build")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def cache_folder() -> Path:
    """Where fetched servers are kept between runs, shared by all checkouts of this user."""
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "sevenstep"
