"""What is asked of the reader and what it hands back.

Everything here crosses a process border as JSON, never as a pickle: a poisoned
file may own the child, so the parent believes plain data only.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from tasks.conform.reading.headings import fold_header

if TYPE_CHECKING:
    import pyarrow as pa

MEBI = 1024 * 1024

REJECTING_RULES = frozenset({"ragged_row", "nul_byte", "open_quote"})
"""Rules that reject the whole row; all other findings are warnings about a cell or a place."""


@dataclass(frozen=True)
class ReadRequest:
    """One file and what its source's YAML says about it.

    ``header_row`` is 1-based; with ``header_rows`` 2 it names the upper of the two.
    ``headers`` are all headers that the source maps: they find the header row.
    """

    path: Path
    type: str = "csv"
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | int | None = None
    header_row: int | Literal["auto"] = "auto"
    header_rows: int = 1
    skip_footer: int = 0
    password: str | None = None
    headers: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return plain data for the child."""
        return {**asdict(self), "path": str(self.path), "headers": list(self.headers)}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "ReadRequest":
        """Rebuild the request inside the child."""
        return cls(**{**data, "path": Path(data["path"]), "headers": tuple(data["headers"])})


@dataclass(frozen=True)
class ReadLimits:
    """What one file may cost; bytes, seconds and counts.

    ``wall_seconds`` and ``cpu_seconds`` grow by one second a ``bytes_per_second``
    of the file, so that a large honest CSV is not taken for an attack. ``fast`` off reads
    CSV record by record throughout; the result is the same.
    """

    file_bytes: int = 4096 * MEBI
    memory_mb: int = 1024
    cpu_seconds: int = 50
    wall_seconds: int = 55
    bytes_per_second: int = 4 * MEBI
    output_bytes: int = 8192 * MEBI
    rows: int = 20_000_000
    columns: int = 2_000
    cells: int = 12_000_000
    row_bytes: int = 4 * MEBI
    row_lines: int = 500
    findings: int = 100_000
    header_search: int = 100
    zip_members: int = 2_000
    zip_total_bytes: int = 1024 * MEBI
    zip_ratio: int = 200
    fast: bool = True

    def to_json(self) -> dict[str, int]:
        """Return plain data for the child."""
        return asdict(self)


@dataclass(frozen=True)
class Finding:
    """One thing seen while reading: a stable rule id and a place, never a value.

    ``row`` is 1-based as a spreadsheet shows it; ``column`` is the header, or the
    column's letter where there is none; ``count`` says how many places it stands for.
    """

    rule: str
    row: int | None = None
    column: str | None = None
    count: int = 1


@dataclass(frozen=True)
class RawSheet:
    """One table of strings.

    ``path`` is an Arrow IPC file with ``row`` (int32, 1-based as shown) and ``c0``…``cN``
    (utf8; null is an empty cell), one column a cell of ``header``. Blank rows and the
    footer are counted and not in it. ``header_row`` is the last header row; ``lower`` holds
    the lower names where two header rows were joined. ``ragged`` are rows with too few or too
    many cells: they stand in the table, padded or cut, for the conform stage to reject; ``surplus``
    holds what was cut off.
    ``partial`` tables hold changes only: what they leave out goes on.
    """

    file: str
    sheet: str | None
    header: tuple[str, ...]
    header_row: int
    path: Path
    rows: int
    blank: int
    footer: int
    ragged: tuple[int, ...] = ()
    surplus: Mapping[int, Sequence[str | None]] = field(default_factory=dict, repr=False)
    date_system: Literal["1900", "1904"] | None = None
    is_workbook: bool = False
    lower: tuple[str, ...] | None = None
    encoding: str | None = None
    delimiter: str | None = None
    format: str = "csv"
    partial: bool = False
    findings: tuple[Finding, ...] = ()

    @property
    def rejected_rows(self) -> frozenset[int]:
        """Rows that a finding of the reader rejects as a whole."""
        return frozenset(f.row for f in self.findings if f.row is not None and f.rule in REJECTING_RULES)

    def columns_named(self, name: str) -> tuple[int, ...]:
        """Return the places of a mapped header; more than one means it stands twice.

        Compared folded. Where two header rows were joined the lower name alone is
        enough if it is unique.
        """
        wanted = fold_header(name)
        full = tuple(i for i, text in enumerate(self.header) if fold_header(text) == wanted)
        if full or self.lower is None:
            return full
        lower = tuple(i for i, text in enumerate(self.lower) if fold_header(text) == wanted)
        return lower if len(lower) == 1 else ()

    def batches(self) -> "Iterator[pa.RecordBatch]":
        """Yield the rows in order, some ten thousand at a time; memory stays bounded."""
        import pyarrow as pa

        with pa.memory_map(str(self.path)) as source, pa.ipc.open_file(source) as reader:
            for index in range(reader.num_record_batches):
                yield reader.get_batch(index)

    @classmethod
    def from_json(cls, data: dict[str, Any], workdir: Path, file: str) -> "RawSheet":
        """Rebuild what the child reported; its file name is taken as a bare name inside ``workdir``."""
        kept = {key: value for key, value in data.items() if key not in {"path", "file"}}
        kept["findings"] = tuple(Finding(*item) for item in data["findings"])
        kept["surplus"] = dict(data["surplus"])
        for key in ("header", "ragged", "lower"):
            kept[key] = None if data[key] is None else tuple(data[key])
        return cls(**kept, path=workdir / Path(data["path"]).name, file=file)


@dataclass(frozen=True)
class Peek:
    """What an unknown file is, and what stands in its visible sheets.

    ``sheets`` hold ``name``, ``top`` (the first rows as they stand), ``last`` (the last rows that hold something,
    their numbers as shown in ``last_numbers``),
    ``merged`` (row, first and last column of cells merged sideways) and ``rows`` (how many there are).
    """

    type: str
    encoding: str | None
    delimiter: str | None
    sheets: tuple[dict[str, Any], ...]
