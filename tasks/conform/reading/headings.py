"""Find the header row and name the columns.

Rule: the header row is the one where most mapped headers stand, the earliest of
equals; where none stands anywhere, the first row that is not empty. Whether a
required header is missing or stands twice is judged later.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from tasks.conform.reading.cells import UNSEEN

Spans = Mapping[int, Sequence[tuple[int, int]]]
"""First and last column of the cells merged sideways, by row index."""


@dataclass(frozen=True)
class Heading:
    """The names of the columns; ``last`` is the index of the last header row."""

    names: tuple[str, ...]
    lower: tuple[str, ...] | None
    last: int


_UNSEEN = dict.fromkeys(map(ord, UNSEEN))


def fold_header(text: str) -> str:
    """Return the form in which headers are compared: NFC, case folded, runs of blanks as one, no blanks around.

    Marks that nobody sees (a second byte-order mark, zero-width and direction marks) are left out.
    """
    if not text.isascii():
        text = unicodedata.normalize("NFC", text).translate(_UNSEEN)
    return " ".join(text.casefold().split())


def find_heading(
    rows: Sequence[Sequence[str | None]],
    headers: Sequence[str],
    header_row: int | Literal["auto"],
    header_rows: int,
    merged: Spans | None = None,
) -> Heading | None:
    """Return the heading among the first rows of a sheet, or None when all of them are empty.

    Args:
        rows: the first rows as shown, cleaned cells; index 0 is row 1.
        headers: all mapped headers.
        header_row: 1-based number of the (upper) header row, or ``auto``.
        header_rows: 1, or 2 to join an upper and a lower name with a blank.
        merged: first and last column of the cells merged sideways, by row index; in a row
            without any an upper name reaches right to the next one.
    """
    if header_row != "auto":
        first = header_row - 1
        return _heading(rows, first, header_rows, merged) if first < len(rows) else None
    wanted = {fold_header(name) for name in headers}
    best, best_hits = None, 0
    for first in range(len(rows)):
        heading = _heading(rows, first, header_rows, merged)
        hits = len(wanted & _folded(heading))
        if hits > best_hits:
            best, best_hits = heading, hits
    if best is not None:
        return best
    for first, row in enumerate(rows):
        if any(row):
            return _heading(rows, first, header_rows, merged)
    return None


def _folded(heading: Heading) -> set[str]:
    names = {fold_header(name) for name in heading.names}
    return names | {fold_header(name) for name in heading.lower or ()}


def _heading(rows: Sequence[Sequence[str | None]], first: int, header_rows: int, merged: Spans | None) -> Heading:
    if header_rows == 1 or first + 1 >= len(rows):
        return Heading(tuple(cell or "" for cell in rows[first]), None, first)
    upper, lower = list(rows[first]), list(rows[first + 1])
    width = max(len(upper), len(lower))
    upper += [None] * (width - len(upper))
    lower += [None] * (width - len(lower))
    upper = _fill_right(upper, (merged or {}).get(first, ()))
    names = [f"{up} {low}" if up and low else low or "" for up, low in zip(upper, lower, strict=True)]
    names = [name or cell or "" for name, cell in zip(names, rows[first], strict=False)] + names[len(rows[first]) :]
    return Heading(tuple(names), tuple(cell or "" for cell in lower), first + 1)


def _fill_right(upper: list[str | None], spans: Sequence[tuple[int, int]]) -> list[str | None]:
    """Repeat a merged cell's name over its columns; where merges are unknown, up to the next name."""
    filled = list(upper)
    for first, last in spans:
        filled[first : last + 1] = [upper[first]] * len(filled[first : last + 1])
    if not spans:
        for column in range(1, len(filled)):
            filled[column] = filled[column] or filled[column - 1]
    return filled
