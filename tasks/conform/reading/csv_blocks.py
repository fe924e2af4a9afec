"""Read well-formed stretches of CSV with Arrow; give the rest to the record splitter.

The result never depends on which way a stretch went: a stretch is taken fast only if
it is RFC 4180 to the letter, holds nothing that needs a finding, and Arrow sees as many
rows as there are lines.
"""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from tasks.conform.reading.cells import ERROR_CELLS
from tasks.conform.reading.clean_columns import clean_column

SLOW_BYTES = (b"\0", b"\x1c", b"\x1d", b"\x1e", b"\x1f")
"""NUL needs a finding; the separators are blanks to Python and not to Arrow."""
ERROR_BYTES = tuple(token.encode() for token in sorted(ERROR_CELLS))
QUOTE, LINE_END, RETURN = 0x22, 0x0A, 0x0D
Slow = Callable[[Iterator[bytes], int], int]


class BlockReader:
    """Cuts a stream of UTF-8 blocks at record ends and reads each stretch.

    Args:
        delimiter: one ASCII character.
        width: number of columns.
        add_columns: takes row numbers, clean columns and the count of blank rows.
        read_slowly: takes blocks and the first row's number, returns the next row's number.
    """

    def __init__(self, delimiter: str, width: int, add_columns: Callable[..., None], read_slowly: Slow) -> None:
        self._mark = ord(delimiter)
        self._width = width
        self._add_columns = add_columns
        self._read_slowly = read_slowly
        names = [f"c{i}" for i in range(width)]
        self._read = csv.ReadOptions(column_names=names, block_size=1 << 20)
        self._parse = {q: csv.ParseOptions(delimiter=delimiter, quote_char='"' if q else False) for q in (True, False)}
        self._convert = csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.utf8()),
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=True,
        )

    def read(self, blocks: Iterator[bytes], number: int) -> int:
        """Read all blocks; ``number`` is the first row's, the number after the last row is returned."""
        pending = b""
        for block in blocks:
            data = pending + block
            cut = self._cut(data)
            if cut == 0:
                return self._read_slowly(_chain(data, blocks), number)
            number = self._read_stretch(data[:cut], number)
            pending = data[cut:]
        if pending:
            number = self._read_slowly(iter((pending,)), number)
        return number

    def _cut(self, data: bytes) -> int:
        """Return where the last whole record ends; 0 when this is not plain CSV."""
        if b'"' in data:
            return whole_records(data, self._mark)
        if b"\r" in data and data.count(b"\r") != data.count(b"\r\n"):
            return 0
        return data.rfind(b"\n") + 1

    def _read_stretch(self, data: bytes, number: int) -> int:
        table = self._parse_stretch(data)
        if table is None:
            return self._read_slowly(iter((data,)), number)
        columns = [clean_column(column.combine_chunks()) for column in table.columns]
        rows = table.num_rows
        numbers = pa.array(np.arange(number, number + rows, dtype=np.int32))
        kept = _rows_with_content(columns)
        if kept is not None:
            numbers, columns = numbers.filter(kept), [column.filter(kept) for column in columns]
        self._add_columns(numbers, columns, rows - len(numbers))
        return number + int(rows)

    def _parse_stretch(self, data: bytes) -> Any | None:
        """Return a table of strings, or None when a row of this stretch wants the slow way."""
        if any(mark in data for mark in SLOW_BYTES):
            return None
        if b"#" in data and any(token in data for token in ERROR_BYTES):
            return None
        try:
            parse = self._parse[b'"' in data]
            table = csv.read_csv(pa.py_buffer(data), self._read, parse, self._convert)
        except pa.ArrowInvalid:
            return None
        return table if table.num_rows == np.count_nonzero(np.frombuffer(data, np.uint8) == LINE_END) else None


def whole_records(data: bytes, mark: int) -> int:
    """Return where the last record ends before which every quote stands as RFC 4180 has it; 0 when none does.

    By turns a quote opens and closes. One that opens stands at the start of a cell, or right after one that closes
    (a doubled quote); one that closes stands at the end of a cell or right before one that opens. Between two cells
    without quotes no carriage return stands alone.
    """
    text = np.frombuffer(data, np.uint8)
    quotes = np.flatnonzero(text == QUOTE)
    opens, closes = quotes[::2], quotes[1::2]
    # A byte before the first and after the last: a record's end, or what is not known yet.
    before = np.where(opens > 0, text[opens - 1], LINE_END)
    after = text[np.minimum(closes + 1, len(text) - 1)]
    doubled = np.zeros(len(opens), dtype=bool)
    doubled[1:] = opens[1:] == closes[: len(opens) - 1] + 1
    starts = (before == mark) | (before == LINE_END) | doubled
    joined = np.zeros(len(closes), dtype=bool)
    joined[: len(opens) - 1] = doubled[1:]
    ends = (after == mark) | (after == LINE_END) | (after == RETURN) | joined | (closes == len(text) - 1)
    returns = np.flatnonzero(text == RETURN)
    if len(returns):
        follower = text[np.minimum(returns + 1, len(text) - 1)]
        returns = returns[(follower != LINE_END) & (np.searchsorted(quotes, returns) % 2 == 0)]
    wrong = np.concatenate([opens[~starts][:1], closes[~ends][:1], returns[:1]])
    limit = int(wrong.min()) if len(wrong) else len(text)
    lines = np.flatnonzero(text[:limit] == LINE_END)
    outside = lines[np.searchsorted(quotes, lines) % 2 == 0]
    return int(outside[-1]) + 1 if len(outside) else 0


def _rows_with_content(columns: list[Any]) -> Any | None:
    """Return a mask of rows that are not blank, or None when no row is."""
    if any(column.null_count == 0 for column in columns):
        return None
    kept = columns[0].is_valid()
    for column in columns[1:]:
        kept = pc.or_(kept, column.is_valid())
    return None if pc.all(kept).as_py() else kept


def _chain(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest
