"""axe-core in a real browser finds nothing on the report and on the data admin's page (``make test-pages``)."""

import json
import os
import re
import shutil
import subprocess
from html import unescape
from pathlib import Path

import httpx
import pytest

from flows.admin_page import served_admin
from tests.flows.county import MadeUpCounty, standard

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
AXE = Path(os.environ.get("TEILHABE_AXE", "absent"))
PDF_PYTHON = Path(os.environ.get("TEILHABE_PDF_PYTHON", "absent"))
"""A Python that has pikepdf."""
pytestmark = [
    pytest.mark.skipif(BROWSER is None, reason="no chromium on this machine (apt-get install chromium)"),
    pytest.mark.skipif(not AXE.is_file(), reason="no axe-core: make test-pages fetches it (TEILHABE_AXE)"),
    pytest.mark.skipif(not PDF_PYTHON.is_file(), reason="no pikepdf: make test-pages sets it up (TEILHABE_PDF_PYTHON)"),
]
RUN = """<script>%s</script><script>
axe.run(document, {resultTypes: ['violations']}).then(function (found) {
  var said = found.violations.map(function (v) {
    return v.id + ": " + v.nodes.map(function (n) { return n.target; });
  });
  document.documentElement.setAttribute('data-axe', JSON.stringify({passes: found.passes.length, violations: said}));
});
</script></body>"""


def violations(page: str, folder: Path) -> list[str]:
    """Open a page with axe in it and return what axe finds; it must have looked."""
    path = folder / "page.html"
    path.write_text(page.replace("</body>", RUN % AXE.read_text("utf-8"), 1), "utf-8")
    command = [str(BROWSER), "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    command += ["--disable-component-update", "--disable-sync", f"--user-data-dir={folder / 'profile'}"]
    done = subprocess.run(
        [*command, "--virtual-time-budget=20000", "--dump-dom", path.as_uri()],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    found = re.search(r'data-axe="([^"]*)"', done.stdout)
    assert found is not None, "axe did not run"
    said = json.loads(unescape(found.group(1)))
    assert said["passes"] > 5
    violations: list[str] = said["violations"]
    return violations


@pytest.fixture
def county(tmp_path: Path, warehouse_url: str) -> MadeUpCounty:
    made = standard(tmp_path / "county", warehouse_url)
    made.people("1;Aydin;Anna;01.02.2000;D;09999001;", "2;Bozkurt;Bekir;31.02.2000;G;09999002;2021-02-10")
    made.contacts("1;2021-02-01;b;Weber")
    made.sync("2021-03-01")
    return made


def test_the_report_is_accessible(county: MadeUpCounty, tmp_path: Path) -> None:
    county.run("report", "--period", "2020/21", "--out", str(tmp_path))
    assert violations((tmp_path / "bericht-2020-21.html").read_text("utf-8"), tmp_path) == []


def test_the_admin_page_is_accessible(county: MadeUpCounty, tmp_path: Path) -> None:
    with served_admin(str(county.folder.resolve())) as address, httpx.Client(follow_redirects=True) as browser:
        page = browser.get(address).text
    assert violations(page, tmp_path) == []


def test_axe_would_find_a_picture_without_a_name(tmp_path: Path) -> None:
    page = '<!doctype html><html><head><title>x</title></head><body><main><img src="data:,"></main></body></html>'
    assert any(found.startswith("image-alt") for found in violations(page, tmp_path))


def structure(*files: Path) -> list[str]:
    """Return what another PDF library than the writing one finds missing for PDF/UA-1."""
    looked = [str(PDF_PYTHON), str(Path(__file__).with_name("pdf_structure.py")), *map(str, files)]
    return subprocess.run(looked, capture_output=True, text=True, check=True, timeout=120).stdout.splitlines()


def test_the_paper_report_has_the_structure_that_pdf_ua_asks_for(
    county: MadeUpCounty, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    county.run("report", "--period", "2020/21", "--out", str(tmp_path))
    monkeypatch.setenv("TEILHABE_LANG", "en")
    county.run("report", "--period", "2020/21", "--out", str(tmp_path / "en"))
    assert structure(tmp_path / "bericht-2020-21.pdf", tmp_path / "en" / "bericht-2020-21.pdf") == []


def test_a_file_without_structure_is_found(tmp_path: Path) -> None:
    plain = "import pikepdf, sys; pdf = pikepdf.new(); pdf.add_blank_page(); pdf.save(sys.argv[1])"
    subprocess.run([str(PDF_PYTHON), "-c", plain, str(tmp_path / "plain.pdf")], check=True, timeout=60)
    assert structure(tmp_path / "plain.pdf") == ["06 the file does not say that it is tagged", "01 no structure tree"]
