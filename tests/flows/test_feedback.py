"""Ten planted errors come back as a workbook, are corrected and redelivered: ten tickets closed, nothing double."""

import zipfile
from pathlib import Path

import python_calamine

from tests.flows.county import PEOPLE_RECORDS, standard
from tests.flows.small_county import SmallCounty

GOOD = [f"{n};Name{n};Vor{n};0{n % 9 + 1}.02.2000;D;09999001;" for n in range(1, 21)]


def planted() -> list[str]:
    rows = list(GOOD)
    for place, (old, new) in enumerate(
        [("02.2000", "13.2000"), (";D;", ";Q;"), (";09999001;", ";12;"), (";D;", ";;"), (";Name5;", ";;")] * 2
    ):
        number = place + 1
        rows[place] = rows[place].replace(f";Name{number};" if old == ";Name5;" else old, new)
    return rows


def test_ten_errors_go_out_and_come_back_mended(tmp_path: Path, warehouse_url: str) -> None:
    county = SmallCounty(tmp_path / "county", warehouse_url).set_up()
    county.people(*planted())
    county.contacts("11;2021-02-01;b")
    code, document = county.sync("2021-03-01")
    assert code == 8
    assert document["open_rows"] == 10
    code, answer = county.run("quarantine", "feedback", "leute")
    assert (code, answer["files"][0]["marked"]) == (0, 10)
    path = Path(answer["files"][0]["path"])
    assert path.stat().st_mode & 0o777 == 0o600
    book = python_calamine.CalamineWorkbook.from_path(str(path))
    rows = book.get_sheet_by_name("leute").to_python()
    assert rows[0] == ["id", "nach", "vor", "geb", "status", "ags", "eintritt"]
    delivered = [row.split(";") for row in planted()]
    assert [row[:6] for row in rows[1:]] == [row[:6] for row in delivered], "same order, rows and values"
    rules = {row[0]: row[1] for row in book.get_sheet_by_name("Regeln").to_python()[1:]}
    assert sum(rules.values()) == 10
    with zipfile.ZipFile(path) as archive:
        comments = archive.read("xl/comments1.xml").decode()
    assert "Bitte das Datum als TT.MM.JJJJ angeben." in comments
    county.people(*GOOD)
    code, document = county.sync("2021-03-02")
    assert (code, document["open_rows"]) == (0, 0)
    assert county.rows("SELECT state, count(*) FROM quarantine.row GROUP BY state") == [("fixed", 10)]
    assert county.rows("SELECT count(*) FROM core.participant_version WHERE closed_load IS NULL") == [(20,)]


def test_a_cell_that_looks_like_a_formula_stays_text(tmp_path: Path, warehouse_url: str) -> None:
    county = SmallCounty(tmp_path / "county", warehouse_url).set_up()
    county.people("1;=HYPERLINK(1);@x;31.02.2000;D;09999001;")
    county.contacts()
    county.sync("2021-03-01")
    _, answer = county.run("quarantine", "feedback")
    with zipfile.ZipFile(answer["files"][0]["path"]) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet


def test_logo_rows_and_totals_come_back_where_they_stood(tmp_path: Path, warehouse_url: str) -> None:
    county = standard(tmp_path / "county", warehouse_url)
    form = "type: excel, skip_footer: 1"
    county.source("leute", PEOPLE_RECORDS, form=form)
    good = [0, "N", "V", "01.02.2000", "D", "09999001", ""]
    broken = [9, "N", "V", "31.02.2000", "D", "09999001", ""]
    rows: list[list[object]] = [["Kreis Probe"], [], "id;nach;vor;geb;status;ags;eintritt".split(";")]  # noqa: SIM905
    rows += [[n, *good[1:]] for n in (1, 2)] + [broken, [], ["Summe", 3]]
    county.workbook("leute.xlsx", rows, sheet="Regeln")
    county.contacts()
    assert county.sync("2021-03-01").code == 8
    (written,) = county.run("quarantine", "feedback", "leute").document["files"]
    book = python_calamine.CalamineWorkbook.from_path(written["path"])
    assert book.sheet_names == ["Regeln 2", "Regeln"]
    shown = [[str(cell) for cell in row if cell != ""] for row in book.get_sheet_by_index(0).to_python()]
    assert shown == [[str(cell) for cell in row if cell != ""] for row in rows]


def test_files_of_the_same_name_from_two_sources_stay_apart(tmp_path: Path, warehouse_url: str) -> None:
    county = standard(tmp_path / "county", warehouse_url)
    for name in ("leute", "kontakte"):
        path = county.folder / "sources" / f"{name}.yaml"
        path.write_text(path.read_text().replace(f"{{inbox}}/{name}*", f"{{inbox}}/{name}/*"))
        (county.inbox / name).mkdir()
    county.people("1;N;V;31.02.2000;D;09999001;", name="leute/liste.csv")
    county.contacts("77;2021-02-01;b;x", name="kontakte/liste.csv")
    assert county.sync("2021-03-01").code == 8
    files = county.run("quarantine", "feedback").document["files"]
    assert len({file["path"] for file in files}) == 2
    assert {(file["source"], file["marked"]) for file in files} == {("leute", 1), ("kontakte", 1)}
