"""A source: one delivery of one supplier, as ``sources/<source>.yaml`` describes it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit, urlunsplit

FormatType = Literal["csv", "excel", "json", "hsds", "openqcat", "sql"]


@dataclass(frozen=True)
class Supplier:
    """Who delivers, and where feedback goes (None: nowhere)."""

    name: str
    email: str | None


@dataclass(frozen=True)
class Auth:
    """How to log in at a remote place; never shown."""

    user: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)
    key_file: Path | None = None
    passphrase: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Pull:
    """Where the delivery is; ``url`` is an absolute path or an fsspec URL and may hold a pattern.

    ``newest_only`` takes one file of several, else all are read together. ``optional``: no file is no error.
    ``host_key`` pins an SFTP server; ``allow_hosts`` are those that HTTPS may be sent on to; ``max_bytes`` and
    ``timeout_s`` (seconds) cap one file, None: the pull stage's own cap; ``table`` or ``query``: what SQL reads.
    """

    url: str = field(repr=False)
    newest_only: bool = False
    optional: bool = False
    auth: Auth | None = None
    host_key: str | None = field(default=None, repr=False)
    allow_hosts: tuple[str, ...] = ()
    max_bytes: int | None = None
    timeout_s: float | None = None
    table: str | None = None
    query: str | None = None

    @property
    def shown_url(self) -> str:
        """The URL without user, password, query and fragment, fit for messages."""
        if "://" not in self.url:
            return self.url
        parts = urlsplit(self.url)
        return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


@dataclass(frozen=True)
class Format:
    """How the file is written.

    ``header_row`` None is auto, else 1-based as a spreadsheet shows it; ``header_rows`` 2 joins two names;
    ``encoding`` None: BOM, strict UTF-8, then cp1252; ``delimiter`` None: found by conform.
    """

    type: FormatType
    encoding: str | None = None
    delimiter: str | None = None
    quote: str = '"'
    decimal: str = ","
    sheet: str | None = None
    header_row: int | None = None
    header_rows: int = 1
    skip_footer: int = 0
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class RowRange:
    """How many rows a delivery may have; None: no limit."""

    min: int | None = None
    max: int | None = None


@dataclass(frozen=True)
class Expect:
    """What a usual delivery looks like; shares from 0 to 1, None: not watched."""

    every_days: int | None = None
    max_change: float | None = None
    max_rejected: float | None = None
    rows: RowRange = RowRange()


@dataclass(frozen=True)
class Ids:
    """The sources whose person and offer ids this source uses; None: it names none."""

    person: str | None = None
    offer: str | None = None


@dataclass(frozen=True)
class ColumnMapping:
    """Where a canonical column comes from: a header (``column``) or a fixed value (``const``).

    ``values`` turn delivered texts into canonical ones (an empty target leaves the cell empty).
    ``default`` fills empty cells and is canonical, like ``const``; dates in both are ISO.
    ``dates`` replace the source's formats.
    """

    column: str | None = None
    values: Mapping[str, str] | None = None
    default: str | None = None
    split: str | None = None
    dates: tuple[str, ...] = ()
    const: str | None = None


@dataclass(frozen=True)
class RecordMapping:
    """One mapping of a record kind; wide files have several."""

    columns: Mapping[str, ColumnMapping]

    @property
    def headers(self) -> tuple[str, ...]:
        """The delivered headers that this mapping reads, in order."""
        return tuple(mapping.column for mapping in self.columns.values() if mapping.column is not None)


@dataclass(frozen=True)
class Source:
    """One delivery; ``records`` hold the mappings by record kind, ``ignore`` the headers dropped on purpose."""

    name: str
    supplier: Supplier
    pull: Pull
    format: Format
    delivery: Literal["full", "incremental"]
    expect: Expect
    dates: tuple[str, ...]
    ids: Ids
    records: Mapping[str, tuple[RecordMapping, ...]]
    ignore: tuple[str, ...] = ()

    def delivers(self, kind: str) -> bool:
        """Tell whether the source brings records of ``kind``."""
        return kind in self.records
