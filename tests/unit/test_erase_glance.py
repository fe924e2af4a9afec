"""A glance at an archived file never overlooks a row of the person, and spares the reader where nobody is meant."""

import io
import json
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from tasks.erase.glance import may_hold, wanted_of
from tasks.erase.people import Person
from tasks.identify.folding import name_key

HER = Person(
    ("uid",), (1,), (("leute", "7007"), ("leute", "~" + "0f" * 16)), (("Müller-Öz", "Ayşe Gül", "2000-06-05"),)
)
WANTED = wanted_of(HER, name_key)


def glance(tmp_path: Path, content: bytes, form: str = "csv", encoding: str | None = None) -> bool:
    path = tmp_path / "delivered"
    path.write_bytes(content)
    return may_hold(path, form, encoding, WANTED, name_key)


@pytest.mark.parametrize(
    "text",
    [
        "id;nach;vor\n7007;x;y\n",
        'id;nach;vor\n"7007";x;y\n',
        "id;nach;vor\n1;MUELLER OEZ;ayse gul\n",
        "id;nach;vor\n1;Ayşe;Müller-\u200bÖz Gül\n",
        "id;nach;vor\n1;Mu\u0308ller-O\u0308z;Ays\u0327e Gu\u0308l\n",
        'id;nach;vor\n1;"Müller-\r\nÖz";"Gül\nAyşe"\n',
    ],
)
def test_text_that_names_her_is_opened_however_it_is_written(tmp_path: Path, text: str) -> None:
    assert glance(tmp_path, text.encode())
    assert glance(tmp_path, b"\xef\xbb\xbf" + text.encode())
    assert glance(tmp_path, text.encode("utf-16"))


def test_declared_and_fallback_encodings_are_read_as_the_reader_reads_them(tmp_path: Path) -> None:
    assert glance(tmp_path, "1;Müller-Öz;Ayse Gül\n".encode("cp1252"))
    assert glance(tmp_path, "1;Müller-Öz;Ayşe Gül\n".encode("iso8859-9"), encoding="iso8859-9")
    assert glance(tmp_path, "1;Jäger\n".encode("cp1252"), encoding="utf-8"), "unreadable: the reader decides"


@pytest.mark.parametrize("text", ["1;Müller;Ayşe\n70071;x;y\n", "17007;Gül;x\n7 007;y;z\n"])
def test_text_without_her_is_not_opened(tmp_path: Path, text: str) -> None:
    assert not glance(tmp_path, text.encode())


def test_json_is_unescaped_before_it_is_searched(tmp_path: Path) -> None:
    row = {"id": 1, "name": ["M\u00fcller\n\u00d6z", {"vor": "Ay\u015fe G\u00fcl"}]}
    assert glance(tmp_path, json.dumps([row]).encode(), "json")
    assert glance(tmp_path, json.dumps([{"id": 7007}]).encode(), "json")
    assert not glance(tmp_path, json.dumps([{"id": 70, "name": "Gül"}]).encode(), "json")
    assert glance(tmp_path, b"{broken", "json")


def book(*rows: list[object], rich: bool = False) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as made:
        page = made.add_worksheet()
        for at, row in enumerate(rows):
            page.write_row(at, 0, row)
        if rich:
            page.write_rich_string(9, 0, "Mül", made.add_format({"bold": True}), "ler-Öz Ayşe Gül")
    return out.getvalue()


def test_workbooks_are_searched_cell_by_cell(tmp_path: Path) -> None:
    assert glance(tmp_path, book([1, "Müller Öz", "Ayşe Gül"]), "excel")
    assert glance(tmp_path, book([7007, "x"]), "excel")
    assert glance(tmp_path, book(["7007", "x"]), "excel")
    assert glance(tmp_path, book(rich=True), "excel"), "a word cut by formatting"
    assert glance(tmp_path, book(["Ana", "Emil"], ["Müller-Öz", "Gül"], ["Ayşe", "x"]), "excel")
    assert glance(tmp_path, book([7007.5, "x"]), "excel"), "parted like the text of a CSV"
    assert not glance(tmp_path, book([1, "Müller", "Ayşe"], [2, "Kaya", "Emil"]), "excel")


def test_a_part_of_a_longer_number_or_name_opens_no_workbook(tmp_path: Path) -> None:
    assert not glance(tmp_path, book([17007, "70071", "Müllerözayşegül"]), "excel")
    assert not glance(tmp_path, book([0.1, "Kaya"], *[[n / 7, "Emil"] for n in (7, 14)]), "excel")


def test_a_number_with_many_digits_is_left_to_the_reader(tmp_path: Path) -> None:
    raw = book([5, "x"])
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b"<v>5</v>", b"<v>7006.99999999999999999</v>"))
    assert glance(tmp_path, out.getvalue(), "excel")


def test_cells_are_found_wherever_a_workbook_keeps_its_sheets(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book([7007, "x"]))) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name.replace("xl/worksheets/", "sheets/"), old.read(name))
    assert glance(tmp_path, out.getvalue(), "excel")


@pytest.mark.parametrize("shown", ["2021-05-12", "2021-05-12T08:00:00", "7:30", "true", "4.7E+15", "1e-05"])
def test_an_id_that_a_workbook_holds_in_other_letters_opens_every_file(shown: str) -> None:
    assert wanted_of(Person(("uid",), (1,), (("leute", shown),), HER.spellings), name_key) == frozenset()


def test_what_only_a_reader_understands_is_always_opened(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("x.csv", "1;x;y")
    assert glance(tmp_path, out.getvalue())
    assert glance(tmp_path, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "excel")
    path = tmp_path / "delivered"
    path.write_bytes(b"1;x;y\n")
    assert may_hold(path, "csv", None, frozenset(), name_key), "nothing known of the person"
    assert may_hold(path, "hsds", None, WANTED, name_key)
