"""Odd but legal files of honest suppliers: each loads what it says, or names the place and the reason."""

import io
import struct
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
import xlwt

from tests.flows.county import PEOPLE_HEADER, PEOPLE_RECORDS, MadeUpCounty, standard

HEADER = PEOPLE_HEADER.split(";")
GOOD = ["1", "Aydin", "Anna", "01.02.2000", "D", "09999001", ""]
SECOND = ["2", "Bozkurt", "Bekir", "03.02.2000", "G", "09999002", ""]
DAY = "2021-03-01"


@pytest.fixture
def books(tmp_path: Path, warehouse_url: str) -> MadeUpCounty:
    return MadeUpCounty(tmp_path / "county", warehouse_url).source("leute", PEOPLE_RECORDS, form="type: excel")


@pytest.fixture
def texts(tmp_path: Path, warehouse_url: str) -> MadeUpCounty:
    return MadeUpCounty(tmp_path / "county", warehouse_url).source("leute", PEOPLE_RECORDS)


def names(county: MadeUpCounty) -> list[str]:
    return [row[0] for row in county.visible("vault.identity_version", "last_name")]


def places(county: MadeUpCounty) -> list[tuple[Any, ...]]:
    return [(row, column, rule) for _, _, row, _, column, rule in county.tickets()]


def remarks(county: MadeUpCounty) -> list[tuple[Any, ...]]:
    rows = county.run("quarantine", "list", "--warnings").document["rows"]
    return [(row["row"], row["column_name"], row["rule"]) for row in rows]


def saved(county: MadeUpCounty, rows: list[list[Any]]) -> None:
    """Deliver a workbook by a program that computes no formulas."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(county.inbox / "leute.xlsx")


def test_a_formula_that_was_saved_without_its_result_is_named_and_not_silently_empty(books: MadeUpCounty) -> None:
    records = PEOPLE_RECORDS.replace("  episodes:", "    caseworker: wer\n  episodes:")
    books.source("leute", records, form="type: excel")
    saved(books, [[*HEADER, "wer"], [*GOOD, "=A2"], ["2", "=B2", "C", "01.02.2000", "D", "09999001", "", "x"],
                  ["3", "N", "V", '=DATE(2000,1,2)', "D", "09999001", "", "x"]])  # fmt: skip
    assert books.sync(DAY).code == 8
    assert names(books) == ["Aydin"]
    assert places(books) == [(3, "nach", "formula_without_value"), (4, "geb", "formula_without_value")]
    assert (2, "wer", "formula_without_value") in remarks(books)


def test_a_computed_cell_counts_by_its_saved_result_and_an_error_names_itself(books: MadeUpCounty) -> None:
    with xlsxwriter.Workbook(books.inbox / "leute.xlsx") as book:
        page = book.add_worksheet()
        page.write_row(0, 0, HEADER)
        page.write_row(1, 0, ["1", "Aydin", "Anna", "", "D", "09999001"])
        page.write_formula(1, 3, "=DATE(2000,1,2)", book.add_format({"num_format": "dd.mm.yyyy"}), 36527)
        page.write_row(2, 0, ["2", "", "Bekir", "01.02.2000", "D", "09999001"])
        page.write_formula(2, 1, "=NA()", None, "#N/A")
    assert books.sync(DAY).code == 8
    assert names(books) == ["Aydin"]
    assert places(books) == [(3, "nach", "error_cell")]


def test_marks_that_nobody_sees_do_not_spoil_codes_dates_and_ids_and_names_keep_theirs(texts: MadeUpCounty) -> None:
    texts.put(
        "leute.csv", PEOPLE_HEADER, ";".join(GOOD), "\ufeff2;B\u200bo;\u202aC;02.02.2000\u200e;D\u200b;\ufeff09999001;"
    )
    assert texts.sync(DAY).code == 0
    assert names(texts) == ["Aydin", "B\u200bo"]
    assert texts.rows("SELECT person_id FROM vault.source_id ORDER BY 1") == [("1",), ("2",)]
    assert texts.rows("SELECT first_name FROM vault.identity_version WHERE last_name LIKE 'B%'") == [("\u202aC",)]


def test_a_row_that_cannot_be_made_out_and_holds_no_key_is_rejected_and_stops_nothing(
    tmp_path: Path, warehouse_url: str
) -> None:
    county = standard(tmp_path / "county", warehouse_url)
    county.people(";".join(GOOD))
    county.contacts("1;2021-02-01;b;x", ";;b", "1;;;x;zu viel")
    done = county.sync(DAY)
    assert (done.code, done.records("kontakte", "contacts")) == (8, (3, 1, 2))
    assert county.tickets() == [
        ("kontakte.csv", None, 3, "contacts", None, "ragged_row"),
        ("kontakte.csv", None, 4, "contacts", None, "ragged_row"),
    ]


def test_one_ticket_says_that_a_row_of_several_kinds_cannot_be_made_out(texts: MadeUpCounty) -> None:
    texts.put("leute.csv", f"{PEOPLE_HEADER};;;", f"{';'.join(GOOD)};;;", "2;C;D;01.02.2000;D;09999001", ";;;;;;;;;;;")
    done = texts.sync(DAY)
    assert done.source("leute")["rows"]["blank"] == 1
    assert texts.tickets() == [("leute.csv", None, 3, "participants", None, "ragged_row")]


def test_a_second_table_below_the_first_brings_its_rows_and_its_header_is_named(books: MadeUpCounty) -> None:
    books.workbook("leute.xlsx", [["Kreis"], HEADER, GOOD, [], ["Ehemalige"], HEADER, SECOND])
    assert books.sync(DAY).code == 8
    assert names(books) == ["Aydin", "Bozkurt"]
    assert {row for row, _, _ in places(books)} == {5, 6}


def test_a_table_beside_the_first_is_named_as_unmapped(books: MadeUpCounty) -> None:
    books.workbook("leute.xlsx", [[*HEADER, "", "Kurs", "Beginn"], [*GOOD, "", "X", "1"]])
    assert (books.sync(DAY).code, names(books)) == (0, ["Aydin"])
    told = [mark for mark in remarks(books) if mark[2] == "unmapped_column"]
    assert told == [(1, "Beginn", "unmapped_column"), (1, "Kurs", "unmapped_column")]


def test_a_name_merged_over_two_rows_is_not_guessed_for_the_second(books: MadeUpCounty) -> None:
    with xlsxwriter.Workbook(books.inbox / "leute.xlsx") as book:
        page = book.add_worksheet()
        page.merge_range(0, 0, 0, 6, "Liste der Teilnehmenden")
        for number, row in enumerate([HEADER, GOOD, ["2", "", "Bekir", *SECOND[3:]]], start=1):
            page.write_row(number, 0, row)
        page.merge_range(2, 1, 3, 1, "Aydin")
    assert books.sync(DAY).code == 8
    assert (names(books), places(books)) == (["Aydin"], [(4, "nach", "missing_value")])


def test_days_are_read_as_written_and_never_guessed(books: MadeUpCounty) -> None:
    days = [
        "1. Februar 2000",
        36526,
        36526.75,
        "36526",
        "1.2.2000",
        " 01.02.2000 ",
        "01.02.00",
        "ca. 2000",
        "00.00.0000",
    ]
    rows = [[str(n), f"N{n}", "V", day, "D", "09999001", ""] for n, day in enumerate(days)]
    with xlsxwriter.Workbook(books.inbox / "leute.xlsx") as book:
        page = book.add_worksheet()
        for number, row in enumerate([HEADER, *rows]):
            page.write_row(number, 0, row)
        page.write_row(10, 0, ["20", "N20", "V", "", "D", "09999001"])
        shown = book.add_format({"num_format": "[$-407]dddd, d. mmmm yyyy"})
        page.write_datetime(10, 3, datetime(2000, 2, 1, 12, tzinfo=UTC).replace(tzinfo=None), shown)
    assert books.sync(DAY).code == 8
    read = dict(books.rows("SELECT last_name, birth_date::text FROM vault.identity_version"))
    assert read == {
        "N1": "2000-01-01", "N2": "2000-01-01", "N3": "2000-01-01", "N4": "2000-02-01", "N5": "2000-02-01",
        "N20": "2000-02-01",
    }  # fmt: skip
    assert places(books) == [(row, "geb", "bad_date") for row in (2, 8, 9, 10)]


def test_line_ends_of_old_systems_breaks_in_headers_and_a_separator_line(texts: MadeUpCounty) -> None:
    texts.source("leute", PEOPLE_RECORDS.replace("birth_date: geb", "birth_date: geb am"), form="type: csv")
    head = 'sep=;\rid;nach;vor;"geb\nam";status;ags;eintritt\r'
    (texts.inbox / "leute.csv").write_bytes(
        (head + ";".join(GOOD) + "\r" + '2;"O""Neil; A";"B\nC";01.02.2000;D;09999001;\r').encode()
    )
    assert texts.sync(DAY).code == 0
    assert names(texts) == ["Aydin", 'O"Neil; A']


def test_ids_that_a_spreadsheet_has_rounded_are_named_and_never_taken_for_one_person(
    tmp_path: Path, warehouse_url: str
) -> None:
    county = MadeUpCounty(tmp_path / "county", warehouse_url).source("leute", PEOPLE_RECORDS)
    county.people("1,23E+12;A;V;01.02.2000;D;09999001;", "1.5E+11;B;V;01.02.2000;D;09999001;",
                  "4E5;C;V;01.02.2000;D;09999001;", "E+1;D;V;01.02.2000;D;09999001;")  # fmt: skip
    county.source("mappe", PEOPLE_RECORDS, form="type: excel")
    rows = [[12345678901234567890, *GOOD[1:]], ["12345678901234567890", *SECOND[1:]], [123456789012345, *GOOD[1:]]]
    county.workbook("mappe.xlsx", [HEADER, *rows])
    assert county.sync(DAY).code == 8
    assert [(file, *place) for (file, *_), place in zip(county.tickets(), places(county), strict=True)] == [
        ("leute.csv", 2, "id", "id_rounded"), ("leute.csv", 3, "id", "id_rounded"),
        ("mappe.xlsx", 2, "id", "id_rounded"),
    ]  # fmt: skip
    ids = [row[0] for row in county.rows("SELECT person_id FROM vault.source_id ORDER BY 1")]
    assert ids == ["123456789012345", "12345678901234567890", "4E5", "E+1"]


def test_marks_of_old_and_glued_exports_spoil_neither_header_nor_last_row(texts: MadeUpCounty) -> None:
    head = PEOPLE_HEADER.replace("nach", "na\u200bch")
    for end in (b"\x1a", b"\n\x1a", b"\r\n\x1a\x1a"):
        content = "\ufeff\ufeff" + "\n".join([head, ";".join(GOOD), ";".join(SECOND)])
        (texts.inbox / "leute.csv").write_bytes(content.encode() + end)
        done = texts.sync(DAY)
        assert (done.code, done.records("leute", "participants")) == (0, (2, 2, 0)), end
    assert names(texts) == ["Aydin", "Bozkurt"]


def test_a_column_without_a_name_is_told_when_it_holds_something(books: MadeUpCounty) -> None:
    books.workbook("leute.xlsx", [[*HEADER, "", "", "x"], [*GOOD, "", "Rückruf", ""], SECOND])
    assert books.sync(DAY).code == 0
    assert [mark[1] for mark in remarks(books) if mark[2] == "unmapped_column"] == ["I", "x"]


@pytest.mark.parametrize(("is_computed", "rule"), [(False, "formula_without_value"), (True, "missing_value")])
def test_an_old_workbook_whose_formulas_nobody_computed_is_named_by_rule(
    books: MadeUpCounty, is_computed: bool, rule: str
) -> None:
    book, content = xlwt.Workbook(), io.BytesIO()
    page = book.add_sheet("Liste")
    for number, row in enumerate([HEADER, GOOD, SECOND]):
        for column, cell in enumerate(row):
            page.write(number, column, xlwt.Formula("B2") if (number, column) == (2, 1) else cell)
    page.write(2, 7, xlwt.Formula("1+1"))
    book.save(content)
    (books.inbox / "leute.xls").write_bytes(computed(content.getvalue()) if is_computed else content.getvalue())
    assert books.sync(DAY).code == 8
    assert places(books) == [(3, "nach", rule)]


def computed(book: bytes) -> bytes:
    """Give the last formula of an xls file a result."""
    nothing = struct.pack("<Q", 0xFFFF000000000003)
    place = book.rindex(nothing)
    return book[:place] + struct.pack("<d", 2.0) + book[place + 8 :]
