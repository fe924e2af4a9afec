"""Write a delivered file anew without some of its rows; every other row keeps its number and its content.

CSV: the bytes of all other lines stay; the row becomes an empty line. JSON: the
record becomes an empty object. Workbooks of every kind become a plain xlsx with the
sheet that is read (hidden sheets, comments, caches and other sheets may name the
person and are never read: they go), behind the password that the old one had. A zip stays a zip of the same member.
``same_but`` proves it: the new file must read like the old one but for these rows.
"""

import io
import json
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from itertools import zip_longest
from pathlib import Path
from typing import Any, Protocol

_OLE = b"\xd0\xcf\x11\xe0"
Rows = Mapping[str | None, set[int]]
"""Row numbers as shown, by sheet."""


class Table(Protocol):
    """One table as it was read (the conform stage's RawSheet)."""

    @property
    def sheet(self) -> str | None: ...  # noqa: D102
    @property
    def header(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def header_row(self) -> int: ...  # noqa: D102
    @property
    def lower(self) -> tuple[str, ...] | None: ...  # noqa: D102
    @property
    def encoding(self) -> str | None: ...  # noqa: D102
    @property
    def delimiter(self) -> str | None: ...  # noqa: D102
    @property
    def date_system(self) -> str | None: ...  # noqa: D102
    @property
    def format(self) -> str: ...  # noqa: D102
    @property
    def footer(self) -> int: ...  # noqa: D102

    def batches(self) -> Iterator[Any]:
        """Yield record batches: ``row``, then one column a header."""
        ...


class Split(Protocol):
    """Cuts CSV text into rows: yields how many physical lines each row has (the conform stage's splitter)."""

    def __call__(self, lines: list[str], delimiter: str, header_row: int, width: int) -> Iterator[int]:
        """Yield the number of lines of each row in order."""
        ...


def write_without(path: Path, tables: tuple[Table, ...], rows: Rows, split: Split, password: str | None = None) -> Path:
    """Write ``path`` anew beside itself without ``rows``, behind the same password; return the new file."""
    target = path.with_name(f"{path.name}.rewritten")
    table = tables[0]
    if table.format in ("xlsx", "xls", "xlsb", "ods"):
        _write_workbook(target, table, rows.get(table.sheet, set()))
        if password is not None and _is_ole(path):
            _protect(target, password)
        return target
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            member = max(archive.infolist(), key=lambda found: found.file_size)
            content = archive.read(member)
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(member.filename, _without(content, tables, rows, split))
    else:
        target.write_bytes(_without(path.read_bytes(), tables, rows, split))
    return target


def _is_ole(path: Path) -> bool:
    """Tell whether a workbook is an OLE file, as protected ones are."""
    with path.open("rb") as file:
        return file.read(len(_OLE)) == _OLE


def _protect(target: Path, password: str) -> None:
    from msoffcrypto.format.ooxml import OOXMLFile

    locked = target.with_name(f"{target.name}.locked")
    with target.open("rb") as plain, locked.open("wb") as sink:
        OOXMLFile(plain).encrypt(password, sink)
    locked.replace(target)


def _without(content: bytes, tables: tuple[Table, ...], rows: Rows, split: Split) -> bytes:
    if tables[0].format == "json":
        return _json_without(content, rows)
    return _csv_without(content, tables[0], rows.get(tables[0].sheet, set()), split)


def _csv_without(content: bytes, table: Table, rows: set[int], split: Split) -> bytes:
    encoding = table.encoding or "utf-8"
    mark = next((m for m in (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff") if content.startswith(m)), b"")
    lines = _physical(content[len(mark) :].decode(encoding))
    assert table.delimiter is not None
    kept, place = [], 0
    for number, count in enumerate(split(lines, table.delimiter, table.header_row, len(table.header)), 1):
        own = lines[place : place + count]
        place += count
        if number not in rows:
            kept += own
        elif own:
            kept.append(own[-1][len(own[-1].rstrip("\r\n")) :] or "\n")
    kept += lines[place:]
    return mark + "".join(kept).encode(encoding)


def _physical(text: str) -> list[str]:
    return list(io.StringIO(text, newline=""))


def _json_without(content: bytes, rows: Rows) -> bytes:
    document = json.loads(content.decode("utf-8-sig"), parse_float=lambda text: f"\0{text}\0")
    lists: dict[str | None, Any] = {None: document}
    if isinstance(document, dict):
        lists = {name: value for name, value in document.items() if isinstance(value, list)} or {None: [document]}
    for sheet, wanted in rows.items():
        for row in wanted:
            lists[sheet][row - 1].clear()
    # Decimal numbers leave as they were written, not as a float would print them.
    return re.sub(r'"\\u0000([^"]*?)\\u0000"', r"\1", json.dumps(document, ensure_ascii=False, indent=1)).encode()


def _write_workbook(target: Path, table: Table, rows: set[int]) -> None:
    import xlsxwriter

    options: dict[str, bool | str] = {
        "tmpdir": str(target.parent),  # names pass no folder that others share
        "strings_to_numbers": False,
        "strings_to_formulas": False,
        "strings_to_urls": False,
    }
    with xlsxwriter.Workbook(str(target), {**options, "date_1904": table.date_system == "1904"}) as book:
        page = book.add_worksheet(table.sheet)
        for line, cells in _heading(table):
            for column, text in enumerate(cells):
                if text:
                    page.write_string(line - 1, column, text)
        last = table.header_row
        for batch in table.batches():
            for row, *cells in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                last = max(last, row)
                if row in rows:
                    continue
                for column, text in enumerate(cells):
                    if text is not None:
                        page.write_string(row - 1, column, text)
        for number in range(table.footer):  # whatever stood there is not read; it only has to be counted
            page.write_string(last + number, 0, "-")


def _heading(table: Table) -> Iterator[tuple[int, Iterable[str]]]:
    """Yield the header rows; two of them where names were joined from an upper and a lower one."""
    if table.lower is None:
        yield table.header_row, table.header
        return
    pairs = zip_longest(table.header, table.lower, fillvalue="")
    yield table.header_row - 1, [full[: len(full) - len(low)].strip() for full, low in pairs]
    yield table.header_row, table.lower


def same_but(before: tuple[Table, ...], after: tuple[Table, ...], rows: Rows) -> bool:
    """Tell whether both read alike but for the rows that were to go, which the second must not hold."""
    if [table.sheet for table in before] != [table.sheet for table in after]:
        return False
    return all(
        all(left == right for left, right in zip_longest(_content(old, gone), _content(new, set())))
        for old, new, gone in ((old, new, rows.get(old.sheet, set())) for old, new in zip(before, after, strict=True))
    )


def _content(table: Table, gone: set[int]) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield row number and filled cells by header (a header that stands twice by its place)."""
    names = [f"{name}\0{table.header[:i].count(name)}" for i, name in enumerate(table.header)]
    for batch in table.batches():
        for row, *cells in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            if row not in gone:
                yield row, {name: text for name, text in zip(names, cells, strict=True) if text is not None}
