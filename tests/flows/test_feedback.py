"""Ten planted errors come back as a workbook, are corrected and redelivered: ten tickets closed, nothing double."""

import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
import python_calamine
import xlwt
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P

from tests.flows.county import PEOPLE_RECORDS, standard

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
    county = standard(tmp_path / "county", warehouse_url)
    county.people(*planted())
    county.contacts("11;2021-02-01;b;")
    done = county.sync("2021-03-01")
    assert done.code == 8
    assert done.document["open_rows"] == 10
    answer = county.run("quarantine", "feedback", "leute")
    assert (answer.code, answer.document["files"][0]["marked"]) == (0, 10)
    path = Path(answer.document["files"][0]["path"])
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
    done = county.sync("2021-03-02")
    assert (done.code, done.document["open_rows"]) == (0, 0)
    assert county.rows("SELECT state, count(*) FROM quarantine.row GROUP BY state") == [("fixed", 10)]
    assert county.rows("SELECT count(*) FROM core.participant_version WHERE closed_load IS NULL") == [(20,)]


def test_a_cell_that_looks_like_a_formula_stays_text(tmp_path: Path, warehouse_url: str) -> None:
    county = standard(tmp_path / "county", warehouse_url)
    county.people("1;=HYPERLINK(1);@x;31.02.2000;D;09999001;")
    county.contacts()
    county.sync("2021-03-01")
    answer = county.run("quarantine", "feedback")
    with zipfile.ZipFile(answer.document["files"][0]["path"]) as archive:
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


WIDE = (
    PEOPLE_RECORDS
    + """  contacts:
    - person_id: id
      contact_on: Kontakt 1
      channel: {column: Art 1, values: {b: visit}}
      two_way: {const: ja}
    - person_id: id
      contact_on: Kontakt 2
      channel: {column: Art 2, values: {b: visit}}
      two_way: {const: ja}
"""
)
WIDE_HEADER = [*"id nach vor geb status ags eintritt".split(), "Kontakt 1", "Art 1", "Kontakt 2", "Art 2"]  # noqa: SIM905
WIDE_ROWS = [
    ["1", "Name1", "V", "01.02.2000", "D", "09999001", "", "01.02.2021", "b", "02.02.2021", "b"],
    ["2", "=1+1", "V", "31.02.2000", "Q", "09999001", "", "", "", "", ""],
    ["3", "Name3", "V", "01.02.2000", "D", "09999001", "", "01.02.2021", "b", "30.02.2021", "b"],
]


def as_xls(path: Path, rows: list[list[str]]) -> None:
    book = xlwt.Workbook()
    for name in ("Liste", "Hinweise"):
        page = book.add_sheet(name)
        for number, row in enumerate(rows if name == "Liste" else [["nur Text"]]):
            for place, text in enumerate(row):
                page.write(number, place, text)
    book.save(str(path))


def as_ods(path: Path, rows: list[list[str]]) -> None:
    book = OpenDocumentSpreadsheet()
    for name in ("Liste", "Hinweise"):
        sheet = Table(name=name)
        for row in rows if name == "Liste" else [["nur Text"]]:
            line = TableRow()
            for text in row:
                cell = TableCell(valuetype="string")
                cell.addElement(P(text=text))
                line.addElement(cell)
            sheet.addElement(line)
        book.spreadsheet.addElement(sheet)
    book.save(str(path))


def as_xlsx(path: Path, rows: list[list[str]]) -> None:
    book = openpyxl.Workbook()
    book.active.title = "Liste"
    for row in rows:
        book.active.append(row)
        for cell in book.active[book.active.max_row]:
            cell.data_type = "s" if cell.value else cell.data_type
    book.create_sheet("Hinweise").append(["nur Text"])
    book.save(path)


@pytest.mark.parametrize("write", [as_xls, as_ods, as_xlsx])
def test_a_wide_workbook_of_any_kind_comes_back_marked_and_closes_its_tickets_when_it_is_put_back(
    tmp_path: Path, warehouse_url: str, write: Callable[[Path, list[list[str]]], None]
) -> None:
    county = standard(tmp_path / "county", warehouse_url)
    (county.folder / "sources" / "kontakte.yaml").unlink()
    # Headers are compared folded: the source file may write them otherwise than the supplier does.
    county.source("leute", WIDE.replace("birth_date: geb", 'birth_date: " GEB "'), form="type: excel, sheet: Liste")
    delivered = county.inbox / f"leute.{write.__name__.removeprefix('as_')}"
    write(delivered, [["Kreis Probe"], [], WIDE_HEADER, *WIDE_ROWS])
    assert county.sync("2021-03-01").code == 8
    (written,) = county.run("quarantine", "feedback", "leute").document["files"]
    book = openpyxl.load_workbook(written["path"])
    page = book["Liste"]
    shown = [[cell.value or "" for cell in row] for row in page.iter_rows()]
    assert shown[2:] == [WIDE_HEADER, *WIDE_ROWS]
    assert shown[0][0] == "Kreis Probe"
    commented = {cell.coordinate: cell.comment.text for row in page.iter_rows() for cell in row if cell.comment}
    assert set(commented) == {"D5", "E5", "J6"}
    assert "Bitte das Datum als TT.MM.JJJJ angeben." in commented["D5"]
    red = {c.coordinate for row in page.iter_rows() for c in row if c.fill.start_color.rgb == "FFF4B6A6"}
    assert red == set(commented)
    assert all(cell.data_type != "f" for row in page.iter_rows() for cell in row)

    delivered.unlink()
    shutil.copy(written["path"], county.inbox / "leute.xlsx")
    again = county.sync("2021-03-02")
    assert (again.code, again.document["open_rows"]) == (8, 3)
    for place, text in (("D5", "13.02.2000"), ("E5", "D"), ("J6", "03.02.2021")):
        page[place].value = text
    book.save(county.inbox / "leute.xlsx")
    done = county.sync("2021-03-03")
    assert (done.code, done.document["open_rows"]) == (0, 0)
    assert county.tickets() == []
    assert county.rows("SELECT count(*) FROM core.participant_version WHERE closed_load IS NULL") == [(3,)]


def test_two_header_rows_come_back_as_two(tmp_path: Path, warehouse_url: str) -> None:
    county = standard(tmp_path / "county", warehouse_url)
    records = PEOPLE_RECORDS.replace("birth_date: geb", "birth_date: Person geb")
    county.source("leute", records, form="type: excel, header_rows: 2")
    upper, lower = ["", "Person", "", "", "Lage", "", ""], "id;nach;vor;geb;status;ags;eintritt".split(";")  # noqa: SIM905
    county.workbook("leute.xlsx", [upper, lower, ["1", "N", "V", "31.02.2000", "D", "09999001", ""]])
    county.contacts()
    assert county.sync("2021-03-01").code == 8
    (written,) = county.run("quarantine", "feedback", "leute").document["files"]
    page = openpyxl.load_workbook(written["path"]).worksheets[0]
    assert [[cell.value or "" for cell in row] for row in page.iter_rows(max_row=2)] == [upper, lower]
    assert page["D3"].comment is not None


def test_a_file_that_can_no_longer_be_read_is_named_and_the_others_are_written(
    tmp_path: Path, warehouse_url: str
) -> None:
    county = standard(tmp_path / "county", warehouse_url)
    county.people("1;N;V;31.02.2000;D;09999001;")
    county.contacts("77;2021-02-01;b;x")
    assert county.sync("2021-03-01").code == 8
    county.source("leute", PEOPLE_RECORDS, form="type: excel")
    answer = county.run("quarantine", "feedback")
    assert answer.code == 4
    assert [file["source"] for file in answer.document["files"]] == ["kontakte"]
    (skipped,) = answer.document["skipped"]
    assert (skipped["source"], skipped["file"]) == ("leute", "leute.csv")
    assert "E364" in skipped["error"]


def test_cells_beyond_the_header_come_back_and_are_marked(tmp_path: Path, warehouse_url: str) -> None:
    county = standard(tmp_path / "county", warehouse_url)
    county.people(GOOD[0], f"{GOOD[1]};zu viel;noch mehr", "3;zu kurz", f"{GOOD[3]};;")
    county.contacts()
    assert county.sync("2021-03-01").code == 8
    (file,) = county.run("quarantine", "feedback", "leute").document["files"]
    page = openpyxl.load_workbook(file["path"])["leute"]
    shown = [[cell.value for cell in row] for row in page.iter_rows(min_row=2)]
    assert shown[1] == [*GOOD[1].split(";")[:6], None, "zu viel", "noch mehr"]
    assert shown[2][:3] == ["3", "zu kurz", None]
    assert page["H3"].comment.text.startswith("Zeile hat mehr oder weniger Zellen")
    assert page["A4"].comment is not None
    red, plain = page["H3"].fill.start_color.rgb, page["A2"].fill.start_color.rgb
    assert red == page["I3"].fill.start_color.rgb == page["A4"].fill.start_color.rgb != plain
    assert (page.page_setup.orientation, page.page_setup.fitToHeight, page.print_title_rows) == (
        "landscape",
        0,
        "$1:$1",
    )
    assert page.sheet_properties.pageSetUpPr.fitToPage
    county.people(*GOOD[:4])
    assert county.sync("2021-03-02").document["open_rows"] == 0
