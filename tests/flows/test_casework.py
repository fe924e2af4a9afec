"""A case manager's workbook: own persons only, filled in and read back, row by row, never a formula."""

import re
import stat
import zipfile
from pathlib import Path

import pytest
import python_calamine
import xlsxwriter

from tests.flows.matching_county import MatchingCounty

SOURCE = """
  decisions:
    proposal_id: Vorschlag
    decision: {column: Entscheidung, values: {annehmen: accept, ablehnen: reject, unklar: unclear}}
    reason: Grund
    decided_by: entschieden von
    decided_on: entschieden am
"""
NAME = "arbeitsmappe_Ute-Öz.xlsx"


@pytest.fixture
def county(tmp_path: Path, warehouse_url: str) -> MatchingCounty:
    """Two case managers; one of them has three persons with a proposal each and one without."""
    made = MatchingCounty(tmp_path / "county", warehouse_url)
    form = "type: excel, sheet: Vorschläge"
    made.source("arbeitsmappe", SOURCE, form=form, delivery="incremental", pull="optional: true")
    path = made.folder / "sources" / "arbeitsmappe.yaml"
    path.write_text(path.read_text().replace("arbeitsmappe*", "arbeitsmappe_*.xlsx"))
    for number in ("1001", "1002", "1003"):
        made.person(number, caseworker="Ute Öz").need(f"N{number}", number, priority=1 if number == "1002" else 2)
    made.person("1004", caseworker="Ute Öz", residence_status="DULD_60B").need("N1004", "1004", current_level="A0")
    made.person("1005", caseworker="=HYPERLINK(1)").need("N1005", "1005")
    made.person("1006").need("N1006", "1006", category="COACHING", target_level=None, current_level=None)
    made.course("K1", seats_free=8, title="=cmd|' /C calc'!A1", ags="09999001")
    assert made.night("2021-08-02").code == 0
    return made


def written(county: MatchingCounty, folder: Path, *words: str) -> list[str]:
    outcome = county.run("match", "workbooks", "--out", str(folder), *words)
    assert outcome.code == 0, outcome.stderr
    return sorted(Path(one["path"]).name for one in outcome.document["files"])


def sheet(path: Path, name: str) -> list[list[object]]:
    rows: list[list[object]] = python_calamine.CalamineWorkbook.from_path(path).get_sheet_by_name(name).to_python()
    return rows


def fill_in(county: MatchingCounty, out: Path, answers: dict[str, tuple[str, str, str, str]], name: str = NAME) -> None:
    """Send the workbook back with answers by need; other rows as they came (the colleague's name stands in them)."""
    head, *rows = sheet(out / name, "Vorschläge")
    with xlsxwriter.Workbook(county.inbox / name) as book:
        page = book.add_worksheet("Vorschläge")
        page.write_row(0, 0, head)
        for line, row in enumerate(rows, start=1):
            given = answers.get(str(row[2]).partition("Bedarf ")[2].partition(",")[0], ("", "", str(row[14]), ""))
            page.write_row(line, 0, [*(str(cell) for cell in row[:12]), *given])


@pytest.mark.usefixtures("however_names_are_kept")
def test_each_case_manager_gets_her_own_persons_and_no_one_else(county: MatchingCounty, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert written(county, out) == [
        "arbeitsmappe_HYPERLINK-1.xlsx", NAME, "arbeitsmappe_ohne-Zuständigkeit.xlsx"
    ]  # fmt: skip
    head, *rows = sheet(out / NAME, "Vorschläge")
    assert [row[1] for row in rows] == ["1001", "1002", "1003"]
    assert head[-4:] == ["Entscheidung", "Grund", "entschieden von", "entschieden am"]
    assert {row[-2] for row in rows} == {"Ute Öz"}
    waiting = sheet(out / NAME, "Ohne Vorschlag")
    assert [row[0] for row in waiting[1:]] == ["1004"]
    assert "Das Eingangsniveau ist noch nicht erreicht. (1)" in str(waiting[1][5])
    text = zipfile.ZipFile(out / NAME).read("xl/sharedStrings.xml").decode()
    assert "1005" not in text
    assert "Nach1001" not in text, "names only where they are asked for"
    assert stat.S_IMODE((out / NAME).stat().st_mode) == 0o600
    assert written(county, tmp_path / "named", "--names", "--caseworker", "Ute Öz") == [NAME]
    assert "Nach1001, Vor1001" in zipfile.ZipFile(tmp_path / "named" / NAME).read("xl/sharedStrings.xml").decode()
    seen = county.rows("SELECT object, detail ->> 'names' FROM ops.audit WHERE action = 'caseload' ORDER BY at")
    assert len(seen) == 4
    assert seen[-1] == (NAME, "true")
    assert county.run("match", "workbooks", "--caseworker", "Niemand").document["error"]["code"] == "E691"


def test_what_looks_like_a_formula_stays_text_and_the_same_proposals_are_the_same_bytes(
    county: MatchingCounty, tmp_path: Path
) -> None:
    written(county, tmp_path / "a")
    written(county, tmp_path / "b")
    for name in (NAME, "arbeitsmappe_HYPERLINK-1.xlsx"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
        with zipfile.ZipFile(tmp_path / "a" / name) as book:
            cells = "".join(book.read(part).decode() for part in book.namelist() if "/worksheets/sheet" in part)
            assert not re.search(r"<c [^>]*>\s*<f", cells), "no cell holds a formula"
            assert 'quotePrefix="1"' in book.read("xl/styles.xml").decode()
    assert "=cmd|' /C calc'!A1" in str(sheet(tmp_path / "a" / NAME, "Vorschläge")[1][3])


def test_decisions_come_back_and_every_row_is_judged_by_itself(county: MatchingCounty, tmp_path: Path) -> None:
    out = tmp_path / "out"
    written(county, out)
    answers = {
        "N1001": ("annehmen", "", "Ute Öz", "03.08.2021"),
        "N1002": ("vielleicht", "", "Ute Öz", "03.08.2021"),
    }
    fill_in(county, out, answers)
    night = county.night("2021-08-03")
    assert night.code == 8, night.stdout
    assert night.records("arbeitsmappe", "decisions") == (2, 1, 1), "an unanswered row is neither record nor fault"
    row = next(n for n, line in enumerate(sheet(out / NAME, "Vorschläge"), start=1) if "N1002" in str(line[2]))
    assert county.tickets() == [(NAME, "Vorschläge", row, "decisions", "Entscheidung", "unmapped_value")]
    assert ("N1001", "K1", "accepted") in county.proposals()
    assert ("N1002", "K1", "proposed") in county.proposals()
    answers["N1002"] = ("unklar", "ruft zurück", "Ute Öz", "04.08.2021")
    answers["N1003"] = ("ablehnen", "zu weit", "", "04.08.2021")
    fill_in(county, out, answers)
    assert county.night("2021-08-04").code == 8
    assert [ticket[4:] for ticket in county.tickets()] == [("entschieden von", "missing_value")]
    assert ("N1002", "K1", "unclear") in county.proposals()
    written(county, tmp_path / "next")
    changed = sheet(tmp_path / "next" / NAME, "Was sich geändert hat")
    assert {(row[1], row[4]) for row in changed[1:]} >= {("1001", "angenommen"), ("1002", "als unklar zurückgegeben")}
    notes = {row[1]: str(row[10]) for row in sheet(tmp_path / "next" / NAME, "Vorschläge")[1:]}
    assert notes["1002"].startswith("Unklar seit 04.08.2021: ruft zurück")
    assert set(notes) == {"1002", "1003"}


def test_withdrawn_consent_to_case_work_takes_a_person_out(county: MatchingCounty, tmp_path: Path) -> None:
    county.add("einwilligungen", person_id="1001", purpose="casework", given_on="2021-01-01", withdrawn_on="2021-08-03")
    county.night("2021-08-03")
    written(county, tmp_path / "out")
    text = zipfile.ZipFile(tmp_path / "out" / NAME).read("xl/sharedStrings.xml").decode()
    assert "1001" not in text
    assert "1002" in text


def test_without_a_source_that_reads_it_back_no_workbook_goes_out(tmp_path: Path, warehouse_url: str) -> None:
    county = MatchingCounty(tmp_path / "county", warehouse_url)
    county.person("1").need("N1", "1").course("K1").night("2021-08-02")
    assert county.run("match", "workbooks").document["error"]["code"] == "E690"
