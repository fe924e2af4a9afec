"""The review workbook: pairs out with both records side by side, decisions back, checked row by row."""

import stat
import zipfile
from pathlib import Path
from typing import Any

import pytest
import python_calamine
import xlsxwriter

from tests.flows.county import MadeUpCounty
from tests.flows.test_identity import amt, bildung, pairs, placed
from tests.flows.test_identity import county as county  # noqa: PLC0414, the fixture
from tests.flows.test_identity import named as enrolled

HEAD = ["Nr.", "Entscheidung", "Begründung (ohne Namen)", "Name: hier", "Name: Kandidat"]


def rows_of(path: Path) -> list[list[Any]]:
    book = python_calamine.CalamineWorkbook.from_path(str(path))
    return book.get_sheet_by_name("Prüfliste").to_python()


def fill(path: Path, rows: list[list[Any]]) -> Path:
    """Write the workbook again as an office program would, cells as they are."""
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet("Prüfliste")
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)
    return path


@pytest.fixture
def asked(county: MadeUpCounty, tmp_path: Path) -> MadeUpCounty:
    """Three names in doubt: two with one candidate, one that two persons fit."""
    amt(
        county,
        "A1;Petrosyan;Ruben;01.01.1999;D;09999001;2021-02-01",
        "A2;Okafor;Chinwe;14.06.1999;D;09999001;2021-02-01",
        "A3;Haidari;Zahra;14.06.1998;D;09999001;2021-02-01",
        "A4;Haidari;Zahra;16.04.1998;G;09999002;2021-02-01",
    )
    bildung(county)
    enrolled(county, "Petrosyan;Ruben;01.01.1999", "Okafor;Chinwe;15.06.1999", "Haidari;Zahra;14.04.1998")
    assert county.sync("2021-03-01").code == 0
    (tmp_path / "private").mkdir(mode=0o700)
    return county


@pytest.mark.usefixtures("however_names_are_kept")
def test_the_workbook_shows_both_records_and_at_most_three_candidates(asked: MadeUpCounty, tmp_path: Path) -> None:
    path = tmp_path / "private" / "liste.xlsx"
    outcome = asked.run("review", "export", str(path))
    assert (outcome.code, outcome.document["pairs"]) == (0, 4), outcome.stderr
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    rows = rows_of(path)
    assert rows[0][:5] == HEAD
    by_name = [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
    first = next(row for row in by_name if row["Name: hier"] == "Petrosyan, Ruben")
    assert first["Geboren: Kandidat"] == "1999-01-01"
    assert first["Geburtsdatum im Vergleich"] == "beide 1. Januar"
    assert "traeger.csv" in first["Fundstelle: hier"]
    assert first["Fundstelle: Kandidat"].startswith("amt · A1")
    with zipfile.ZipFile(path) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "verbinden,trennen" in sheet
    assert "<f>" not in sheet
    audit = asked.rows("SELECT object, detail ->> 'pairs' FROM ops.audit WHERE action = 'review export'")
    assert audit == [("liste.xlsx", "4")]
    assert "Petrosyan" not in outcome.stdout + outcome.stderr


@pytest.mark.usefixtures("however_names_are_kept")
def test_decisions_come_back_and_wrong_rows_say_their_cell_and_rule(asked: MadeUpCounty, tmp_path: Path) -> None:
    path = tmp_path / "private" / "liste.xlsx"
    asked.run("review", "export", str(path))
    rows = rows_of(path)
    by_names = {(row[3], row[7]): row for row in rows[1:]}
    by_names["Petrosyan, Ruben", "1999-01-01"][1:3] = ["verbinden", "Pass gesehen"]
    by_names["Okafor, Chinwe", "1999-06-14"][1:3] = ["Trennen", "zwei Akten"]
    by_names["Haidari, Zahra", "1998-06-14"][1:3] = ["verbinden", "die Zahra aus dem Kurs"]
    by_names["Haidari, Zahra", "1998-04-16"][1:3] = ["vielleicht", "?"]
    asked.run("review", "list")
    outcome = asked.run("review", "import", str(fill(path, rows)))
    assert outcome.code == 2
    assert (outcome.document["applied"], outcome.document["wrong"]) == (2, 2)
    assert sorted((row["rule"], row["file"], row["sheet"], row["cell"][0]) for row in outcome.document["rows"]) == [
        ("review_decision_unknown", "liste.xlsx", "Prüfliste", "B"),
        ("review_reason_names", "liste.xlsx", "Prüfliste", "C"),
    ]
    assert "Zahra" not in outcome.stdout + outcome.stderr
    asked.sync("2021-03-02")
    assert placed(asked, "2021-03-02") == 1
    assert {pair["other_id"] for pair in pairs(asked)} == {"A3", "A4"}
    again = asked.run("review", "import", str(path))
    assert {row["rule"] for row in again.document["rows"]} >= {"review_pair_unknown"}
    assert again.document["applied"] == 0


@pytest.mark.parametrize(
    ("break_it", "rule"),
    [
        (lambda rows: [rows[0], rows[1], [rows[1][0], *rows[2][1:]]], "review_pair_twice"),
        (lambda rows: [rows[0], [*rows[1][:3], *rows[2][3:]]], "review_row_changed"),
        (lambda rows: [rows[0], [*rows[1][:2], " ", *rows[1][3:]]], "review_reason_missing"),
        (lambda rows: [rows[0], [*rows[1][:2], "x" * 501, *rows[1][3:]]], "review_reason_missing"),
        (lambda rows: [rows[0], ["=1+1", *rows[1][1:]]], "review_pair_unknown"),
        (lambda rows: [rows[0], rows[3], rows[4]], "review_two_links"),
    ],
)
def test_a_row_that_breaks_a_rule_is_not_applied(asked: MadeUpCounty, tmp_path: Path, break_it: Any, rule: str) -> None:
    path = tmp_path / "private" / "liste.xlsx"
    asked.run("review", "export", str(path))
    rows = [[*row] for row in rows_of(path)]
    for row in rows[1:]:
        row[1:3] = ["verbinden", "Akte geprüft"]
    rows = [rows[0], *sorted(rows[1:], key=lambda row: row[3] == "Haidari, Zahra")]
    outcome = asked.run("review", "import", str(fill(path, break_it(rows))))
    assert {row["rule"] for row in outcome.document["rows"]} == {rule}
    assert outcome.document["applied"] == 0


def test_the_workbook_leaves_only_into_private_folders(asked: MadeUpCounty, tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir(mode=0o755)
    shared.chmod(0o755)
    asked.inbox.chmod(0o700)
    for place in (shared / "a.xlsx", asked.inbox / "a.xlsx", tmp_path / "nowhere" / "a.xlsx"):
        outcome = asked.run("review", "export", str(place))
        assert (outcome.code, outcome.document["error"]["code"]) == (2, "E407")
        assert not place.exists()


def test_the_night_reads_a_filled_workbook_in_the_outbox_and_removes_it(asked: MadeUpCounty) -> None:
    asked.run("review", "export")
    path = asked.folder / "state" / "outbox" / "pruefliste.xlsx"
    rows = rows_of(path)
    for row in rows[1:]:
        if row[3] == "Petrosyan, Ruben":
            row[1:3] = ["verbinden", "Pass gesehen"]
    fill(path, rows)
    outcome = asked.sync("2021-03-02")
    assert outcome.code == 0, outcome.stderr
    assert placed(asked, "2021-03-02") == 1
    assert not path.exists()
    path.write_bytes(b"no workbook")
    broken = asked.sync("2021-03-03")
    assert broken.document["published"] is True, "a broken workbook never stops the night"
    assert path.exists()


def test_a_reason_that_names_the_person_is_refused(asked: MadeUpCounty) -> None:
    pair = next(pair for pair in pairs(asked) if pair["other_id"] == "A1")
    outcome = asked.run("review", "accept", str(pair["review_id"]), "--reason", "PETROSYAN kam selbst")
    assert (outcome.code, outcome.document["error"]["code"]) == (2, "E409")
    assert asked.rows("SELECT count(*) FROM ops.audit WHERE reason ILIKE '%%petros%%'") == [(0,)]
