"""The documents keep their form: decision records, one-screen READMEs, links that lead somewhere inside."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DECISIONS = sorted((ROOT / "docs/decisions").glob("*.md"))
SERVICES = sorted(path.parent for path in ROOT.glob("services/*/pyproject.toml"))
PAGES = sorted(
    path
    for pattern in (
        "*.md",
        "docs/**/*.md",
        "services/*/*.md",
        "libs/*/*.md",
        "deploy/**/*.md",
        "demo/*.md",
        "bench/*.md",
    )
    for path in ROOT.glob(pattern)
    if not {"build", ".venv", "node_modules"} & set(path.relative_to(ROOT).parts)
)
_LINK = re.compile(r"\]\((?!https?://|#|mailto:)([^)#\s]+)")


def broken_links(page: Path, root: Path) -> list[str]:
    """Relative links of a page that lead nowhere, or out of the repository."""
    targets = [(link, (page.parent / link).resolve()) for link in _LINK.findall(page.read_text())]
    return [link for link, target in targets if not target.exists() or not target.is_relative_to(root)]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_of_a_page_leads_somewhere_inside(page: Path) -> None:
    assert broken_links(page, ROOT) == []


def test_a_link_that_leads_nowhere_or_outside_is_seen(tmp_path: Path) -> None:
    (tmp_path / "inside").mkdir()
    page = tmp_path / "inside/page.md"
    page.write_text("[a](page.md) [b](nowhere.md) [c](../../etc) [d](https://example.org) [e](#here)")
    assert broken_links(page, tmp_path / "inside") == ["nowhere.md", "../../etc"]


@pytest.mark.parametrize("record", DECISIONS, ids=lambda record: record.stem)
def test_a_decision_record_is_short_and_says_what_it_must(record: Path) -> None:
    lines = record.read_text().splitlines()
    assert re.fullmatch(r"\d{4}-\d{2}-\d{2}-[a-z0-9-]+", record.stem)
    assert len(lines) <= 40
    assert [line[3:] for line in lines if line.startswith("## ")] == [
        "Context",
        "Decision",
        "Consequences",
        "Alternatives",
    ]


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_a_service_tells_on_one_screen_what_it_is(service: Path) -> None:
    """X3: owns / accepts / announces / listens to / shows."""
    text = (service / "README.md").read_text()
    assert text.count("\n") <= 80
    missing = [word for word in ("owns", "accepts", "announces", "listens to", "shows") if word not in text.lower()]
    assert missing == []
