"""Find the header row and name the columns.

Rule: the header row is the one where most mapped headers stand, the earliest of
equals; where none stands anywhere, the first row that is not empty. Whether a
required header is missing or stands twice is judged later.
"""

import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Heading:
    """The names of the columns; ``last`` is the index of the last header row."""

    names: tuple[str, ...]
    lower: tuple[str, ...] | None
    last: int


def fold_header(text: str) -> str:
    """Return the form in which headers are compared: NFC, case folded, runs of blanks as one, no blanks around."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def find_heading(
    rows: Sequence[Sequence[str | None]],
    headers: Sequence[str],
    header_row: int | Literal["auto"],
    header_rows: int,
    merged: Collection[int] = (),
) -> Heading | None:
    """Return the heading among the first rows of a sheet, or None when all of them are empty.

    Args:
        rows: the first rows as shown, cleaned cells; index 0 is row 1.
        headers: all mapped headers.
        header_row: 1-based number of the (upper) header row, or ``auto``.
        header_rows: 1, or 2 to join an upper and a lower name with a blank.
        merged: indices of rows whose merged cells are known and filled already; in
            others an upper name reaches right to the next one.
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


def _heading(rows: Sequence[Sequence[str | None]], first: int, header_rows: int, merged: Collection[int]) -> Heading:
    if header_rows == 1 or first + 1 >= len(rows):
        return Heading(tuple(cell or "" for cell in rows[first]), None, first)
    upper, lower = list(rows[first]), list(rows[first + 1])
    width = max(len(upper), len(lower))
    upper += [None] * (width - len(upper))
    lower += [None] * (width - len(lower))
    names, above = [], ""
    for up, low in zip(upper, lower, strict=True):
        above = up or ("" if first in merged else above)  # a merged cell has its name in its first column only
        names.append(f"{above} {low}" if above and low else low or up or "")
    return Heading(tuple(names), tuple(cell or "" for cell in lower), first + 1)
