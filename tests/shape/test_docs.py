"""The docs build as a site, every link in them leads somewhere, and nothing in them is fetched from elsewhere."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_site_builds_without_a_warning_and_fetches_nothing(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    fetched = re.compile(r"""<(?:script|link|img)[^>]+(?:src|href)=["'](?:https?:)?//""")
    assert [page.name for page in tmp_path.rglob("*.html") if fetched.search(page.read_text("utf-8"))] == []


def test_every_link_of_the_first_pages_leads_somewhere() -> None:
    for name in ("README.md", "SECURITY.md"):
        for link in re.findall(r"\]\(([^)#:]+)\)", (ROOT / name).read_text("utf-8")):
            assert (ROOT / link).exists(), f"{name} → {link}"


def test_every_page_is_reached_from_another() -> None:
    pages = {page: page.read_text("utf-8") for page in (ROOT / "docs").rglob("*.md")}
    named = {
        (page.parent / link).resolve()
        for page, text in {**pages, ROOT / "README.md": (ROOT / "README.md").read_text("utf-8")}.items()
        for link in re.findall(r"\]\(([^)#:]+)\)", text)
    }
    alone = {page for page in pages if page.resolve() not in named and page.parent.name not in ("decisions",)}
    assert alone == set()
