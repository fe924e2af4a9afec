"""Read a CSV file: dialect, heading, rows."""

import io
from collections.abc import Iterator
from itertools import accumulate, chain, islice
from pathlib import Path

from tasks.conform.reading.cells import ERROR_CELLS, clean_text
from tasks.conform.reading.csv_lines import RecordSplitter
from tasks.conform.reading.delivery import ReadLimits, ReadRequest
from tasks.conform.reading.encodings import choose_encoding, utf8_blocks
from tasks.conform.reading.headings import find_heading, fold_header
from tasks.conform.reading.refusal import Refused
from tasks.conform.reading.sink import Sink

SAMPLE = 4096
NUL_SHARE = 5
"""Bytes looked at for NULs: more than a fifth of them means UTF-16, or no text at all."""
DELIMITERS = (";", ",", "\t", "|")


def read_csv(request: ReadRequest, limits: ReadLimits, out: Path) -> tuple[dict[str, object], Sink]:
    """Read one text file into ``out``; return what the sheet says about itself."""
    encoding, skip = choose_encoding(request.path, request.encoding)
    blocks = utf8_blocks(request.path, encoding, skip)
    first, second = next(blocks, b""), next(blocks, b"")
    if first[:SAMPLE].count(b"\0") * NUL_SHARE > len(first[:SAMPLE]):
        raise Refused("E367")
    lines = list(io.StringIO(first.decode("utf-8"), newline=""))
    if second and not lines[-1].endswith("\n"):
        lines.pop()  # it goes on in the second block
        if not lines:
            raise Refused("E357", row=1)
    if not any(line.strip() for line in lines):
        raise Refused("E350")
    hinted = sep_hint(lines[0])
    delimiter = request.delimiter or hinted or choose_delimiter(lines[: limits.header_search], request.headers)
    top = _Top(lines, delimiter, limits, skip_first=hinted is not None)
    heading = find_heading(top.rows, request.headers, request.header_row, request.header_rows)
    if heading is None:
        raise Refused("E351")
    sink = Sink(out, heading.names, request.skip_footer, limits)

    def read_slowly(blocks: Iterator[bytes], number: int) -> int:
        return read_records(blocks, number, sink, delimiter, limits)

    rest = chain((first[top.ends[heading.last] :], second), blocks)
    number = heading.last + 2
    if limits.fast and len(delimiter.encode()) == 1:
        from tasks.conform.reading.csv_blocks import BlockReader

        BlockReader(delimiter, sink.width, sink.add_columns, read_slowly).read(filter(None, rest), number)
    else:
        read_slowly(rest, number)
    sink.close()
    about = {"header_row": heading.last + 1, "lower": heading.lower, "encoding": encoding, "delimiter": delimiter}
    return {**about, "format": "csv"}, sink


class _Top:
    """The first records: cleaned ``rows``, and at which byte each of them ``ends``."""

    def __init__(self, lines: list[str], delimiter: str, limits: ReadLimits, *, skip_first: bool) -> None:
        splitter = RecordSplitter(iter(lines), delimiter, limits.row_lines, limits.row_bytes)
        self.rows: list[list[str | None]] = []
        lines_behind: list[int] = []
        for cells, _ in islice(splitter, limits.header_search):
            self.rows.append([] if skip_first and not self.rows else [clean_text(cell) for cell in cells])
            lines_behind.append(splitter.consumed)
        sizes = [0, *accumulate(len(line.encode()) for line in lines[: max(lines_behind, default=0)])]
        self.ends = [sizes[count] for count in lines_behind]


def read_records(blocks: Iterator[bytes], number: int, sink: Sink, delimiter: str, limits: ReadLimits) -> int:
    """Read record by record; return the number after the last row."""
    lines = physical_lines(blocks, limits.row_bytes)
    splitter = RecordSplitter(lines, delimiter, limits.row_lines, limits.row_bytes, width=sink.width, first=number)
    for cells, broken in splitter:
        add_record(sink, splitter.row, cells, broken)
    return splitter.row + 1


def add_record(sink: Sink, number: int, cells: list[str], broken: bool) -> None:
    """Clean one record and hand it over, with findings for what is wrong in it."""
    cleaned = [clean_text(cell) for cell in cells]
    if any(cell is not None and "\0" in cell for cell in cleaned):
        sink.note("nul_byte", number)
        cleaned = [None if cell is None else cell.replace("\0", "\ufffd") for cell in cleaned]
    if broken:
        sink.note("open_quote", number)
        cleaned = (cleaned + [None] * sink.width)[: sink.width]
    for index, cell in enumerate(cleaned):
        if cell is not None and cell[0] == "#" and cell in ERROR_CELLS:
            cleaned[index] = None
            sink.note("error_cell", number, index)
    sink.add_row(number, cleaned, keep_empty=broken or (not any(cleaned) and any(map(clean_text, cells))))


def physical_lines(blocks: Iterator[bytes], max_bytes: int) -> Iterator[str]:
    """Yield lines with their ends; LF, CRLF and the lone CR of old Macs all end a line."""
    rest = ""
    for block in blocks:
        lines = list(io.StringIO(rest + block.decode("utf-8"), newline=""))
        rest = lines.pop() if lines else ""
        if len(rest) > max_bytes:
            raise Refused("E357", row=1)
        yield from lines
    if rest:
        yield rest


def sep_hint(line: str) -> str | None:
    """Return the delimiter that a first line ``sep=;`` names."""
    bare = line.strip("\r\n").strip('"')
    return bare[4] if len(bare) == 5 and bare[:4].casefold() == "sep=" else None


def choose_delimiter(lines: list[str], headers: tuple[str, ...]) -> str:
    """Return the delimiter with which most mapped headers stand in one line.

    Without any mapped header: the one that the first non-empty lines have most often; ties go to ``;`` first.
    """
    wanted = {fold_header(name) for name in headers}

    def hits(delimiter: str) -> tuple[int, int]:
        named = most = 0
        for line in lines:
            cells = line.strip().split(delimiter)
            named = max(named, len(wanted & {fold_header(cell.strip('"')) for cell in cells}))
            most = most or len(cells) - 1
        return named, most

    return max(DELIMITERS, key=hits)
