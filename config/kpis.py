"""KPI definitions and targets: YAML, versioned, dated by school year.

One file a version: ``kpis/<kpi>.yaml``, a redefinition as ``kpis/<kpi>-2.yaml``. A KPI
that the program does not count, or counts otherwise, names a SQL file beside it (``sql:``).
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Literal

from config.problems import suggest
from config.yaml_marks import Section
from schemas.messages import say

Direction = Literal["at_least", "at_most"]
COUNTED = (
    "contacted", "entered", "entry_rate", "placed_new", "placed_regular", "placed_both", "placed", "placement_rate",
    "placement_rate_of_contacted", "caseload_per_fte", "days_to_entry", "days_to_placement", "dropout_rate",
    "unmet_needs", "seat_use", "offers_fresh", "network_coverage", "meetings_held", "new_measures", "rows_rejected",
)  # fmt: skip
"""What the program counts by itself; every other KPI brings its query."""


@dataclass(frozen=True)
class KpiDefinition:
    """One version of one KPI.

    ``targets`` hold the wanted value by school year (shares as fractions). ``order`` is the place in tables.
    ``valid_from``/``valid_to`` None: open. ``sql`` is the text of its own query: period, mode, dimension, member,
    numerator, denominator; ``explain`` the text of the query that lists what it counts. ``unit`` share is a
    fraction; persons, days, meetings, measures are counts.
    """

    kpi: str
    version: int
    order: int
    valid_from: date | None
    valid_to: date | None
    label_de: str
    label_en: str
    numerator_text: str
    denominator_text: str
    unit: str
    source: str
    direction: Direction
    targets: Mapping[str, float]
    sql: str = ""
    explain: str = ""

    def is_valid_on(self, day: date) -> bool:
        """Tell whether this version defines the KPI on ``day`` (both ends included)."""
        return (self.valid_from or date.min) <= day <= (self.valid_to or date.max)


def read_kpis(
    files: Mapping[str, Path], queries: Mapping[str, Path], open_file: Callable[[Path], Section | None]
) -> tuple[KpiDefinition, ...]:
    """Read every KPI file in use, in the order of tables; overlapping versions are findings."""
    found: list[tuple[KpiDefinition, Section]] = []
    for file in files.values():
        section = open_file(file)
        if section is not None:
            found.append((_read_kpi(section, queries), section))
    found.sort(key=lambda pair: (pair[0].kpi, pair[0].version))
    for (one, _), (other, section) in pairwise(found):
        if one.kpi == other.kpi and (one.version == other.version or _overlap(one, other)):
            file_name = next(entry[1].reader.file.name for entry in found if entry[0] is one)
            section.report("kpi", "E151", kpi=one.kpi, other=file_name)
    return tuple(sorted((definition for definition, _ in found), key=lambda kpi: (kpi.order, kpi.kpi, kpi.version)))


def _overlap(one: KpiDefinition, other: KpiDefinition) -> bool:
    """Tell whether two versions are valid on a common day."""
    latest_start = max(one.valid_from or date.min, other.valid_from or date.min)
    earliest_end = min(one.valid_to or date.max, other.valid_to or date.max)
    return latest_start <= earliest_end


def _read_kpi(section: Section, queries: Mapping[str, Path]) -> KpiDefinition:
    kpi = section.required_text("kpi")
    if kpi and not re.fullmatch(r"[a-z][a-z0-9_]*", kpi):
        section.report("kpi", "E104", key="kpi", expected=say("E185"))
    valid_from, valid_to = section.day("valid_from"), section.day("valid_to")
    if valid_from and valid_to and valid_to < valid_from:
        section.report("valid_to", "E153", later="valid_to", earlier="valid_from")
    definition = KpiDefinition(
        kpi=kpi,
        version=section.integer("version", 1, low=1) or 1,
        order=section.integer("order", 1_000, low=1) or 1_000,
        valid_from=valid_from,
        valid_to=valid_to,
        label_de=section.required_text("label_de"),
        label_en=section.required_text("label_en"),
        numerator_text=section.required_text("numerator_text"),
        denominator_text=section.text("denominator_text", ""),
        unit=section.required_text("unit"),
        source=section.required_text("source"),
        direction="at_most"
        if section.choice("direction", ("at_least", "at_most"), "at_least") == "at_most"
        else "at_least",
        targets=_read_targets(section.section("targets")),
        sql=_read_query(section, "sql", queries),
        explain=_read_query(section, "explain", queries),
    )
    if kpi and kpi not in COUNTED and "sql" not in section.entries:
        section.report("kpi", "E157", kpi=kpi, hint=suggest(kpi, COUNTED))
    section.close()
    return definition


def _read_query(section: Section, key: str, queries: Mapping[str, Path]) -> str:
    """Return the text of the SQL file that the definition names, from the county's kpis/ or the pack's."""
    name = section.text(key, "")
    if not name:
        return ""
    if name not in queries:
        section.report(key, "E156", file=name)
        return ""
    return queries[name].read_text("utf-8")


def _read_targets(section: Section) -> dict[str, float]:
    targets: dict[str, float] = {}
    for year in section.written():
        if not is_school_year(year):
            section.report(year, "E152", key=year)
        targets[year] = section.number(year, 0.0, 0.0, 1_000_000_000.0)
    return targets


def is_school_year(text: str) -> bool:
    """Tell whether a text is a school year (2020/21)."""
    found = re.fullmatch(r"([0-9]{4})/([0-9]{2})", text)
    return found is not None and (int(found.group(1)) + 1) % 100 == int(found.group(2))
