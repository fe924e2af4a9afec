"""Where the table lies in an unknown file: sheet, header rows, footer.

Rule: the header is the row with most headings that somebody knows; two rows are
joined only where that names more columns, or where the lower row alone says one
name twice. A footer is what stands below the records and is none: sums, remarks.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

from tasks.propose.spelling import fold

Row = Sequence[str | None]
HEADER_WITHIN = 40
TWICE_COSTS = 2.0
SUM_WORDS = {
    "summe",
    "gesamt",
    "gesamtsumme",
    "zwischensumme",
    "insgesamt",
    "total",
    "sum",
    "anzahl",
    "stand",
    "quelle",
    "legende",
}
REMARK_STARTS = (
    "*",
    "Hinweis",
    "Anmerkung",
    "Erläuterung",
    "Note",
    "Stand:",
    "Quelle",
    "Legende",
    "erstellt",
    "Erstellt",
    "Bei Fragen",
)


@dataclass(frozen=True)
class Layout:
    """A table's place: ``header_row`` (1-based) is the upper of ``header_rows``; ``skip_footer`` counts last rows."""

    sheet: str | None
    header_row: int
    header_rows: int
    skip_footer: int
    hits: float


def find_layout(
    name: str | None,
    top: Sequence[Row],
    last: Sequence[Row],
    merged: Sequence[Sequence[int]],
    known: Callable[[str], bool],
) -> Layout | None:
    """Return where the table of one sheet lies, or None when the sheet is empty.

    Args:
        name: the sheet's name, None for text files.
        top: its first rows as they stand.
        last: its last rows that hold something.
        merged: row, first and last column of cells merged sideways.
        known: tells whether somebody knows a heading.
    """
    spans: dict[int, list[tuple[int, int]]] = {}
    for place, first, end in merged:
        spans.setdefault(place, []).append((first, end))
    best: Layout | None = None
    for index, row in enumerate(top[:HEADER_WITHIN]):
        if not any(row):
            continue
        for rows in (1, 2):
            if rows == 2 and (index + 1 >= len(top) or not _may_be_upper(row, top[index + 1], index in spans)):
                continue
            hits = _hits(_names(top, index, rows, spans), known)
            if best is None or hits > best.hits:
                best = Layout(name, index + 1, rows, 0, hits)
    if best is None or best.hits <= 0:
        best = _widest(name, top) or best
    if best is None:
        return None
    header = _names(top, best.header_row - 1, best.header_rows, spans)
    below = len(top) > best.header_row + best.header_rows - 1
    return Layout(name, best.header_row, best.header_rows, _footer(last, header, top) if below else 0, best.hits)


def _may_be_upper(row: Row, below: Row, has_merged: bool) -> bool:
    """An upper header row has gaps that its lower row fills; both hold words only."""
    words = [cell for cell in (*row, *below) if cell]
    if not words or any(re.search(r"\d{2}[.\-/]\d{2}|^\d{4,}", cell) for cell in words):
        return False
    gaps = sum(1 for cell in row if not cell)
    return has_merged or gaps > 0


def _names(top: Sequence[Row], index: int, rows: int, spans: dict[int, list[tuple[int, int]]]) -> list[str]:
    if rows == 1:
        return [cell or "" for cell in top[index]]
    upper, lower = list(top[index]), list(top[index + 1])
    width = max(len(upper), len(lower))
    upper += [None] * (width - len(upper))
    lower += [None] * (width - len(lower))
    plain = list(upper)
    for first, end in spans.get(index, ()):
        upper[first : end + 1] = [upper[first]] * (min(end, width - 1) - first + 1)
    if index not in spans:
        for column in range(1, width):
            upper[column] = upper[column] or upper[column - 1]
    return [f"{up} {low}" if up and low else low or own or "" for up, low, own in zip(upper, lower, plain, strict=True)]


def _hits(names: Sequence[str], known: Callable[[str], bool]) -> float:
    """Count known names, minus what stands twice (the reader refuses that), plus a little for words at all."""
    folded = [fold(name) for name in names if name]
    twice = len(folded) - len(set(folded))
    words = sum(1 for name in folded if name and not re.search(r"\d{3}", name))
    return sum(1 for name in names if name and known(name)) - TWICE_COSTS * twice + 0.01 * words


def _widest(name: str | None, top: Sequence[Row]) -> Layout | None:
    """Where nobody knows a heading: the first row with nearly as many cells as the widest."""
    counts = [sum(1 for cell in row if cell) for row in top[:HEADER_WITHIN]]
    if not counts or max(counts) == 0:
        return None
    return Layout(name, next(i for i, count in enumerate(counts) if count >= 0.8 * max(counts)) + 1, 1, 0, 0.0)


def _footer(last: Sequence[Row], header: Sequence[str], top: Sequence[Row]) -> int:
    """Return how many of the last rows are sums or remarks below the records."""
    filled = [sum(1 for cell in row if cell) for row in top if any(row)]
    usual = median(filled[len(filled) // 3 :]) if filled else len(header)
    count = 0
    for row in reversed(last):
        if [cell or "" for cell in row][: len(header)] == list(header)[: len(row)] or not _is_footer(row, usual):
            break
        count += 1
    return count if count < len(last) or count < len(top) // 2 else 0


def _is_footer(row: Row, usual: float) -> bool:
    cells = [cell for cell in row if cell]
    if any(fold(cell).split(" ")[0] in SUM_WORDS for cell in cells[:2] if fold(cell)):
        return True
    return (
        bool(cells)
        and len(cells) <= max(1.0, usual / 4)
        and (cells[0].startswith(REMARK_STARTS) or (usual >= 3 and len(cells) == 1 and len(cells[0]) > 12))
    )
