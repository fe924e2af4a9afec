"""What gates, torn quotes and a change of the archive's key say through the real command line."""

import base64
import csv
import re
from pathlib import Path

import pytest

from schemas.rules import RULES
from tests.flows.county import MadeUpCounty, standard

ROOT = Path(__file__).resolve().parents[2]
PEOPLE = [f"{n};N{n};V{n};0{n}.02.2000;D;09999001;" for n in range(1, 9)]
ODD_NAMES = [
    '"',
    "'; DROP TABLE x; --",
    "=1+1",
    "@SUM(A1)",
    "NULL",
    "NA",
    "<b>x</b>",
    "𝕏ÿ",
    "a\u200bb",
    "İstanbul",
    "{{x}}",
    "%s",
    "\\",
    "\u202eabc",
]


@pytest.fixture
def county(tmp_path: Path, warehouse_url: str) -> MadeUpCounty:
    made = standard(tmp_path / "county", warehouse_url)
    made.contacts("1;2021-02-01;b;x")
    return made


def expect(county: MadeUpCounty, text: str) -> None:
    path = county.folder / "sources" / "leute.yaml"
    path.write_text(path.read_text().replace("records:", f"expect: {{{text}}}\nrecords:"))


def test_a_closed_gate_says_what_changed_by_kind_and_number(county: MadeUpCounty) -> None:
    expect(county, "max_change: 30%")
    county.people(*PEOPLE)
    assert county.sync("2021-03-01").code == 0
    county.people(*PEOPLE[:3])
    outcome = county.sync("2021-03-02")
    assert outcome.code == 5
    told = " ".join(outcome.document["messages"])
    assert "max_change:leute" in told
    assert "participants: entfallen 5" in told
    assert "Anteil 62.5 %" in told
    gate = next(gate for gate in outcome.document["gates"] if gate["gate"] == "max_change:leute")
    assert gate["detail"]["kinds"]["participants"] == {"new": 0, "changed": 0, "ended": 5}


def test_a_source_that_is_late_is_named_and_nothing_is_held(county: MadeUpCounty) -> None:
    expect(county, "every: 7d")
    county.people(*PEOPLE)
    assert not county.sync("2021-03-01").document["messages"]
    on_time, late = county.sync("2021-03-08"), county.sync("2021-03-09")
    assert (on_time.code, on_time.document["messages"]) == (0, [])
    assert (late.code, late.document["published"]) == (0, True)
    assert late.document["messages"] == [
        "Quelle leute ist überfällig: letzte Lieferung vom 2021-03-01, vereinbart ist alle 7 Tage."
    ]


def test_a_quote_that_never_closes_costs_its_row_and_not_the_night(county: MadeUpCounty) -> None:
    county.people(PEOPLE[0], '2;"N2;V2;02.02.2000;D;09999001;', *PEOPLE[2:])
    outcome = county.sync("2021-03-01")
    assert (outcome.code, outcome.document["published"]) == (8, True)
    assert {(row, rule) for _, _, row, _, _, rule in county.tickets()} == {(3, "open_quote")}
    assert outcome.records("leute", "participants") == (8, 7, 1)


def test_odd_names_load_as_they_are_or_wait(county: MadeUpCounty) -> None:
    path = county.inbox / "leute.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(["id", "nach", "vor", "geb", "status", "ags", "eintritt"])
        writer.writerows([n, name, "V", "01.02.2000", "D", "09999001", ""] for n, name in enumerate(ODD_NAMES))
    outcome = county.sync("2021-03-01")
    found, loaded, rejected = outcome.records("leute", "participants")
    assert (found, loaded + rejected) == (len(ODD_NAMES), len(ODD_NAMES))
    stored = {name for (name,) in county.rows("SELECT last_name FROM vault.identity_version")}
    assert set(ODD_NAMES) - stored == set()


def test_every_rule_that_the_reader_finds_stands_in_the_registry() -> None:
    texts = [path.read_text() for path in (ROOT / "tasks" / "conform" / "reading").glob("*.py")]
    noted = {rule for text in texts for rule in re.findall(r'\.note\(\s*"(\w+)"', text)}
    assert {"open_quote", "nul_byte", "error_cell"} <= noted
    assert noted <= RULES.keys()


def test_the_archives_key_changes_by_one_command(county: MadeUpCounty, monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = (base64.b64encode(bytes([n] * 32)).decode() for n in (1, 2))
    monkeypatch.setenv("TEILHABE_ARCHIVE_KEY", old)
    county.people(*PEOPLE)
    assert county.sync("2021-03-01").code == 0
    stored = [path for path in (county.folder / "state" / "raw").rglob("*") if path.is_file()]
    assert stored
    assert not any(b"N1;V1" in path.read_bytes() for path in stored)
    monkeypatch.setenv("TEILHABE_ARCHIVE_KEY", f"{new},{old}")
    assert county.run("archive", "rotate").document == {"rotated": 2, "damaged": []}
    monkeypatch.setenv("TEILHABE_ARCHIVE_KEY", new)
    assert county.run("archive", "verify").code == 0
    assert county.rows("SELECT action FROM ops.audit WHERE action LIKE 'rotate%%'") == [("rotate archive",)]
    monkeypatch.setenv("TEILHABE_ARCHIVE_KEY", old)
    outcome = county.run("archive", "verify")
    assert (outcome.code, len(outcome.document["damaged"])) == (4, 2)
