"""Split CSV text into records, one by one, and notice what broke them.

This is the reading that defines the result; the block reader only gives the same
sooner. A record is one row however many lines its quoted cells have. A quote that
never closes, or that folds whole rows into one cell, costs its own row only: the row
is marked ``open_quote`` and reading goes on at the next line.
"""

import csv
from collections.abc import Iterator

from tasks.conform.reading.refusal import Refused

QUOTE = '"'


def split_record(lines: list[str], delimiter: str) -> list[str]:
    """Return the cells of one record given as its physical lines."""
    if len(lines) == 1 and QUOTE not in lines[0]:
        return lines[0].rstrip("\r\n").split(delimiter)
    cells: list[str] = next(csv.reader(lines, delimiter=delimiter), [])
    return cells


def scan_quotes(line: str, delimiter: str, is_open: bool) -> tuple[bool, bool]:
    """Follow the quotes of one physical line.

    Returns:
        Whether a quoted cell is still open at its end, and whether a closing
        quote was followed by something other than a delimiter or the line's end.
    """
    pos, torn, length = 0, False, len(line)
    while pos < length:
        if is_open or line[pos] == QUOTE:
            close = line.find(QUOTE, pos if is_open else pos + 1)
            while close != -1 and line[close + 1 : close + 2] == QUOTE:
                close = line.find(QUOTE, close + 2)
            if close == -1:
                return True, torn
            is_open = False
            torn = torn or line[close + 1 : close + 2] not in {delimiter, "\n", "\r", ""}
            pos = close + 1
        pos = line.find(delimiter, pos)
        if pos == -1:
            return False, torn
        pos += 1
    return is_open, torn


class RecordSplitter:
    """Iterate over ``(cells, is_broken)``; ``lines`` are physical lines with their ends."""

    def __init__(
        self,
        lines: Iterator[str],
        delimiter: str,
        max_lines: int,
        max_chars: int,
        *,
        width: int | None = None,
        first: int = 1,
    ) -> None:
        csv.field_size_limit(max_chars)
        self._lines = lines
        self._again: list[str] = []
        self._delimiter = delimiter
        self._max_lines = max_lines
        self._max_chars = max_chars
        self._width = width
        self.row = first - 1
        """Number of the row that was yielded last."""
        self.consumed = 0
        """Physical lines behind the rows yielded so far."""

    def __iter__(self) -> Iterator[tuple[list[str], bool]]:
        while (first := self._next_line()) is not None:
            self.row += 1
            if QUOTE not in first:
                bare = first.rstrip("\r\n")
                yield (bare.split(self._delimiter) if bare else []), False
                continue
            lines = [first]
            if self._gather(lines):
                yield split_record(lines, self._delimiter), False
            else:
                self._again.extend(reversed(lines[1:]))
                self.consumed -= len(lines) - 1
                yield first.rstrip("\r\n").split(self._delimiter), True

    def _next_line(self) -> str | None:
        line = self._again.pop() if self._again else next(self._lines, None)
        if line is None:
            return None
        if len(line) > self._max_chars:
            raise Refused("E357", row=self.row + 1)
        self.consumed += 1
        return line

    def _gather(self, lines: list[str]) -> bool:
        """Add lines until the record is whole; False when its quote never really closes."""
        is_open, torn = scan_quotes(lines[0], self._delimiter, is_open=False)
        size = len(lines[0])
        while is_open:
            line = self._next_line()
            if line is None:
                return False
            lines.append(line)
            size += len(line)
            if len(lines) > self._max_lines or size > self._max_chars:
                return False
            is_open, torn_here = scan_quotes(line, self._delimiter, is_open=True)
            torn = torn or torn_here
        return len(lines) == 1 or not (torn or self._swallows_rows(lines))

    def _swallows_rows(self, lines: list[str]) -> bool:
        """Tell whether each line of the record looks like a whole row of its own."""
        if self._width is None or self._width < 3:
            return False
        return all(line.count(self._delimiter) == self._width - 1 for line in lines)
