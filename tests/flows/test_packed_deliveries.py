"""Deliveries that are packed or locked, through one whole night: ZIP, protected xlsx and xls, xlsb."""

import io
import zipfile
from pathlib import Path

import msoffcrypto.format.ooxml
import pytest
import xlwt

from tests.faults.protected_xls import save_protected
from tests.flows.county import CONTACT_RECORDS, CONTACTS_HEADER, PEOPLE_HEADER, PEOPLE_RECORDS, MadeUpCounty
from tests.unit.test_reading_workbook import xlsb

MEETINGS = "\n  meetings: {meeting_id: nr, body: gremium, held_on: am}\n"
NUMBERS = "\n  meetings: {meeting_id: Nr, body: Name, held_on: {const: '2026-11-01'}}\n"
DAY = "2026-11-24"


def zipped(path: Path, **members: bytes) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("_", "."), content)


def old_book() -> xlwt.Workbook:
    book = xlwt.Workbook()
    page = book.add_sheet("Sitzungen")
    for row, cells in enumerate((["nr", "gremium", "am"], [7, "Bündniskerngruppe", "01.11.2026"])):
        for column, cell in enumerate(cells):
            page.write(row, column, cell)
    return book


def lock(path: Path, password: str) -> None:
    locked = io.BytesIO()
    msoffcrypto.format.ooxml.OOXMLFile(io.BytesIO(path.read_bytes())).encrypt(password, locked)
    path.write_bytes(locked.getvalue())


def test_packed_and_locked_files_load_and_a_wrong_password_costs_its_source_alone(
    tmp_path: Path, warehouse_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    county = MadeUpCounty(tmp_path / "county", warehouse_url)
    county.source("leute", PEOPLE_RECORDS)
    people = f"{PEOPLE_HEADER}\n1;Aydin;Anna;01.02.2000;D;09999001;2026-02-10\n".encode("cp1252")
    zipped(county.inbox / "leute.zip", liste_csv=people)
    county.source("kontakte", CONTACT_RECORDS, form="type: excel, password: '${KENNWORT_KONTAKTE}'")
    monkeypatch.setenv("KENNWORT_KONTAKTE", "geheim eins")
    lock(county.workbook("kontakte.xlsx", [CONTACTS_HEADER.split(";"), [1, "2026-02-01", "b", "Weber"]]), "geheim eins")
    county.source("alt", MEETINGS, form="type: excel, password_file: kennwort.txt")
    (county.folder / "kennwort.txt").write_text("geheim zwei ü\n", "utf-8")
    save_protected(old_book(), county.inbox / "alt.xls", "geheim zwei ü")
    county.source("binaer", NUMBERS, form="type: excel")
    (county.inbox / "binaer.xlsb").write_bytes(xlsb(is_1904=False))
    done = county.sync(DAY)
    assert (done.code, done.status) == (8, "published_with_rejects"), done.document["messages"]
    assert [done.records(*each) for each in (("leute", "participants"), ("kontakte", "contacts"), ("alt", "meetings"))
            ] == [(1, 1, 0)] * 3  # fmt: skip
    assert county.tickets() == [("binaer.xlsb", "Liste", 2, "meetings", "Name", "error_cell")]
    assert county.visible("core.meeting_version", "meeting_id, body") == [("7", "Bündniskerngruppe")]

    (county.folder / "kennwort.txt").write_text("irrtum 9\n")
    save_protected(old_book(), county.inbox / "alt.xls", "neues Kennwort")
    zipped(county.inbox / "leute.zip", a_csv=people, b_csv=people)
    done = county.sync("2026-11-25")
    assert (done.code, done.document["published"]) == (4, True)
    assert {name: done.source(name)["error"][1:5] for name in ("alt", "leute")} == {"alt": "E306", "leute": "E375"}
    assert "error" not in done.source("kontakte")
    for word in ("geheim eins", "geheim zwei", "neues Kennwort", "irrtum 9"):
        assert word not in done.stdout + done.stderr
    assert len(county.visible("core.meeting_version", "meeting_id")) == 1, "the last good state stands"
    assert len(county.visible("core.participant_version", "ref_id")) == 1
