"""Files written for people are found by whoever they name, however the format escapes a letter."""

import json
from pathlib import Path

import pytest
import xlsxwriter

from tasks.erase.outbox import files_naming
from tasks.erase.people import Person

HER = Person(("3f0c",), (1,), (("leute", "7007"), ("leute", "17")), (("N'Diaye & Söhne", "Aïcha", "2000-06-05"),))


@pytest.mark.parametrize(
    "content",
    [
        "N'Diaye & Söhne; Aïcha",
        "<td>N&#39;Diaye &amp; Söhne</td><td>Aïcha</td>",
        "<td>N&#x27;Diaye &amp; Söhne</td><td>Aïcha</td>",
        "<t>N&apos;Diaye &amp; Söhne</t><t>Aïcha</t>",
        json.dumps({"name": "N'Diaye & Söhne", "first": "Aïcha"}, ensure_ascii=False),
        "Nummer 7007",
        "person 3f0c",
        b"PK\x03\x04 no archive, and yet N'Diaye & S\xc3\xb6hne, A\xc3\xafcha",
    ],
)
def test_a_file_that_names_her_is_found(tmp_path: Path, content: str | bytes) -> None:
    file = tmp_path / "deep" / "file"
    file.parent.mkdir()
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    assert files_naming(tmp_path, HER) == [file]


@pytest.mark.parametrize("content", ["N'Diaye & Söhne", "Aïcha", "Zeile 17"])
def test_a_half_of_her_name_or_a_short_number_names_nobody(tmp_path: Path, content: str) -> None:
    (tmp_path / "file").write_text(content, "utf-8")
    assert files_naming(tmp_path, HER) == []


def test_a_workbook_is_unpacked(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(str(tmp_path / "mappe.xlsx")) as book:
        book.add_worksheet().write_row(0, 0, ["N'Diaye & Söhne", "Aïcha"])
    assert files_naming(tmp_path, HER) == [tmp_path / "mappe.xlsx"]
    assert files_naming(tmp_path / "nowhere", HER) == []
