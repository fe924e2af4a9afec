"""Code lists: communes, residence statuses, offer kinds, CEFR levels, funding modules.

Each list is a CSV with English columns (CONTRACT section 5, Config). Empty
cells are absent values; dates bound the days on which a code may be used.
"""

import csv
import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final, TypeVar

from config.problems import Problems, suggest
from schemas.messages import say

Entry = TypeVar("Entry")


@dataclass(frozen=True)
class Commune:
    """One commune; ``postcodes`` suggest it and never fix it, ``lat``/``lon`` are degrees."""

    ags: str
    name: str
    kind: str
    postcodes: tuple[str, ...]
    lat: float | None
    lon: float | None
    valid_from: date | None
    valid_to: date | None


@dataclass(frozen=True)
class ResidenceStatus:
    """One residence status; ``residence_group`` is primary, secondary, none or case_by_case."""

    code: str
    label_de: str
    norm: str
    residence_group: str
    note_de: str
    valid_from: date | None
    valid_to: date | None


@dataclass(frozen=True)
class OfferKind:
    """One kind of offer and its family; ``lesson_units`` stays text (some are ranges)."""

    code: str
    family: str
    label_de: str
    ba_system: str
    lesson_units: str
    target_level: str
    suggested_module: str
    valid_from: date | None
    valid_to: date | None
    needs_check: bool


@dataclass(frozen=True)
class CefrLevel:
    """One language level; ``rank`` is None for a mark that is no level (ALPHA)."""

    code: str
    rank: int | None
    label_de: str


@dataclass(frozen=True)
class FundingModule:
    """One funding module; ``group`` is new, regular or casework."""

    code: str
    label_de: str
    label_2020_de: str
    valid_from: date | None
    valid_to: date | None
    counts_as_measure: bool
    group: str


@dataclass(frozen=True)
class Codelists:
    """The lists in use: the county's, else the pack's."""

    communes: tuple[Commune, ...] = ()
    residence_statuses: tuple[ResidenceStatus, ...] = ()
    offer_kinds: tuple[OfferKind, ...] = ()
    cefr: tuple[CefrLevel, ...] = ()
    funding_modules: tuple[FundingModule, ...] = ()

    def codes(self, vocabulary: str) -> frozenset[str] | None:
        """Return the codes that ``vocabulary`` (see ``schemas.kinds``) allows; None when it is no closed list."""
        kinds = frozenset(kind.code for kind in self.offer_kinds)
        closed: dict[str, frozenset[str]] = {
            "residence_status": frozenset(status.code for status in self.residence_statuses),
            "offer_kind": kinds,
            "offer_kind_or_family": kinds | {kind.family for kind in self.offer_kinds},
            "module": frozenset(module.code for module in self.funding_modules),
            "cefr": frozenset(level.code for level in self.cefr),
        }
        return closed.get(vocabulary)


RESIDENCE_GROUPS: Final = ("primary", "secondary", "none", "case_by_case")
MODULE_GROUPS: Final = ("new", "regular", "casework")


@dataclass
class Row:
    """One row of a list, its cells by column; conversions report what they cannot read."""

    file: Path
    line: int
    cells: dict[str, str]
    problems: Problems

    def report(self, code: str, /, **params: object) -> None:
        """Record a finding in this row."""
        self.problems.add(self.file, self.line, 1, code, **params)

    def text(self, column: str) -> str:
        """Return the cell, trimmed; empty when the list has no such column."""
        return self.cells.get(column, "")

    def needed(self, column: str) -> str:
        """Return a cell that must not be empty."""
        if not self.text(column):
            self.report("E144", column=column, expected=say("E191"))
        return self.text(column)

    def day(self, column: str) -> date | None:
        """Return an ISO date; None when empty."""
        try:
            return date.fromisoformat(self.text(column)) if self.text(column) else None
        except ValueError:
            self.report("E144", column=column, expected=say("E195"))
            return None

    def number(self, column: str) -> float | None:
        """Return a number; None when empty."""
        cell = self.text(column)
        if cell and not re.fullmatch(r"-?[0-9]{1,9}(\.[0-9]{1,12})?", cell):
            self.report("E144", column=column, expected=say("E193"))
            return None
        return float(cell) if cell else None

    def flag(self, column: str) -> bool:
        """Return true, ja or yes as true; an empty cell is false."""
        cell = self.text(column).lower()
        if cell not in {"", "true", "ja", "yes", "false", "nein", "no"}:
            self.report("E144", column=column, expected=say("E194"))
        return cell in {"true", "ja", "yes"}

    def choice(self, column: str, choices: tuple[str, ...]) -> str:
        """Return one of ``choices``."""
        cell = self.text(column)
        if cell not in choices:
            self.report("E109", key=column, choices=", ".join(choices), hint=suggest(cell, choices))
        return cell


def _commune(row: Row) -> Commune:
    ags = row.needed("ags")
    if ags and not (len(ags) == 8 and ags.isascii() and ags.isdigit()):
        row.report("E144", column="ags", expected=say("E180", count=8))
    postcodes = tuple(code.strip() for code in row.text("postcodes").split("|") if code.strip())
    return Commune(
        ags, row.needed("name"), row.text("kind"), postcodes, row.number("lat"), row.number("lon"),
        row.day("valid_from"), row.day("valid_to"),
    )  # fmt: skip


def _status(row: Row) -> ResidenceStatus:
    return ResidenceStatus(
        row.needed("code"), row.needed("label_de"), row.text("norm"), row.choice("residence_group", RESIDENCE_GROUPS),
        row.text("note_de"), row.day("valid_from"), row.day("valid_to"),
    )  # fmt: skip


def _offer_kind(row: Row) -> OfferKind:
    return OfferKind(
        row.needed("code"), row.needed("family"), row.needed("label_de"), row.text("ba_system"),
        row.text("lesson_units"), row.text("target_level"), row.text("suggested_module"),
        row.day("valid_from"), row.day("valid_to"), row.flag("needs_check"),
    )  # fmt: skip


def _level(row: Row) -> CefrLevel:
    rank = row.number("rank")
    return CefrLevel(row.needed("code"), None if rank is None else int(rank), row.needed("label_de"))


def _module(row: Row) -> FundingModule:
    return FundingModule(
        row.needed("code"), row.needed("label_de"), row.text("label_2020_de"), row.day("valid_from"),
        row.day("valid_to"), row.flag("counts_as_measure"), row.choice("group", MODULE_GROUPS),
    )  # fmt: skip


LISTS: Final[dict[str, tuple[str, ...]]] = {
    "communes.csv": ("ags", "name", "kind", "postcodes", "lat", "lon", "valid_from", "valid_to"),
    "residence_statuses.csv": (
        "code", "label_de", "norm", "residence_group", "note_de", "valid_from", "valid_to", "needs_check",
    ),
    "offer_kinds.csv": (
        "code", "family", "label_de", "ba_system", "lesson_units", "target_level", "suggested_module",
        "valid_from", "valid_to", "needs_check",
    ),
    "cefr.csv": ("code", "rank", "label_de"),
    "funding_modules.csv": (
        "code", "label_de", "label_2020_de", "valid_from", "valid_to", "counts_as_measure", "group",
    ),
}  # fmt: skip
REQUIRED: Final[dict[str, tuple[str, ...]]] = {
    "communes.csv": ("ags", "name"),
    "residence_statuses.csv": ("code", "label_de", "residence_group"),
    "offer_kinds.csv": ("code", "family", "label_de"),
    "cefr.csv": ("code", "rank", "label_de"),
    "funding_modules.csv": ("code", "label_de", "counts_as_measure", "group"),
}


def _read_rows(file: Path, problems: Problems) -> list[Row]:
    """Return the rows of one list, with the line each begins on; findings for what is no CSV."""
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except OSError:
        problems.add(file, 1, 1, "E106")
        return []
    except UnicodeDecodeError:
        problems.add(file, 1, 1, "E111")
        return []
    lines = csv.reader(io.StringIO(text, newline=""))
    header = [cell.strip() for cell in next(lines, [])]
    known = LISTS[file.name]
    for column in header:
        if column not in known:
            hint = suggest(column, set(known) - set(header))
            problems.add(file, 1, 1, "E142", column=column, hint=hint)
    missing = [column for column in REQUIRED[file.name] if column not in header]
    for column in missing:
        problems.add(file, 1, 1, "E141", column=column)
    if missing:
        return []
    rows: list[Row] = []
    line = lines.line_num + 1
    for cells in lines:
        if len(cells) == len(header):
            named = {name: cell.strip() for name, cell in zip(header, cells, strict=True)}
            rows.append(Row(file, line, named, problems))
        elif cells:
            problems.add(file, line, 1, "E143", found=len(cells), expected=len(header))
        line = lines.line_num + 1
    if not rows:
        problems.add(file, 1, 1, "E147")
    return rows


def _build(rows: list[Row], key: str, make: Callable[[Row], Entry]) -> tuple[Entry, ...]:
    """Return the entries of one list; a code may stand again with another ``valid_from`` only."""
    first: dict[tuple[str, str], int] = {}
    for row in rows:
        identity = (row.text(key), row.text("valid_from"))
        if identity in first:
            row.report("E145", first=first[identity])
        first.setdefault(identity, row.line)
    return tuple(make(row) for row in rows)


def read_codelists(files: dict[str, Path], county_folder: Path, county_key: str, problems: Problems) -> Codelists:
    """Read every list in use.

    Args:
        files: path by file name, the county's before the pack's; other names are findings.
        county_folder: named when a list is missing altogether.
        county_key: the AGS prefix that every commune must carry.
        problems: takes the findings as file:line.
    """
    for name, file in files.items():
        if name not in LISTS:
            problems.add(file, 1, 1, "E140", hint=suggest(name, LISTS))
    rows = {name: _read_rows(files.get(name, county_folder / "codelists" / name), problems) for name in LISTS}
    communes = _build(rows["communes.csv"], "ags", _commune)
    for row, commune in zip(rows["communes.csv"], communes, strict=True):
        if not commune.ags.startswith(county_key):
            row.report("E146", county=county_key)
    return Codelists(
        communes=communes,
        residence_statuses=_build(rows["residence_statuses.csv"], "code", _status),
        offer_kinds=_build(rows["offer_kinds.csv"], "code", _offer_kind),
        cefr=_build(rows["cefr.csv"], "code", _level),
        funding_modules=_build(rows["funding_modules.csv"], "code", _module),
    )
