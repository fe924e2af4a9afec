"""Write records (names to texts) as one table; a record's number is its row."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from tasks.conform.reading.cells import clean_text
from tasks.conform.reading.delivery import ReadLimits
from tasks.conform.reading.sink import Sink

Record = Mapping[str, str | None]


def write_records(
    records: Sequence[tuple[int, Record]], out: Path, limits: ReadLimits, first_columns: Iterable[str] = ()
) -> Sink:
    """Write records into ``out``.

    Columns are ``first_columns`` and then all other names in the order they first appear. Data without
    lines has no header row: it counts as row 0, the first record as row 1.
    """
    names = list(dict.fromkeys([*first_columns, *(name for _, record in records for name in record)]))
    sink = Sink(out, names, 0, limits)
    for number, record in records:
        cells = [None if (text := record.get(name)) is None else clean_text(text) for name in names]
        if any(cell is not None and "\0" in cell for cell in cells):
            sink.note("nul_byte", number)
            cells = [None if cell is None else cell.replace("\0", "\ufffd") for cell in cells]
        sink.add_row(number, cells)
    sink.close()
    return sink
