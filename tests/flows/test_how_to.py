"""What the pages tell to type can be typed: every command is understood, those of the how-tos are run."""

import re
import shlex
import shutil
from pathlib import Path

import pytest

from tests.flows.county import PEOPLE_RECORDS, ROOT, MadeUpCounty, standard

COMMAND = re.compile(r"^\s*(?:\$ )?teilhabe (.+?)(?:\s+#.*)?$")
NEEDS = """
  needs:
    need_id: nr
    person_id: id
    category: was
    recorded_on: am
"""
PEOPLE = ("4711;Aydin;Anna;01.02.2000;D;09999001;", "4712;Bozkurt;Bekir;03.02.2000;G;09999002;2021-02-10")


def commands(page: Path) -> list[str]:
    """Return what a page's code blocks tell to type, without remarks."""
    blocks = re.findall(r"^```\w*\n(.*?)^```", page.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)
    lines = [COMMAND.match(line) for block in blocks for line in block.splitlines()]
    return [line[1].strip() for line in lines if line]


def test_every_command_of_the_pages_is_understood() -> None:
    from flows.cli import build_parser

    parser, typed = build_parser(), 0
    for page in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]:
        for command in commands(page):
            words = shlex.split(re.split(r"[|;&]", command, maxsplit=1)[0])
            assert parser.parse_args(words).verb in words, f"{page.name}: {command}"
            typed += 1
    assert typed > 40


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory, module_warehouse_url: str) -> MadeUpCounty:
    made = standard(tmp_path_factory.mktemp("how-to") / "county", module_warehouse_url)
    made.source("leute", PEOPLE_RECORDS.replace("    ags: ags", "    ags: ags\n    caseworker: {const: TM01}"))
    made.source("bedarfe", NEEDS)
    made.put("bedarfe.csv", "nr;id;was;am", "N1;4711;TAFF;01.03.2021")
    shutil.copy(ROOT / "config" / "paderborn" / "sources" / "arbeitsmappen.yaml", made.folder / "sources")
    made.people(*PEOPLE, "9;X;Y;kaputt;D;09999001;")
    made.contacts("k1;4711;01.03.2021;office;ja;TM01")
    assert made.sync("2021-03-02").code == 8
    return made


PAGES = (
    "send-feedback",
    "hand-out-workbooks",
    "write-the-report",
    "rotate-keys",
    "back-up-and-restore",
    "erase-a-person",
)
NOT_HERE = ("archive rotate", "restore")
"""An archive's key is given by the environment, a backup goes into an empty warehouse: tests of their own do both."""


@pytest.mark.parametrize("name", PAGES)
def test_the_commands_of_a_how_to_run_as_they_stand(
    name: str, county: MadeUpCounty, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TEILHABE_VAULT_KEY", "7a" * 32)
    typed = commands(ROOT / "docs" / "how-to" / f"{name}.md")
    assert typed
    for command in typed:
        if command.startswith(NOT_HERE):
            continue
        there = command.replace("/safe/place", str(tmp_path)).replace("QUELLE", "leute")
        done = county.run(*shlex.split(there))
        assert done.code == 0, f"{command}: {done.stderr}"
