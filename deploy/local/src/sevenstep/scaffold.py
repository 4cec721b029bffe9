"""Renders the template of a service into a new folder, and adds it to deploy/compose.yaml. No root file changes."""

import keyword
import re
from pathlib import Path

PLACEHOLDER = "newservice"  # the template is a service of this name, so that it can be read and checked as code
TEMPLATE = Path("deploy") / "template"


class UnusableName(Exception):
    """A service cannot be called that."""

    code = "unusable-name"


def render(name: str, root: Path) -> Path:
    """Copy the template to services/<name> under its new name. Raises UnusableName."""
    target = root / "services" / name
    if not re.fullmatch(r"[a-z][a-z0-9]{1,30}", name) or keyword.iskeyword(name):
        raise UnusableName(f"'{name}': one lower-case word of letters and digits, such as parts.")
    if target.exists() or name in {"contracts", "chassis", "sevenstep", "demo", "keys", "admin", "local", "config"}:
        raise UnusableName(f"'{name}' is taken.")
    for source in sorted((root / TEMPLATE).rglob("*")):
        if source.is_file() and "__pycache__" not in source.parts:
            path = target / _named(str(source.relative_to(root / TEMPLATE)), name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(_named(source.read_text(), name))
    compose = root / "deploy" / "compose.yaml"
    if compose.is_file():
        compose.write_text(with_service(compose.read_text(), name))
    return target


def with_service(compose: str, name: str) -> str:
    """A compose file with one more service, in the form of the last one and on the next port."""
    before, end, after = compose.partition("volumes:\n  mongo:")
    last = before.rstrip("\n").split("\n\n")[-1]
    known = re.search(r"^  (\w+):$.*?127\.0\.0\.1:(\d+):8000", last, re.DOTALL | re.MULTILINE)
    if not known:
        return compose
    block = re.sub(rf"\b{known[1]}\b", name, last).replace(known[2], str(int(known[2]) + 1))
    return f"{before}{block}\n\n{end}{after}"


def _named(text: str, name: str) -> str:
    return text.replace(PLACEHOLDER, name).replace(PLACEHOLDER.capitalize(), name.capitalize())
