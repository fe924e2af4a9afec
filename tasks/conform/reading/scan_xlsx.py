"""Scan the parts of an xlsx: sheet's place, date system, far cells, error cells, what is hidden."""

import posixpath
import re
import zipfile
from collections.abc import Mapping

from tasks.conform.reading.delivery import ReadLimits
from tasks.conform.reading.refusal import Refused
from tasks.conform.reading.sheet_scan import SheetScan
from tasks.conform.reading.xml_parts import walk_xml

REFERENCE = re.compile(r"\$?([A-Za-z]{1,4})\$?([0-9]{1,10})")
TRUE = {"1", "true", "on"}


def scan_xlsx(archive: zipfile.ZipFile, sheet: str, limits: ReadLimits) -> SheetScan:
    """Scan the named sheet."""
    scan = SheetScan()
    relation = ""
    names = {name.casefold().lstrip("/"): name for name in archive.namelist()}

    def book(name: str, attributes: Mapping[str, str]) -> None:
        nonlocal relation
        if name == "workbookPr" and attributes.get("date1904", "").casefold() in TRUE:
            scan.date_system = "1904"
        elif name == "sheet" and attributes.get("name") == sheet:
            relation = attributes.get("id", "")

    with archive.open(names["xl/workbook.xml"]) as part:
        walk_xml(part, book)
    target = sheet_part(archive, names, "xl/_rels/workbook.xml.rels", relation)
    with archive.open(target) as part:
        reader = _CellReader(scan, limits)
        walk_xml(part, reader.start, reader.end, reader.text)
    return scan


def sheet_part(archive: zipfile.ZipFile, names: Mapping[str, str], relations: str, relation: str) -> str:
    """Return the member that a workbook's relation points to."""
    found = ""

    def start(name: str, attributes: Mapping[str, str]) -> None:
        nonlocal found
        if name == "Relationship" and attributes.get("Id") == relation:
            found = attributes.get("Target", "")

    if relations not in names:
        raise Refused("E302", kind="XLSX")
    with archive.open(names[relations]) as part:
        walk_xml(part, start)
    path = found.lstrip("/") if found.startswith("/") else posixpath.normpath(posixpath.join("xl", found))
    member = names.get(path.casefold())
    if not found or member is None:
        raise Refused("E302", kind="XLSX")
    return member


class _CellReader:
    """Follows rows and cells; a cell counts when it holds a value."""

    def __init__(self, scan: SheetScan, limits: ReadLimits) -> None:
        self.scan, self.limits = scan, limits
        self.row = self.column = -1
        self.kind = ""
        self.is_formula = self.has_value = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "c":
            self._start_cell(attributes)
        elif name in {"v", "is"}:
            self.scan.add_cell(self.row, self.column, self.limits)
            if self.kind == "e":
                self.scan.add_error(self.row, self.column, self.limits)
        elif name == "f":
            self.is_formula = True
        elif name == "row":
            given = attributes.get("r", "")
            self.row = int(given) - 1 if given.isdecimal() else self.row + 1
            self.column = -1
            self.scan.hidden_rows += attributes.get("hidden", "") in TRUE
        elif name == "col" and attributes.get("hidden", "") in TRUE:
            self.scan.hide_columns(int(attributes["min"]) - 1, int(attributes["max"]) - 1)

    def end(self, name: str) -> None:
        if name == "c":
            # A formula whose result is a text may well show nothing; any other must have been computed once.
            if self.is_formula and not self.has_value and self.kind != "str":
                self.scan.add_unvalued(self.row, self.column, self.limits)
            self.kind = ""
            self.is_formula = self.has_value = False
        elif name == "f":
            self.has_value = False

    def text(self, text: str) -> None:
        """See whether a cell holds anything; what stands in a formula itself is forgotten at its end."""
        self.has_value = self.has_value or bool(text.strip())

    def _start_cell(self, attributes: Mapping[str, str]) -> None:
        self.kind = attributes.get("t", "")
        match = REFERENCE.fullmatch(attributes.get("r", ""))
        if match is None:
            self.column += 1
            return
        self.column = -1
        for letter in match[1].upper():
            self.column = (self.column + 1) * 26 + ord(letter) - 65
        self.row = int(match[2]) - 1
