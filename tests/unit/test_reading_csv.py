"""CSV: what offices really send comes out as one table of strings, row by row."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tasks.conform.reading import RawSheet, ReadLimits, ReadRequest
from tasks.conform.reading.formats import read_sheets
from tasks.conform.reading.refusal import Refused


def read(content: bytes | str, *, fast: bool = True, **asked: object) -> tuple[RawSheet, list[list[str | None]]]:
    """Read in this process; return the sheet and its rows, each with its number first."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "lieferung.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        request = ReadRequest(path, **asked)  # type: ignore[arg-type]
        (reply,) = read_sheets(request, ReadLimits(fast=fast), folder)
        sheet = RawSheet.from_json(reply, folder, path.name)
        rows = [list(row.values()) for batch in sheet.batches() for row in batch.to_pylist()]
    return sheet, rows


def places(sheet: RawSheet) -> list[tuple[str, int | None, str | None]]:
    return [(f.rule, f.row, f.column) for f in sheet.findings]


def refusal(content: bytes, **asked: object) -> Refused:
    with pytest.raises(Refused) as caught:
        read(content, **asked)
    return caught.value


def test_cells_are_trimmed_text_in_nfc_and_empty_cells_are_null() -> None:
    _, rows = read("a;b;c\n\u00a0 x\u00a0; ;A\u0308rger\n")
    assert rows == [[2, "x", None, "Ärger"]]


def test_na_is_namibia_and_stays() -> None:
    assert read("land;n\nNA;007\n")[1] == [[2, "NA", "007"]]


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_the_delimiter_is_the_one_under_which_mapped_headers_stand(delimiter: str) -> None:
    text = f"Stand: 1, 2, 3, 4; Paderborn\nNachname{delimiter}Vorname\nSahin{delimiter}Ali\n"
    sheet, rows = read(text, headers=("Nachname", "Vorname"))
    assert (sheet.delimiter, sheet.header, sheet.header_row) == (delimiter, ("Nachname", "Vorname"), 2)
    assert rows == [[3, "Sahin", "Ali"]]


def test_sep_line_is_honoured_and_counts_as_a_row() -> None:
    sheet, rows = read("sep=|\na|b\n1;2|3\n")
    assert (sheet.header_row, rows) == (2, [[3, "1;2", "3"]])


def test_rows_above_the_header_and_blank_lines_count() -> None:
    sheet, rows = read("Kreis Paderborn\n\nNr;Name\n1;x\n;\n\n2;y\n", headers=("Nr", "Name"))
    assert (sheet.header_row, [row[0] for row in rows], sheet.blank) == (3, [4, 7], 2)


def test_a_header_is_found_whatever_its_case_blanks_and_normal_form() -> None:
    sheet, _ = read("x;y\nSTRA\u00dfE ; A\u0308rzte\n1;2\n", headers=("straße", "Ärzte"))
    assert sheet.header_row == 2


def test_without_any_mapped_header_the_first_row_with_content_is_the_header() -> None:
    assert read("\n;\na;b\n1;2\n", headers=("zzz",))[0].header == ("a", "b")


def test_two_header_rows_are_joined_and_the_lower_name_alone_matches_if_unique() -> None:
    sheet, rows = read("Person;;Kurs;\nName;Vorname;Name;Beginn\nx;y;z;1\n", header_rows=2, headers=("Kurs Beginn",))
    assert sheet.header == ("Person Name", "Person Vorname", "Kurs Name", "Kurs Beginn")
    assert (sheet.columns_named("vorname"), sheet.columns_named("Name"), sheet.columns_named("Kurs Name")) == (
        (1,),
        (),
        (2,),
    )
    assert (sheet.header_row, rows[0][0]) == (2, 3)


def test_duplicate_and_empty_headers_are_returned_as_they_stand() -> None:
    sheet, _ = read("id;id;;x\n1;2;3;4\n")
    assert sheet.header == ("id", "id", "", "x")
    assert sheet.columns_named("ID") == (0, 1)


def test_footer_is_the_last_rows_with_content_and_is_counted() -> None:
    sheet, rows = read("a;b\n1;2\n3;4\nSumme;6\n\nStand: heute;\n\n", skip_footer=2)
    assert [row[0] for row in rows] == [2, 3]
    assert (sheet.rows, sheet.blank, sheet.footer) == (2, 2, 2)


def test_a_broken_footer_row_leaves_no_finding() -> None:
    assert read("a;b\n1;2\nSumme\n", skip_footer=1)[0].findings == ()


def test_a_row_with_too_few_or_too_many_cells_is_marked_and_kept() -> None:
    sheet, rows = read("a;b\n1;2\n3\n4;5;6\n7;8;;\n")
    assert sheet.ragged == (3, 4)
    assert sheet.rejected_rows == {3, 4}
    assert rows == [[2, "1", "2"], [3, "3", None], [4, "4", "5"], [5, "7", "8"]]


def test_line_breaks_in_quotes_make_no_new_row() -> None:
    assert read('a;b\n"x\ny;z";1\n2;3\n')[1] == [[2, "x\ny;z", "1"], [3, "2", "3"]]


def test_doubled_quotes_are_one() -> None:
    assert read('a;b\n"er ""x""";1\n')[1] == [[2, 'er "x"', "1"]]


def test_an_open_quote_costs_its_own_row_only() -> None:
    sheet, rows = read('a;b;c\n1;"x;3\n4;y;6\n7;"z;9\n8;u;v\n')
    assert places(sheet) == [("open_quote", 2, None), ("open_quote", 4, None)]
    assert [row[0] for row in rows] == [2, 3, 4, 5]
    assert (rows[1], rows[3]) == ([3, "4", "y", "6"], [5, "8", "u", "v"])


def test_a_quote_open_until_the_end_swallows_nothing() -> None:
    sheet, rows = read('a;b\n1;"x\n2;y\n3;z\n')
    assert (sheet.rejected_rows, [row[0] for row in rows]) == ({2}, [2, 3, 4])


def test_a_nul_rejects_its_row_only() -> None:
    sheet, rows = read(b"a;b\n1;x\0y\n2;z\n")
    assert places(sheet) == [("nul_byte", 2, None)]
    assert rows[1] == [3, "2", "z"]


def test_error_cells_become_empty_with_their_place() -> None:
    sheet, rows = read("a;b\n1;#NV\n#BEZUG!;#1\n")
    assert places(sheet) == [("error_cell", 2, "b"), ("error_cell", 3, "a")]
    assert rows == [[2, "1", None], [3, None, "#1"]]


def test_a_row_of_error_cells_alone_is_not_blank() -> None:
    sheet, rows = read("a;b\n#N/A;\n")
    assert (sheet.blank, rows) == (0, [[2, None, None]])


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n"])
def test_all_line_ends_end_a_line(end: str) -> None:
    assert read(end.join(["a;b", "1;2", "3;4", ""]))[1] == [[2, "1", "2"], [3, "3", "4"]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encoding_by_mark_then_utf8_then_cp1252(encoding: str) -> None:
    sheet, rows = read("a;b\nPeña;§ 60a\n".encode(encoding))
    assert (sheet.header, rows) == (("a", "b"), [[2, "Peña", "§ 60a"]])


def test_utf16_big_endian_with_mark() -> None:
    assert read(b"\xfe\xff" + "a;b\nü;1\n".encode("utf-16-be"))[1] == [[2, "ü", "1"]]


def test_a_mark_wins_over_what_the_source_says() -> None:
    assert read("a;b\nü;1\n".encode("utf-8-sig"), encoding="cp1252")[1] == [[2, "ü", "1"]]


@pytest.mark.parametrize(("asked", "named"), [("utf-8", "utf-8"), (None, "cp1252")])
def test_a_byte_outside_the_encoding_names_its_row(asked: str | None, named: str) -> None:
    verdict = refusal(b"a;b\n1;2\n3;\x81\n", encoding=asked)
    assert (verdict.code, verdict.params) == ("E355", {"encoding": named, "row": 3})


def test_an_unknown_encoding_is_named() -> None:
    assert refusal(b"a\n1\n", encoding="utf-99").code == "E356"


def test_an_empty_file_and_one_of_blanks_are_refused() -> None:
    assert refusal(b"").code == refusal(b" \n\n").code == "E350"


def test_utf16_without_mark_is_refused_with_what_to_do() -> None:
    assert refusal("a;b\n1;2\n".encode("utf-16-le")).code == "E367"


def test_utf16_without_mark_is_read_when_the_source_names_it() -> None:
    assert read("a;b\n1;ü\n".encode("utf-16-le"), encoding="utf-16-le")[1] == [[2, "1", "ü"]]


def test_an_endless_line_is_refused() -> None:
    assert refusal(b"a;b\n" + b"x" * (5 * 1024 * 1024)).code == "E357"


def test_a_multibyte_character_across_blocks_survives(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tasks.conform.reading.encodings.READ_BYTES", 7)
    assert read("a;b\n" + "ü€𝄞;ß\n" * 9)[1] == [[n, "ü€𝄞", "ß"] for n in range(2, 11)]


PIECES = ['"', ";", "\n", "\r", "\r\n", " ", "\u00a0", "a", "ü", "\u0308", "#NV", "\0", "\x1f", "1", "\u2003", '"a;\n"']
CELLS = st.lists(st.sampled_from(PIECES), max_size=5).map("".join)
FILES = st.lists(st.lists(CELLS, min_size=1, max_size=4), max_size=12)


def told(text: str, *, fast: bool, **asked: object) -> object:
    """Return what a reading gives, or why the file is refused (one that is half NUL bytes)."""
    try:
        sheet, rows = read(text, fast=fast, **asked)
    except Refused as refused:
        return refused.code
    return rows, sheet.blank, sheet.footer, sheet.findings


@settings(max_examples=300, deadline=None)
@given(FILES, st.integers(0, 3), st.integers(12, 400))
@example([["\0\0\0"]], 0, 12)
def test_both_ways_to_read_give_the_same(rows: list[list[str]], footer: int, block: int) -> None:
    text = "k1;k2;k3\n" + "".join(";".join(cells) + "\n" for cells in rows)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tasks.conform.reading.encodings.READ_BYTES", block)
        patch.setattr("tasks.conform.reading.formats.SNIFF_BYTES", 8)
        asked = {"delimiter": ";", "header_row": 1, "skip_footer": footer}
        assert told(text, fast=True, **asked) == told(text, fast=False, **asked)


@pytest.mark.parametrize("blank", [chr(c) for c in range(0x110000) if chr(c).isspace() and chr(c) not in "\r\n"])
def test_every_blank_that_python_knows_is_trimmed_in_both_ways(blank: str) -> None:
    for fast in (True, False):
        assert read(f"a;b\n{blank}x{blank};{blank}\n", fast=fast)[1] == [[2, "x", None]]


def test_rows_read_are_rows_written_blank_and_footer() -> None:
    body = "".join(f"{n};x\n" if n % 7 else ";\n" for n in range(200_000))
    sheet, rows = read("a;b\n" + body, skip_footer=5)
    assert sheet.rows + sheet.blank + sheet.footer == 200_000
    assert (len(rows), sheet.footer, rows[-1][0]) == (sheet.rows, 5, 199_995)
